"""Everybody who acts by itself, each in a thread; the first failure is the play's failure."""

import time
from collections.abc import Callable
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Final, Self

JOIN_S_MAX: Final = 15.0


class Crew:
    """Use it in a `with` block: on leaving it everybody is told to stop and waited for.

    The threads are daemons, so that one which hangs on a dead server longer than the
    bound does not keep the process alive.
    """

    def __init__(self) -> None:
        self._stop = Event()
        self._threads: list[Thread] = []
        self._lock = Lock()
        self._failure: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        until = time.monotonic() + JOIN_S_MAX
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def start(self, run: Callable[[Event], None], *, name: str) -> None:
        thread = Thread(target=self._guarded, args=(run,), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def check(self) -> None:
        """Raise what somebody failed with."""
        with self._lock:
            if self._failure is not None:
                raise self._failure

    def _guarded(self, run: Callable[[Event], None]) -> None:
        try:
            run(self._stop)
        except Exception as error:
            with self._lock:
                self._failure = self._failure or error
