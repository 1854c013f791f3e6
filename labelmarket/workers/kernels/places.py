"""Where on the image the labels of a class lie: the cells that hold their centres."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.counts import CLASSES_MAX


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
    kinds = checks.indices(classes, name="classes", below=n_classes, length=len(given))
    images = checks.sizes(sizes, name="sizes", length=len(given))
    centres = np.zeros((n_classes, grid, grid), dtype=np.int64)
    unplaced = np.zeros(n_classes, dtype=np.int64)
    _location(given, kinds, images, centres, unplaced)
    return centres, unplaced


@njit(cache=True, nogil=True)
def _location(
    boxes: NDArray[np.float64],
    classes: NDArray[np.int32],
    sizes: NDArray[np.float64],
    centres: NDArray[np.int64],
    unplaced: NDArray[np.int64],
) -> None:
    grid = centres.shape[1]
    for i in range(len(boxes)):
        column = _cell(boxes[i, 0] + boxes[i, 2] * 0.5, sizes[i, 0], grid)
        row = _cell(boxes[i, 1] + boxes[i, 3] * 0.5, sizes[i, 1], grid)
        if column < 0 or row < 0:
            unplaced[classes[i]] += 1
        else:
            centres[classes[i], row, column] += 1


@njit(cache=True, nogil=True)
def _cell(centre: float, size: float, grid: int) -> int:
    if size <= 0.0 or centre < 0.0 or centre > size:
        return -1
    return min(int(centre * grid / size), grid - 1)
