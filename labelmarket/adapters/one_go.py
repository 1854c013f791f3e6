"""Work of a bounded size in one go: the search for dead cycles waits until it is done."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class _PutOff:
    """The garbage collector, off as long as anybody is at work."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._at_work = 0
        self._was_on = False

    def begin(self) -> None:
        with self._lock:
            if self._at_work == 0:
                self._was_on = gc.isenabled()
                gc.disable()
            self._at_work += 1

    def end(self) -> None:
        with self._lock:
            self._at_work -= 1
            if self._at_work == 0 and self._was_on:
                gc.enable()


_collector = _PutOff()


@contextmanager
def in_one_go() -> Iterator[None]:
    """Put off the garbage collector, for work that makes many objects and no cycles.

    It would be started by their number over and over, and find nothing. The last of several
    threads that overlap in here lets it go on.
    """
    _collector.begin()
    try:
        yield
    finally:
        _collector.end()
