"""Runs plain code as a task: it stops at every call of a port, and may end there for ever.

Plain code cannot be stopped in the middle and carried on. So it is left by an exception at
the first answer that is not known yet, and run again from its beginning once it is; the
answers that it had before are told again. What it changed meanwhile was its own memory.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from simulation.scheduler import Steps

T = TypeVar("T")

CALLS_MAX = 400
"""More calls than any command makes."""


class _Suspended(BaseException):
    """Leaves plain code; not an `Exception`, so that nothing in it takes it for a failure."""

    def __init__(self, ask: Callable[[], Steps[Any]]) -> None:
        super().__init__()
        self.ask = ask


class Ports:
    """The calls of one process; `run` plain code through it, one call at a time."""

    def __init__(self) -> None:
        self._told: list[tuple[Any, Exception | None]] = []
        self._next = 0

    def ask(self, ask: Callable[[], Steps[T]]) -> T:
        """Called by plain code: the answer, or a leap out of it until there is one."""
        if self._next == len(self._told):
            raise _Suspended(ask)
        told: T = self._tell()
        return told

    def once(self, make: Callable[[], T]) -> T:
        """What is at hand without waiting, made once however often the code runs."""
        if self._next == len(self._told):
            self._told.append((make(), None))
        told: T = self._tell()
        return told

    def _tell(self) -> Any:  # noqa: ANN401 - whatever was asked
        answer, error = self._told[self._next]
        self._next += 1
        if error is not None:
            raise error.with_traceback(None)
        return answer

    def run(self, plain: Callable[[], T]) -> Steps[T]:
        """The steps of plain code. Raises what it raises."""
        told: list[tuple[Any, Exception | None]] = []
        while True:
            assert len(told) < CALLS_MAX, "plain code comes to an end"
            self._told, self._next = told, 0
            try:
                return plain()
            except _Suspended as left:
                ask = left.ask
            try:
                told.append(((yield from ask()), None))
            except Exception as error:
                told.append((None, error))
