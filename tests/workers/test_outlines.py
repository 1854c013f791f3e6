"""Outlines are ragged columns that stay beside their rows."""

import numpy as np

from labelmarket.workers.outlines import Outlines, no_outlines

SQUARE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]


def mixed() -> Outlines:
    """Give four rows: two rings, nothing, a mask, one ring."""
    return Outlines(
        points=np.array([*SQUARE, *SQUARE, [5.0, 6.0]]),
        ring_points=np.array([0, 3, 6, 7]),
        row_rings=np.array([0, 2, 2, 2, 3]),
        counts=np.array([1, 2, 3], dtype=np.uint32),
        row_counts=np.array([0, 0, 0, 3, 3]),
        mask_sizes=np.array([[0, 0], [0, 0], [2, 3], [0, 0]], dtype=np.int32),
    )


def spoken(outlines: Outlines, row: int) -> tuple[list[object], list[int], list[int]]:
    rings = [ring.tolist() for ring in outlines.rings(row)]
    return rings, outlines.runs(row).tolist(), outlines.mask_sizes[row].tolist()


def test_every_row_has_its_rings_and_its_runs() -> None:
    assert [spoken(mixed(), row) for row in range(4)] == [
        ([SQUARE, SQUARE], [], [0, 0]),
        ([], [], [0, 0]),
        ([], [1, 2, 3], [2, 3]),
        ([[[5.0, 6.0]]], [], [0, 0]),
    ]


def test_rows_that_are_kept_keep_their_outlines() -> None:
    whole = mixed()

    for choice in range(16):
        kept = np.array([choice >> row & 1 for row in range(4)], dtype=np.bool_)
        chosen = whole.only(kept)
        assert len(chosen) == kept.sum()
        expected = [spoken(whole, row) for row in np.flatnonzero(kept).tolist()]
        assert [spoken(chosen, row) for row in range(len(chosen))] == expected


def test_rows_without_outlines_have_none() -> None:
    assert [spoken(no_outlines(2), row) for row in range(2)] == [([], [], [0, 0])] * 2
