"""Reading a file is heavy: few are read at once, and one that two ask for is read once."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import BoundedSemaphore, Lock
from typing import Any, TypeVar, cast

from labelmarket.application.ports import Unavailable

READINGS_AT_ONCE_MAX = 2
WAIT_S_MAX = 120.0

T = TypeVar("T")


class Readings:
    """Whoever asks for what is being read right now waits for that reading.

    So a client that gave up and asks again does not begin the work anew.
    """

    def __init__(self) -> None:
        self._running: dict[Hashable, Future[Any]] = {}
        self._lock = Lock()
        self._places = BoundedSemaphore(READINGS_AT_ONCE_MAX)

    def share(self, what: Hashable, read: Callable[[], T]) -> T:
        """Read, or take what another reads already; `what` names all that the answer depends on.

        Raises Unavailable when its turn does not come in time, and what the reading raises.
        """
        mine: Future[T] = Future()
        with self._lock:
            running = cast("Future[T]", self._running.setdefault(what, mine))
        if running is not mine:
            return self._taken_from(running)
        try:
            mine.set_result(self._in_turn(read))
        except BaseException as error:
            # The others wait for this reading: they are told whatever ended it.
            mine.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._running[what]
        return mine.result()

    def _taken_from(self, running: "Future[T]") -> T:
        try:
            return running.result(timeout=WAIT_S_MAX)
        except TimeoutError:
            raise Unavailable("the file is still being read") from None

    def _in_turn(self, read: Callable[[], T]) -> T:
        if not self._places.acquire(timeout=WAIT_S_MAX):
            raise Unavailable("many files are being read")
        try:
            return read()
        finally:
            self._places.release()
