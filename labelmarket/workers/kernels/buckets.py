"""Into which buckets shapes are sorted, and how boxes are marked: names that need no kernel."""

import numpy as np
from numpy.typing import NDArray

STEPS = 4
"""Buckets to a doubling."""

AREA_FIRST, AREA_BUCKETS = -32, 33 * STEPS
ASPECT_FIRST, ASPECT_BUCKETS = -8, 16 * STEPS
"""The first bucket begins at 2**first and also takes what is less, the last what is more."""

ZERO, OFF, OUTSIDE, TOUCHING = 1, 2, 4, 8
"""A side is 0; nothing is on the image; more than a pixel is beyond it; a border is near."""

ALONE, NEAR, EXACT = 0, 1, 2
"""Whether a box repeats another of its class and image."""

FRACTION_BITS, FRACTION, EXPONENT_OF_ONE = 52, (1 << 52) - 1, 1_023
QUARTERS = tuple(int((2.0 ** (step / STEPS) - 1.0) * 2.0**FRACTION_BITS) for step in (1, 2, 3))
"""The fraction bits of the fourth roots of 2, 4 and 8."""


def buckets_of(values: NDArray[np.float64], *, first: int, buckets: int) -> NDArray[np.int64]:
    """Give the bucket of every positive number, as `box_shapes` finds it."""
    bits = np.ascontiguousarray(values).view(np.int64)
    quarter = np.searchsorted(QUARTERS, bits & FRACTION, side="right")
    places = ((bits >> FRACTION_BITS) - EXPONENT_OF_ONE - first) * STEPS + quarter
    inside: NDArray[np.int64] = np.clip(places, 0, buckets - 1)
    return inside
