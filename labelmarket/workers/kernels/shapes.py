"""How large boxes are on their images, how long, and how they lie to the borders."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.buckets import (
    AREA_BUCKETS,
    AREA_FIRST,
    ASPECT_BUCKETS,
    ASPECT_FIRST,
    EXPONENT_OF_ONE,
    FRACTION,
    FRACTION_BITS,
    OFF,
    OUTSIDE,
    QUARTERS,
    STEPS,
    TOUCHING,
    ZERO,
)
from labelmarket.workers.kernels.threads import in_blocks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.int32]
Flags = NDArray[np.uint8]

BORDER_PX = 1.0
"""Tools round coordinates to whole pixels, some from 0 and some from 1: so much means nothing."""

SMALL_BELOW_PX, LARGE_FROM_PX = 32.0**2, 96.0**2

BOXES_OF_A_BLOCK = 1 << 17


class Shapes(NamedTuple):
    """What `box_shapes` gives; it says what they mean."""

    areas: Ints
    aspects: Ints
    sizes: Ints
    area: Floats
    aspect: Floats
    flags: Flags


def box_shapes(boxes: ArrayLike, classes: ArrayLike, sizes: ArrayLike, *, n_classes: int) -> Shapes:
    """Sort the boxes of each class into buckets of area and aspect, and mark each box.

    Parameters
    ----------
    boxes : (n, 4) float64
        Boxes in pixels as x, y, width, height (the COCO frame).
    classes : (n,) whole numbers
        The class of each box.
    sizes : (n, 2) float64
        Width and height in pixels of the image of each box; 0 where unknown.
    n_classes : int
        How many classes there are, at most 2,000.

    Returns
    -------
    areas : (n_classes, AREA_BUCKETS) int64
        Boxes by their share of the image, four buckets to a doubling; those with a side of 0 and
        those on images of unknown size are left out.
    aspects : (n_classes, ASPECT_BUCKETS) int64
        Boxes by width over height likewise; those with a side of 0 are left out.
    sizes : (n_classes, 3) int64
        Boxes below 32² square pixels, below 96², and from there on, as COCO divides them.
    area, aspect : (n,) float64
        The share of the image, and width over height; NaN where a box is left out.
    flags : (n,) uint8
        ZERO for a side of 0. Else, on an image of known size, the sum of OFF when no part of the
        box is on it, OUTSIDE when the box ends more than a pixel beyond it, and TOUCHING when it
        reaches to a pixel from a border, or beyond.

    Raises
    ------
    ValueError
        If a shape, a number or a box is out of bounds.

    Notes
    -----
    A bucket is found from the bits of a number, by three comparisons and never from a logarithm,
    so that it is the same on every machine; each ratio is rounded at most three times.

    """
    checks.bounded(n_classes, name="n_classes", low=0, high=checks.CLASSES_MAX)
    given = checks.boxes(boxes, name="boxes")
    kinds = checks.indices(classes, name="classes", below=n_classes, length=len(given))
    images = checks.sizes(sizes, name="sizes", length=len(given))
    area, aspect = np.full(len(given), np.nan), np.full(len(given), np.nan)
    flags = np.zeros(len(given), dtype=np.uint8)

    def count(first: int, stop: int) -> tuple[Ints, Ints, Ints]:
        areas = np.zeros((n_classes, AREA_BUCKETS), dtype=np.int64)
        aspects = np.zeros((n_classes, ASPECT_BUCKETS), dtype=np.int64)
        pixels = np.zeros((n_classes, 3), dtype=np.int64)
        _shapes(
            given[first:stop],
            kinds[first:stop],
            images[first:stop],
            area[first:stop],
            aspect[first:stop],
            flags[first:stop],
            areas,
            aspects,
            pixels,
        )
        return areas, aspects, pixels

    counted = in_blocks(count, rows=len(given), rows_min=BOXES_OF_A_BLOCK)
    areas, aspects, pixels = (sum(parts[1:], parts[0]) for parts in zip(*counted, strict=True))
    return Shapes(areas, aspects, pixels, area, aspect, flags)


def warm() -> None:
    one = np.ones((1, 2))
    box_shapes(np.ones((1, 4)), np.zeros(1, np.int32), one, n_classes=1)


@njit(cache=True, nogil=True, error_model="numpy")
def _shapes(
    boxes: Floats,
    classes: Rows,
    images: Floats,
    area: Floats,
    aspect: Floats,
    flags: Flags,
    areas: Ints,
    aspects: Ints,
    sizes: Ints,
) -> None:
    area_bits, aspect_bits = area.view(np.int64), aspect.view(np.int64)
    for i in range(len(boxes)):
        kind, width, height = classes[i], boxes[i, 2], boxes[i, 3]
        pixels = width * height
        sizes[kind, (pixels >= SMALL_BELOW_PX) + (pixels >= LARGE_FROM_PX)] += 1
        if width == 0.0 or height == 0.0:
            flags[i] = ZERO
            continue
        aspect[i] = width / height
        aspects[kind, _bucket(aspect_bits[i], ASPECT_FIRST, ASPECT_BUCKETS)] += 1
        if images[i, 0] > 0.0 and images[i, 1] > 0.0:
            area[i] = pixels / (images[i, 0] * images[i, 1])
            areas[kind, _bucket(area_bits[i], AREA_FIRST, AREA_BUCKETS)] += 1
            across = _reach(boxes[i, 0], width, images[i, 0])
            flags[i] = across | _reach(boxes[i, 1], height, images[i, 1])


@njit(cache=True, nogil=True)
def _bucket(bits: int, first: int, buckets: int) -> int:
    """Read the bucket off a number's bits: its exponent, then which quarter of a doubling."""
    fraction = bits & FRACTION
    quarter = (fraction >= QUARTERS[0]) + (fraction >= QUARTERS[1]) + (fraction >= QUARTERS[2])
    place = ((bits >> FRACTION_BITS) - EXPONENT_OF_ONE - first) * STEPS + quarter
    return min(max(place, 0), buckets - 1)


@njit(cache=True, nogil=True)
def _reach(start: float, side: float, size: float) -> int:
    end = start + side
    found = 0
    if end <= 0.0 or start >= size:
        found |= OFF
    if start < -BORDER_PX or end > size + BORDER_PX:
        found |= OUTSIDE
    if start <= BORDER_PX or end >= size - BORDER_PX:
        found |= TOUCHING
    return found
