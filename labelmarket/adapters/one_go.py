"""Work of a bounded size in one go: the search for dead cycles waits until it is done."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def in_one_go() -> Iterator[None]:
    """Put off the garbage collector, for work that makes many objects and no cycles.

    It would be started by their number over and over, and find nothing. Whoever put it off
    lets it go on, so threads that overlap in here never leave it off.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
