"""Polygons and masks as ragged columns, row for row beside the labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import Floats, Int32s, Int64s, UInt32s


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """The outlines of n labels.

    `points` is (m, 2): x and y in pixels. Ring r holds the points from `ring_points[r]` to before
    `ring_points[r + 1]`, label i the rings from `row_rings[i]` to before `row_rings[i + 1]`. Its
    mask has the run lengths `counts` from `row_counts[i]` to before `row_counts[i + 1]`: pixels by
    column, the first run of zeros. `mask_sizes` is (n, 2): height and width, 0 without a mask.
    """

    points: Floats
    ring_points: Int64s
    row_rings: Int64s
    counts: UInt32s
    row_counts: Int64s
    mask_sizes: Int32s

    def __len__(self) -> int:
        return len(self.row_rings) - 1

    def rings(self, row: int) -> list[Floats]:
        """Give the polygons of a label, (k, 2) each."""
        ends = self.ring_points[self.row_rings[row] : self.row_rings[row + 1] + 1].tolist()
        return [self.points[begin:end] for begin, end in pairwise(ends)]

    def runs(self, row: int) -> UInt32s:
        """Give the run lengths of a label's mask; none for a label without."""
        return self.counts[self.row_counts[row] : self.row_counts[row + 1]]

    def only(self, kept: NDArray[np.bool_]) -> "Outlines":
        """Give the outlines of the rows kept, in their order."""
        if kept.all():
            return self
        rings = np.repeat(kept, np.diff(self.row_rings))
        points = np.repeat(rings, np.diff(self.ring_points))
        counts = np.repeat(kept, np.diff(self.row_counts))
        return Outlines(
            points=self.points[points],
            ring_points=ends_of(np.diff(self.ring_points)[rings]),
            row_rings=ends_of(np.diff(self.row_rings)[kept]),
            counts=self.counts[counts],
            row_counts=ends_of(np.diff(self.row_counts)[kept]),
            mask_sizes=self.mask_sizes[kept],
        )


def no_outlines(rows: int) -> Outlines:
    """Give the outlines of labels that have none."""
    nothing = np.zeros(rows + 1, dtype=np.int64)
    return Outlines(
        points=np.zeros((0, 2)),
        ring_points=np.zeros(1, dtype=np.int64),
        row_rings=nothing,
        counts=np.zeros(0, dtype=np.uint32),
        row_counts=nothing,
        mask_sizes=np.zeros((rows, 2), dtype=np.int32),
    )


def joined_outlines(first: Outlines, second: Outlines) -> Outlines:
    """Give the outlines of the rows of both, one after the other."""
    return stacked_outlines([first, second])


def stacked_outlines(several: Sequence[Outlines]) -> Outlines:
    """Give the outlines of the rows of all, at least one, one after the other."""
    return Outlines(
        points=np.concatenate([one.points for one in several]),
        ring_points=_one_behind_the_other([one.ring_points for one in several]),
        row_rings=_one_behind_the_other([one.row_rings for one in several]),
        counts=np.concatenate([one.counts for one in several]),
        row_counts=_one_behind_the_other([one.row_counts for one in several]),
        mask_sizes=np.concatenate([one.mask_sizes for one in several]),
    )


def _one_behind_the_other(several: Sequence[Int64s]) -> Int64s:
    return ends_of(np.concatenate([np.diff(ends) for ends in several]))


def ends_of(lengths: NDArray[np.integer]) -> Int64s:
    """Give where each run of rows begins, and behind the last one where it ends."""
    return np.concatenate(([0], np.cumsum(lengths, dtype=np.int64)))
