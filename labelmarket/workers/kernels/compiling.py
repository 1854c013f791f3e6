"""Hears when a kernel is compiled rather than taken from the cache."""

from collections.abc import Callable
from typing import Final

from numba.core import event

COMPILED: Final = "numba:compile"


class WhenCompiling(event.Listener):
    """Calls `tell` once when a kernel is not in the cache, as long as the context lasts.

    Compiling them all takes the better part of a minute, once for each cache.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._told = False

    def __enter__(self) -> None:
        event.register(COMPILED, self)  # type: ignore[no-untyped-call]  # numba has no types

    def __exit__(self, *_: object) -> None:
        event.unregister(COMPILED, self)  # type: ignore[no-untyped-call]  # numba has no types

    def on_start(self, _event: event.Event) -> None:
        if not self._told:
            self._told = True
            self._tell()

    def on_end(self, _event: event.Event) -> None:
        """That it ended is no news."""
