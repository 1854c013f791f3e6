"""Blocks of rows, worked on by as many threads as there are cores for this process."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numba

Result = TypeVar("Result")

THREADS_MAX = 16


def in_blocks(
    work: Callable[[int, int], Result], *, rows: int, rows_min: int, per_thread: int = 1
) -> list[Result]:
    """Call `work(first, stop)` for consecutive blocks of rows, and give what it gave, in order.

    `work` calls kernels compiled with `nogil` and must not touch what another block writes. There
    are at most `per_thread` blocks for each thread, none below `rows_min` rows, and no thread
    where one block is enough. The threads end with the call: a process that forks later takes no
    dead ones along, and numba's own (`parallel=True`) would neither survive a fork nor keep the
    serial kernel apart in the cache.
    """
    threads = min(int(numba.get_num_threads()), THREADS_MAX)
    blocks = min(threads * per_thread, rows // max(rows_min, 1))
    if blocks <= 1:
        return [work(0, rows)]
    edges = [rows * block // blocks for block in range(blocks + 1)]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, edges[:-1], edges[1:]))
