"""Rows cut into blocks: each row once, in order, never more blocks than are worth it."""

import threading
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.workers.kernels.threads import in_blocks


@given(st.integers(0, 1_000), st.integers(0, 400), st.integers(1, 8))
def test_blocks_follow_each_other_from_first_to_last_row(
    rows: int, rows_min: int, per_thread: int
) -> None:
    blocks = in_blocks(
        lambda first, stop: (first, stop), rows=rows, rows_min=rows_min, per_thread=per_thread
    )

    assert blocks[0][0] == 0
    assert blocks[-1][1] == rows
    assert all(one[1] == other[0] for one, other in pairwise(blocks))


@given(st.integers(0, 1_000), st.integers(1, 400))
def test_no_block_is_smaller_than_the_least_unless_it_is_alone(rows: int, rows_min: int) -> None:
    blocks = in_blocks(lambda first, stop: stop - first, rows=rows, rows_min=rows_min)

    assert len(blocks) == 1 or min(blocks) >= rows_min


def test_one_block_runs_in_the_thread_that_asked() -> None:
    found = in_blocks(lambda _first, _stop: threading.current_thread(), rows=9, rows_min=9)

    assert found == [threading.current_thread()]


def test_what_a_block_raises_reaches_the_caller() -> None:
    def work(first: int, stop: int) -> int:
        raise ValueError(f"block {first} to {stop}")

    with pytest.raises(ValueError, match="block 0 to"):
        in_blocks(work, rows=100, rows_min=1)


def test_the_threads_end_with_the_call() -> None:
    before = threading.active_count()

    in_blocks(lambda first, stop: stop - first, rows=100, rows_min=1)

    assert threading.active_count() == before
