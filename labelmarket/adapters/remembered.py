"""Answers that follow from digests alone, kept in memory: the oldest are forgotten first."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """At most `answers_max` answers; two who ask at once may both work it out, to the same end."""

    def __init__(self, *, answers_max: int) -> None:
        self._answers_max = answers_max
        self._lock = Lock()
        self._known: dict[Hashable, T] = {}

    def of(self, asked: Hashable, work_out: Callable[[], T]) -> T:
        """Give the answer; `asked` names all that it depends on."""
        with self._lock:
            if asked in self._known:
                return self._known[asked]
        answer = work_out()
        with self._lock:
            while len(self._known) >= self._answers_max:
                del self._known[next(iter(self._known))]
            self._known[asked] = answer
        return answer
