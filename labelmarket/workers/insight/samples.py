"""A few labels of each kind that checks find, kept so that no split of the parts changes which."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import Floats, Int32s, Int64s

ZERO_SIZE, OFF_IMAGE, OUTSIDE, EXACT, NEAR = range(5)
LEAST_AREA, LARGEST_AREA, LEAST_ASPECT, LARGEST_ASPECT = range(5, 9)
ENDS = (LEAST_AREA, LARGEST_AREA, LEAST_ASPECT, LARGEST_ASPECT)

OF_A_CHECK = 20
"""So many labels are kept of a check in all, those on the first items."""

OF_AN_END = 3
"""So many labels are kept at each end of each class, those with the most extreme values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Labels that were kept: why, of which class and item, with their own id, value and box.

    The value is the share of the image or the width over height by which it is extreme, else 0.
    """

    whys: Int32s
    classes: Int32s
    items: Int32s
    ids: Int64s
    values: Floats
    boxes: Floats

    def __len__(self) -> int:
        return len(self.whys)

    def of(self, why: int) -> "Samples":
        return _taken(self, self.whys == why)


def kept(parts: Sequence[Samples]) -> Samples:
    """Keep the first of each check, and of each end of each class, in their one order."""
    every = _joined(parts)
    ends = every.whys >= LEAST_AREA
    group = np.where(ends, every.classes, -1)
    falling = (every.whys == LARGEST_AREA) | (every.whys == LARGEST_ASPECT)
    order = np.lexsort(
        (
            every.classes,
            *ties_of(every.items, every.boxes, every.ids).T[::-1],
            np.where(falling, -every.values, every.values),
            group,
            every.whys,
        )
    )
    whys, group = every.whys[order], group[order]
    begins = np.ones(len(order), dtype=np.bool_)
    begins[1:] = (whys[1:] != whys[:-1]) | (group[1:] != group[:-1])
    places = np.arange(len(order))
    rank = places - np.maximum.accumulate(np.where(begins, places, 0))
    limits = np.where(whys >= LEAST_AREA, OF_AN_END, OF_A_CHECK)
    return _taken(every, order[rank < limits])


def first_items(rows: Int64s, items: Int32s) -> Int64s:
    """Drop the rows that cannot be among the first of a check, before anything is sorted."""
    if len(rows) <= OF_A_CHECK:
        return rows
    last = np.partition(items[rows], OF_A_CHECK - 1)[OF_A_CHECK - 1]
    first: Int64s = rows[items[rows] <= last]
    return first


def ties_of(items: Int32s, boxes: Floats, ids: Int64s) -> Int64s:
    """Settle between labels by item, then by the bits of their boxes, then by id: (n, 6)."""
    ties = np.empty((len(items), 6), dtype=np.int64)
    ties[:, 0], ties[:, 5] = items, ids
    ties[:, 1:5] = np.ascontiguousarray(boxes).view(np.int64)
    return ties


def _joined(parts: Sequence[Samples]) -> Samples:
    return Samples(
        whys=np.concatenate([np.zeros(0, np.int32), *(part.whys for part in parts)]),
        classes=np.concatenate([np.zeros(0, np.int32), *(part.classes for part in parts)]),
        items=np.concatenate([np.zeros(0, np.int32), *(part.items for part in parts)]),
        ids=np.concatenate([np.zeros(0, np.int64), *(part.ids for part in parts)]),
        values=np.concatenate([np.zeros(0), *(part.values for part in parts)]),
        boxes=np.concatenate([np.zeros((0, 4)), *(part.boxes for part in parts)]),
    )


def _taken(samples: Samples, rows: NDArray[np.bool_] | Int64s) -> Samples:
    return Samples(
        whys=samples.whys[rows],
        classes=samples.classes[rows],
        items=samples.items[rows],
        ids=samples.ids[rows],
        values=samples.values[rows],
        boxes=samples.boxes[rows],
    )
