"""Boxes that say again what another box of their class and image says already."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.buckets import ALONE, EXACT, NEAR
from labelmarket.workers.kernels.threads import in_blocks

NEAR_FLOOR = 0.95

SPARE = 1 << 16
"""Numbers may exceed four times the boxes by this much before they are made dense."""

ITEMS_OF_A_BLOCK = 1 << 14

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.int32]


def repeated_boxes(
    items: ArrayLike,
    classes: ArrayLike,
    boxes: ArrayLike,
    ids: ArrayLike,
    *,
    floor: float = NEAR_FLOOR,
) -> NDArray[np.uint8]:
    """Mark the boxes that repeat another of the same class on the same image.

    Parameters
    ----------
    items, classes : (n,) whole numbers
        The image and the class of each box, in any order.
    boxes : (n, 4) float64
        Boxes in pixels as x, y, width, height (the COCO frame).
    ids : (n,) int64
        Settles which of equal boxes is the first.
    floor : float
        Between 0 and 1: from which IoU on two boxes are near.

    Returns
    -------
    (n,) uint8
        The boxes of an image and class stand in the order of x, y, width, height, id. A box is
        EXACT when one before it has the same four numbers, else NEAR when one before it has an
        IoU of `floor` or more, else ALONE; so is a box with a side of 0. The order of the rows
        changes nothing.

    Raises
    ------
    ValueError
        If lengths differ, a number is negative, or a box is refused by `box_iou`.

    Notes
    -----
    A box is only compared with those whose left border lies within (1 - floor) / floor of its own
    width, since farther ones cannot have so large an IoU, and with no more once one is found.

    """
    given = checks.boxes(boxes, name="boxes")
    n = len(given)
    rows = checks.indices(items, name="items", below=checks.INDEX_MAX, length=n)
    kinds = checks.indices(classes, name="classes", below=checks.INDEX_MAX, length=n)
    numbers = np.ascontiguousarray(ids, dtype=np.int64)
    if numbers.shape != (n,):
        raise ValueError(f"ids must be a vector of {n} numbers")
    least = checks.share(floor, name="floor")
    if n and int(rows.max()) > 4 * n + SPARE:
        _, dense = np.unique(rows, return_inverse=True)
        rows = checks.frozen(dense.astype(np.int32))
    n_classes = int(kinds.max()) + 1 if n else 0
    if n_classes > 4 * n + SPARE:
        _, dense = np.unique(kinds, return_inverse=True)
        kinds, n_classes = checks.frozen(dense.astype(np.int32)), n
    marks = np.zeros(n, dtype=np.uint8)
    starts = np.zeros(int(rows.max()) + 2 if n else 1, dtype=np.int64)
    order = np.empty(n, dtype=np.int32)
    _gather(rows, kinds, n_classes, starts, order)
    settled = checks.frozen(numbers)

    def mark(first: int, stop: int) -> None:
        _repeats(starts, first, stop, order, kinds, given, settled, least, marks)

    in_blocks(mark, rows=len(starts) - 1, rows_min=ITEMS_OF_A_BLOCK)
    return marks


def warm() -> None:
    zero, box = np.zeros(1, dtype=np.int32), np.ones((1, 4))
    repeated_boxes(zero, zero, box, zero.astype(np.int64))


@njit(cache=True, nogil=True)
def _gather(items: Rows, classes: Rows, n_classes: int, starts: Ints, order: Rows) -> None:
    """Sort by class, then by item, both times by counting; `starts` tells where items begin."""
    begins = np.zeros(n_classes + 1, dtype=np.int64)
    for row in range(len(items)):
        begins[classes[row] + 1] += 1
        starts[items[row] + 1] += 1
    for kind in range(n_classes):
        begins[kind + 1] += begins[kind]
    for item in range(1, len(starts)):
        starts[item] += starts[item - 1]
    by_class = np.empty_like(order)
    for row in range(len(items)):
        by_class[begins[classes[row]]] = row
        begins[classes[row]] += 1
    for row in by_class:
        order[starts[items[row]]] = row
        starts[items[row]] += 1
    for item in range(len(starts) - 1, 0, -1):
        starts[item] = starts[item - 1]
    starts[0] = 0


@njit(cache=True, nogil=True)
def _repeats(
    starts: Ints,
    first_item: int,
    stop_item: int,
    order: Rows,
    classes: Rows,
    boxes: Floats,
    ids: Ints,
    floor: float,
    marks: NDArray[np.uint8],
) -> None:
    """Look at each run of rows of one class on the items of a block; most runs are of one."""
    spare = np.empty(0, dtype=np.int32)
    for item in range(first_item, stop_item):
        first = starts[item]
        while first < starts[item + 1]:
            kind, stop = classes[order[first]], first + 1
            while stop < starts[item + 1] and classes[order[stop]] == kind:
                stop += 1
            if stop - first > len(spare):
                spare = np.empty(2 * (stop - first), dtype=np.int32)
            if stop - first > 1:
                _sort(order[first:stop], spare, boxes, ids)
            for at in range(first + 1, stop):
                marks[order[at]] = _mark(order, first, at, boxes, floor)
            first = stop


@njit(cache=True, nogil=True)
def _mark(order: Rows, first: int, at: int, boxes: Floats, floor: float) -> int:
    row = order[at]
    x, y, width, height = boxes[row]
    if width == 0.0 or height == 0.0:
        return ALONE
    # A little more than the bound, so that rounding loses no pair.
    reach = (1.0 - floor) / floor * width * (1.0 + 1e-9)
    for place in range(at - 1, first - 1, -1):
        left, top, wide, high = boxes[order[place]]
        away, below = x - left, y - top
        if away > reach:
            return ALONE
        if away == 0.0 and below == 0.0 and wide == width and high == height:
            return EXACT
        across = min(wide - away, width)
        down = min(high - below, height) if below > 0.0 else min(height + below, high)
        shared = across * down
        if across > 0.0 and shared >= floor * (width * height + wide * high - shared) > 0.0:
            return NEAR
    return ALONE


@njit(cache=True, nogil=True)
def _sort(order: Rows, spare: Rows, boxes: Floats, ids: Ints) -> None:
    """Merge ever longer sorted runs."""
    run, n = 1, len(order)
    while run < n:
        for start in range(0, n, 2 * run):
            middle, end = min(start + run, n), min(start + 2 * run, n)
            left, right = start, middle
            for at in range(start, end):
                # The left one goes first among equals.
                if right == end or (
                    left < middle and not _before(order[right], order[left], boxes, ids)
                ):
                    spare[at] = order[left]
                    left += 1
                else:
                    spare[at] = order[right]
                    right += 1
        order[:] = spare[:n]
        run *= 2


@njit(cache=True, nogil=True)
def _before(one: int, other: int, boxes: Floats, ids: Ints) -> bool:
    for side in range(4):
        if boxes[one, side] != boxes[other, side]:
            return bool(boxes[one, side] < boxes[other, side])
    return bool(ids[one] < ids[other])
