"""The application is synchronous: its calls run in threads, a bounded number at once."""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

CALLS_AT_ONCE_MAX = 32
WAITS_AT_ONCE_MAX = 64
FILES_AT_ONCE_MAX = 16

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Calls, waits and files have a limit each, so that those who wait keep nobody from working.

    A caller that gives up is let go at once; its thread ends by the call's own bounds.
    """

    def __init__(self) -> None:
        self._calls = CapacityLimiter(CALLS_AT_ONCE_MAX)
        self._waits = CapacityLimiter(WAITS_AT_ONCE_MAX)
        self._files = CapacityLimiter(FILES_AT_ONCE_MAX)

    async def call(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await to_thread.run_sync(
            partial(ask, *args, **kwargs), limiter=self._calls, abandon_on_cancel=True
        )

    async def wait(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what mostly waits for others."""
        return await to_thread.run_sync(
            partial(ask, *args, **kwargs), limiter=self._waits, abandon_on_cancel=True
        )

    async def take_file(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what reads a whole file, or waits for its turn to."""
        return await to_thread.run_sync(
            partial(ask, *args, **kwargs), limiter=self._files, abandon_on_cancel=True
        )
