"""Areas of polygons, and the pixels that lie in them as COCO decides it."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.masks import PIXELS_MAX, Counts, Masks, Offsets

Floats = NDArray[np.float64]

SCALE = 5
"""Steps of the boundary per pixel; a column of pixels is cut in the middle, at step 2."""

CUT = 2


def polygon_areas(points: ArrayLike, starts: ArrayLike) -> Floats:
    """Areas that polygons enclose.

    Parameters
    ----------
    points : (m, 2) float64
        x and y of the corners of all polygons, one after the other.
    starts : (n + 1,) whole numbers
        Polygon i has the corners from `starts[i]` to before `starts[i + 1]`.

    Returns
    -------
    (n,) float64
        Half of the absolute shoelace sum, in square units of the corners; parts that a polygon
        runs around the other way count against it. 0 with less than three corners. The error is
        below 1e-15 times the number of corners times the square of the longest distance from
        the first corner.

    Raises
    ------
    ValueError
        If a shape is wrong, or a corner is not finite or beyond 1e9.

    """
    corners, borders = _sound(points, starts)
    areas = np.empty(len(borders) - 1)
    _areas(corners, borders, areas)
    return areas


def polygon_masks(points: ArrayLike, starts: ArrayLike, sizes: ArrayLike) -> Masks:
    """Masks of polygons, one each; `merge_masks` unites those of one label.

    Parameters
    ----------
    points, starts
        As in `polygon_areas`; corners in pixels, a pixel's centre at its number plus a half.
    sizes : (n, 2) whole numbers
        Height and width of the mask of each polygon.

    Returns
    -------
    Masks
        Equal to what COCO's `frPyObjects` [1]_ makes of the same corners, for coordinates up to
        4e8; fewer than three corners enclose nothing.

    Raises
    ------
    ValueError
        As `polygon_areas`, or if a mask has no pixel or more than 2**31 - 1.

    References
    ----------
    .. [1] pycocotools 2.0, `mask.frPyObjects`: the boundary is drawn at five steps a pixel with
       rounding towards zero, and the middle of every column asks where it is crossed.

    """
    corners, borders = _sound(points, starts)
    frames = np.ascontiguousarray(sizes, dtype=np.int64).reshape(-1, 2)
    if len(frames) != len(borders) - 1:
        raise ValueError(f"sizes must have {len(borders) - 1} rows, not {len(frames)}")
    if (frames < 1).any() or (frames[:, 0] > PIXELS_MAX // np.maximum(frames[:, 1], 1)).any():
        raise ValueError(f"a mask has from 1 to {PIXELS_MAX} pixels")
    # A cast rounds towards zero, and so does COCO's.
    steps = (SCALE * corners + 0.5).astype(np.int64)
    counts, offsets = _masks(checks.frozen(steps), borders, checks.frozen(frames))
    return Masks(counts, offsets, frames.astype(np.int32))


def warm() -> None:
    corners = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)]
    polygon_areas(corners, [0, 3])
    polygon_masks(corners, [0, 3], [(2, 2)])


def _sound(points: ArrayLike, starts: ArrayLike) -> tuple[Floats, Offsets]:
    corners = np.ascontiguousarray(points, dtype=np.float64)
    if corners.size == 0:
        corners = corners.reshape(0, 2)
    if corners.ndim != 2 or corners.shape[1] != 2:
        raise ValueError(f"points must have shape (m, 2), not {corners.shape}")
    if not (np.abs(corners) <= checks.COORDINATE_MAX).all():
        raise ValueError(f"points are not finite or beyond {checks.COORDINATE_MAX:g}")
    corners = checks.frozen(corners)
    return corners, checks.offsets(starts, name="starts", rows=len(corners))


@njit(cache=True, nogil=True)
def _areas(corners: Floats, starts: Offsets, areas: Floats) -> None:
    for i in range(len(areas)):
        first, stop, total = starts[i], starts[i + 1], 0.0
        # Corners are taken from the first one, so that far from the origin nothing is lost.
        for at in range(first + 1, stop - 1):
            x, y = corners[at, 0] - corners[first, 0], corners[at, 1] - corners[first, 1]
            next_x = corners[at + 1, 0] - corners[first, 0]
            next_y = corners[at + 1, 1] - corners[first, 1]
            total += x * next_y - next_x * y
        areas[i] = abs(total) / 2.0


@njit(cache=True, nogil=True)
def _masks(corners: Offsets, starts: Offsets, sizes: Offsets) -> tuple[Counts, Offsets]:
    """Between two crossings lies the mask; twice crossed at one place is not crossed."""
    n = len(starts) - 1
    room = np.zeros(n + 1, dtype=np.int64)
    for i in range(n):
        room[i + 1] = room[i] + _crossings(corners[starts[i] : starts[i + 1]], sizes[i], room[:0])
    crossed = np.empty(room[n], dtype=np.int64)
    counts = np.empty(room[n] + n, dtype=np.uint32)
    offsets, end = np.zeros(n + 1, dtype=np.int64), 0
    for i in range(n):
        mine = crossed[room[i] : room[i + 1]]
        _crossings(corners[starts[i] : starts[i + 1]], sizes[i], mine)
        mine.sort()
        pixels, before, at = sizes[i, 0] * sizes[i, 1], 0, 0
        while at < len(mine):
            place, times = mine[at], 0
            while at < len(mine) and mine[at] == place:
                at += 1
                times += 1
            if times % 2 and place < pixels:
                counts[end] = place - before
                before = place
                end += 1
        counts[end] = pixels - before
        end += 1
        offsets[i + 1] = end
    return counts[:end].copy(), offsets


@njit(cache=True, nogil=True)
def _crossings(corners: Offsets, size: Offsets, places: Offsets) -> int:
    """Count the crossings with the middles of columns, and write their pixels if there is room."""
    height, width, n = size[0], size[1], 0
    for at in range(len(corners)):
        ax, ay = corners[at, 0], corners[at, 1]
        bx, by = corners[(at + 1) % len(corners), 0], corners[(at + 1) % len(corners), 1]
        wide = abs(bx - ax) >= abs(by - ay)
        if (wide and ax > bx) or (not wide and ay > by):
            ax, ay, bx, by = bx, by, ax, ay
        left, right = min(ax, bx), max(ax, bx)
        column = max((left - CUT + SCALE - 1) // SCALE, 0)
        last = min((right - 1 - CUT) // SCALE, width - 1)
        if len(places) == 0:
            n += max(last - column + 1, 0)
            continue
        while column <= last:
            step = _height(ax, ay, bx, by, SCALE * column + CUT)
            row = min((step + SCALE - 1 - CUT) // SCALE, height) if step >= CUT else 0
            places[n] = column * height + row
            n += 1
            column += 1
    return n


@njit(cache=True, nogil=True)
def _height(ax: int, ay: int, bx: int, by: int, x: int) -> int:
    """Give the smaller y of the two boundary points on both sides of the middle of a column."""
    if bx - ax >= abs(by - ay):
        slope = (by - ay) / (bx - ax)
        return min(int(ay + slope * (x - ax) + 0.5), int(ay + slope * (x + 1 - ax) + 0.5))
    slope = (bx - ax) / (by - ay)
    # The step after which the boundary is beyond the middle, guessed and then made exact.
    step = min(max(int((x + 0.5 - ax) / slope), 1), by - ay)
    while step > 1 and _beyond(ax, slope, step - 1, x):
        step -= 1
    while not _beyond(ax, slope, step, x):
        step += 1
    return ay + step - 1


@njit(cache=True, nogil=True)
def _beyond(ax: int, slope: float, step: int, x: int) -> bool:
    reached = int(ax + slope * step + 0.5)
    return bool(reached > x if slope > 0.0 else reached <= x)
