"""Where on the image the labels of a class lie: the cells that hold their centres."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.checks import CLASSES_MAX
from labelmarket.workers.kernels.threads import in_blocks

BOXES_OF_A_BLOCK = 1 << 19
"""Fewest boxes that are worth a thread, which needs a table of its own: ten milliseconds' work."""


def location_histogram(
    boxes: ArrayLike, classes: ArrayLike, sizes: ArrayLike, *, n_classes: int, grid: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count box centres in the cells of a grid laid over every image.

    Parameters
    ----------
    boxes : (n, 4) float64
        Boxes in pixels as x, y, width, height (the COCO frame).
    classes : (n,) whole numbers
        The class of each box.
    sizes : (n, 2) float64
        Width and height in pixels of the image of each box; 0 where unknown.
    n_classes, grid : int
        Classes (at most 2,000) and cells per side (at most 1,024).

    Returns
    -------
    centres : (n_classes, grid, grid) int64
        Rows from top to bottom, columns from left to right. Cells are half-open; a centre on the
        right or bottom edge belongs to the last cell.
    unplaced : (n_classes,) int64
        Boxes left out: their image has no size, or their centre lies outside it.

    Raises
    ------
    ValueError
        If a shape, a number or a box is out of bounds.

    Notes
    -----
    The column is floor((x + width / 2) * grid / image width). Centre times grid is rounded at
    most three times and the quotient correctly, so the cell is exact for coordinates that are
    multiples of 1/1024 pixel below 2**20, and elsewhere wrong only for centres within 4 units in
    the last place of a cell's border.

    """
    checks.bounded(n_classes, name="n_classes", low=0, high=CLASSES_MAX)
    checks.bounded(grid, name="grid", low=1, high=checks.GRID_MAX)
    given = checks.boxes(boxes, name="boxes")
    checks.bounded(len(given), name="the number of boxes", low=0, high=checks.INDEX_MAX)
    kinds = checks.indices(classes, name="classes", below=n_classes, length=len(given))
    images = checks.sizes(sizes, name="sizes", length=len(given))

    def count(first: int, stop: int) -> NDArray[np.int32]:
        # One cell more than the grid has takes the boxes that lie nowhere.
        cells = np.zeros((n_classes, grid * grid + 1), dtype=np.int32)
        _location(given, kinds, images, first, stop, grid, cells)
        return cells

    rows_min = max(BOXES_OF_A_BLOCK, n_classes * grid * grid)
    cells, *others = in_blocks(count, rows=len(given), rows_min=rows_min)
    for more in others:
        cells += more
    centres = cells[:, :-1].astype(np.int64).reshape(n_classes, grid, grid)
    return centres, cells[:, -1].astype(np.int64)


def warm() -> None:
    one = np.ones((1, 2))
    location_histogram(np.ones((1, 4)), np.zeros(1, np.int32), one, n_classes=1, grid=1)


@njit(cache=True, nogil=True, error_model="numpy")
def _location(
    boxes: NDArray[np.float64],
    classes: NDArray[np.int32],
    sizes: NDArray[np.float64],
    first: int,
    stop: int,
    grid: int,
    cells: NDArray[np.int32],
) -> None:
    """Find the cells of a run of boxes without a branch, then count them."""
    found = np.empty(512, dtype=np.int32)
    last, nowhere = grid - 1.0, np.int32(grid * grid)
    for start in range(first, stop, len(found)):
        n = min(stop - start, len(found))
        run, images = boxes[start : start + n], sizes[start : start + n]
        for i in range(n):
            width, height = images[i, 0], images[i, 1]
            x = run[i, 0] + run[i, 2] * 0.5
            y = run[i, 1] + run[i, 3] * 0.5
            inside = (width > 0.0) & (height > 0.0)
            inside &= (x >= 0.0) & (x <= width) & (y >= 0.0) & (y <= height)
            row = np.int32(min(y * grid / height, last))
            column = np.int32(min(x * grid / width, last))
            found[i] = row * np.int32(grid) + column if inside else nowhere
        for i in range(n):
            cells[classes[start + i], found[i]] += 1
