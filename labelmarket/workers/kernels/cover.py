"""How much of each part of the image the labels of a class cover."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.counts import CLASSES_MAX

UNIT = 1 << 40
"""One whole cell, covered once, in the integers of the result."""

BOXES_MAX = 1 << 22
"""Most boxes of one call: their sum stays below 2**62."""


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
    differences cancel exactly, and any order or split of the boxes gives the same bits. A cell is
    within (2**-41 + 8 grid 2**-52) per box of exact rational arithmetic.

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
    steps = np.zeros((n_classes, grid + 1, grid + 1), dtype=np.int64)
    _coverage(given, kinds, images, steps)
    np.cumsum(steps, axis=1, out=steps)
    np.cumsum(steps, axis=2, out=steps)
    return np.ascontiguousarray(steps[:, :grid, :grid])


@njit(cache=True, nogil=True)
def _coverage(
    boxes: NDArray[np.float64],
    classes: NDArray[np.int32],
    sizes: NDArray[np.float64],
    steps: NDArray[np.int64],
) -> None:
    grid = steps.shape[1] - 1
    across, down = np.zeros((3, 3)), np.zeros((3, 3))
    for i in range(len(boxes)):
        columns = _strips(boxes[i, 0], boxes[i, 2], sizes[i, 0], grid, across)
        rows = _strips(boxes[i, 1], boxes[i, 3], sizes[i, 1], grid, down)
        plane = steps[classes[i]]
        for r in range(rows if columns > 0 else 0):
            top, bottom = int(down[r, 0]), int(down[r, 1])
            for c in range(columns):
                left, right = int(across[c, 0]), int(across[c, 1])
                weight = np.int64(np.rint(down[r, 2] * across[c, 2] * UNIT))
                plane[top, left] += weight
                plane[top, right] -= weight
                plane[bottom, left] -= weight
                plane[bottom, right] += weight


@njit(cache=True, nogil=True)
def _strips(start: float, side: float, size: float, grid: int, strips: NDArray[np.float64]) -> int:
    """Cut one side of a box into runs of equally covered cells: first, end, share of each cell."""
    if size <= 0.0:
        return 0
    low = min(max(start, 0.0), size) * grid / size
    high = min(max(start + side, 0.0), size) * grid / size
    if high <= low:
        return 0
    first = min(int(low), grid - 1)
    last = max(min(int(np.ceil(high)) - 1, grid - 1), first)
    if first == last:
        strips[0, 0], strips[0, 1], strips[0, 2] = first, first + 1, high - low
        return 1
    strips[0, 0], strips[0, 1], strips[0, 2] = first, first + 1, first + 1 - low
    strips[1, 0], strips[1, 1], strips[1, 2] = last, last + 1, high - last
    if last == first + 1:
        return 2
    strips[2, 0], strips[2, 1], strips[2, 2] = first + 1, last, 1.0
    return 3
