"""The application is synchronous: its calls run in threads, a bounded number at once."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

CALLS_AT_ONCE_MAX = 16
FILES_AT_ONCE_MAX = 16
LOOKS_AT_ONCE_MAX = 4

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Calls, files and looks have threads each, so that one kind keeps no other from working.

    A caller that gives up is let go at once; its thread ends by the call's own bounds.
    """

    def __init__(self) -> None:
        self._calls = ThreadPoolExecutor(CALLS_AT_ONCE_MAX, thread_name_prefix="call")
        self._files = ThreadPoolExecutor(FILES_AT_ONCE_MAX, thread_name_prefix="file")
        self._looks = ThreadPoolExecutor(LOOKS_AT_ONCE_MAX, thread_name_prefix="look")

    async def call(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await _in(self._calls, partial(ask, *args, **kwargs))

    async def take_file(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what reads a whole file, or waits for its turn to."""
        return await _in(self._files, partial(ask, *args, **kwargs))

    async def look(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call what tells how the market is, even when every call is taken."""
        return await _in(self._looks, partial(ask, *args, **kwargs))

    def close(self) -> None:
        """Take no more calls. Those that run end by their own bounds."""
        for pool in (self._calls, self._files, self._looks):
            pool.shutdown(wait=False, cancel_futures=True)


async def _in(pool: ThreadPoolExecutor, ask: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(pool, ask)
