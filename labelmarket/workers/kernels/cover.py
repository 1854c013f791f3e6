"""How much of each part of the image the labels of a class cover."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.checks import CLASSES_MAX
from labelmarket.workers.kernels.threads import in_blocks
from labelmarket.workers.kernels.whole_shares import UNIT

BOXES_MAX = 1 << 22
"""Most boxes of one call: their sum stays below 2**62."""

BOXES_OF_A_BLOCK = 1 << 16
"""Fewest boxes that are worth a thread, which needs a table of its own."""


def coverage_histogram(
    boxes: ArrayLike, classes: ArrayLike, sizes: ArrayLike, *, n_classes: int, grid: int
) -> NDArray[np.int64]:
    """Sum over the boxes of a class the share of every cell that they cover.

    Parameters
    ----------
    boxes : (n, 4) float64
        Boxes in pixels as x, y, width, height (the COCO frame), at most 2**22. The part of a box
        outside its image counts nothing.
    classes : (n,) whole numbers
        The class of each box.
    sizes : (n, 2) float64
        Width and height in pixels of the image of each box; 0 where unknown (the box is left out).
    n_classes, grid : int
        Classes (at most 2,000) and cells per side (at most 1,024).

    Returns
    -------
    (n_classes, grid, grid) int64
        Multiples of 2**-40 of a cell, rows from top to bottom.

    Raises
    ------
    ValueError
        If a shape, a number or a box is out of bounds.

    Notes
    -----
    A box has at most nine different shares: its corners, its edges, its inside. Each is rounded
    once to an integer and entered at the corners of its rectangle in a difference array
    (a summed-area table [1]_ read backwards), so the work per box does not depend on the grid, the
    differences cancel exactly, and any order, split or number of threads gives the same bits. A
    cell is within (2**-41 + 8 grid 2**-52) per box of exact rational arithmetic.

    References
    ----------
    .. [1] Crow, "Summed-area tables for texture mapping", SIGGRAPH 1984.

    """
    checks.bounded(n_classes, name="n_classes", low=0, high=CLASSES_MAX)
    checks.bounded(grid, name="grid", low=1, high=checks.GRID_MAX)
    given = checks.boxes(boxes, name="boxes")
    checks.bounded(len(given), name="the number of boxes", low=0, high=BOXES_MAX)
    kinds = checks.indices(classes, name="classes", below=n_classes, length=len(given))
    images = checks.sizes(sizes, name="sizes", length=len(given))

    def cover(first: int, stop: int) -> NDArray[np.int64]:
        # Two cells more on each side take the steps down at the last edges.
        steps = np.zeros((n_classes, grid + 2, grid + 2), dtype=np.int64)
        _coverage(given, kinds, images, first, stop, steps)
        return steps

    rows_min = max(BOXES_OF_A_BLOCK, n_classes * grid * grid // 4)
    steps, *others = in_blocks(cover, rows=len(given), rows_min=rows_min)
    for more in others:
        steps += more
    np.cumsum(steps, axis=1, out=steps)
    np.cumsum(steps, axis=2, out=steps)
    return np.ascontiguousarray(steps[:, :grid, :grid])


def warm() -> None:
    one = np.ones((1, 2))
    coverage_histogram(np.ones((1, 4)), np.zeros(1, np.int32), one, n_classes=1, grid=1)


@njit(cache=True, nogil=True, error_model="numpy")
def _coverage(
    boxes: NDArray[np.float64],
    classes: NDArray[np.int32],
    sizes: NDArray[np.float64],
    first: int,
    stop: int,
    steps: NDArray[np.int64],
) -> None:
    """Enter each box at the sixteen crossings of the four borders of its strips on each side."""
    grid = steps.shape[1] - 2
    for i in range(first, stop):
        left, right, west, east = _strips(boxes[i, 0], boxes[i, 2], sizes[i, 0], grid)
        top, bottom, north, south = _strips(boxes[i, 1], boxes[i, 3], sizes[i, 1], grid)
        if left < 0 or top < 0:
            continue
        # The shares of the nine rectangles, from north-west to south-east.
        nw, n, ne = _units(north * west), _units(north), _units(north * east)
        w, c, e = _units(west), UNIT, _units(east)
        sw, s, se = _units(south * west), _units(south), _units(south * east)
        plane = steps[classes[i]]
        _enter(plane[top], left, right, nw, n, ne)
        _enter(plane[top + 1], left, right, w - nw, c - n, e - ne)
        _enter(plane[bottom], left, right, sw - w, s - c, se - e)
        _enter(plane[bottom + 1], left, right, -sw, -s, -se)


@njit(cache=True, nogil=True)
def _enter(
    row: NDArray[np.int64], left: int, right: int, first: int, middle: int, last: int
) -> None:
    """Step up to each share where its strip begins, and down to nothing behind the last."""
    row[left] += first
    row[left + 1] += middle - first
    row[right] += last - middle
    row[right + 1] -= last


@njit(cache=True, nogil=True)
def _units(share: float) -> int:
    return int(np.rint(share * UNIT))


@njit(cache=True, nogil=True, error_model="numpy")
def _strips(start: float, side: float, size: float, grid: int) -> tuple[int, int, float, float]:
    """Cut one side of a box: its first cell, its last, and the covered shares of these two.

    All cells between are covered whole. A side within one cell gets an empty last cell behind it;
    one that covers nothing gives -1.
    """
    if size <= 0.0:
        return -1, -1, 0.0, 0.0
    scale = grid / size
    low = min(max(start, 0.0), size) * scale
    high = min(min(max(start + side, 0.0), size) * scale, float(grid))
    if high <= low:
        return -1, -1, 0.0, 0.0
    first = int(low)
    last = int(np.ceil(high)) - 1
    if last <= first:
        return first, first + 1, high - low, 0.0
    return first, last, first + 1 - low, high - last
