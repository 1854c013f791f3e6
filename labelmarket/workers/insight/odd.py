"""From where on a box is odd for its class: far beyond what most of the class look like."""

from typing import NamedTuple

import numpy as np

from labelmarket.workers.columns import Floats, Int64s
from labelmarket.workers.kernels.buckets import (
    AREA_BUCKETS,
    AREA_FIRST,
    ASPECT_BUCKETS,
    ASPECT_FIRST,
    STEPS,
    buckets_of,
)

FAR_OUT = 3
"""So many spans of the middle half beyond its ends a value is "far out" (Tukey, 1977).

A normal distribution has one in 400,000 there, so few right boxes are called odd.
"""

SPAN_LEAST = STEPS // 2
"""The middle half of a class spans half a doubling at least: rounding to pixels is not odd."""

BOXES_LEAST = 20
"""With fewer boxes the quarters of a class are no more than five boxes each."""


class Fences(NamedTuple):
    """The first and the last bucket of each class that are not odd, (n,) each."""

    low: Int64s
    high: Int64s


def fences_of(histograms: Int64s) -> Fences:
    """Set the fences of classes from their (n, buckets) of log2 values."""
    climbed = np.cumsum(histograms, axis=1)
    total = climbed[:, -1:]
    # The bucket where a quarter, and where three quarters, of the class are reached.
    first = (4 * climbed < total).sum(axis=1)
    last = (4 * climbed < 3 * total).sum(axis=1)
    reach = FAR_OUT * np.maximum(last - first, SPAN_LEAST)
    few = total[:, 0] < BOXES_LEAST
    buckets = histograms.shape[1]
    return Fences(np.where(few, 0, first - reach), np.where(few, buckets, last + reach))


def beyond(histograms: Int64s) -> Int64s:
    """Count the odd boxes of each class."""
    fences = fences_of(histograms)
    bucket = np.arange(histograms.shape[1])
    odd = (bucket < fences.low[:, None]) | (bucket > fences.high[:, None])
    counts: Int64s = np.where(odd, histograms, 0).sum(axis=1)
    return counts


def area_buckets(values: Floats) -> Int64s:
    return buckets_of(values, first=AREA_FIRST, buckets=AREA_BUCKETS)


def aspect_buckets(values: Floats) -> Int64s:
    return buckets_of(values, first=ASPECT_FIRST, buckets=ASPECT_BUCKETS)


def medians_of(histograms: Int64s, *, first: int) -> list[float | None]:
    """Give the middle of each class's median bucket, within a tenth of the median itself."""
    climbed = np.cumsum(histograms, axis=1)
    total = climbed[:, -1:]
    places = (2 * climbed < total).sum(axis=1)
    middles = np.exp2(first + (places + 0.5) / STEPS).tolist()
    return [middle if n else None for middle, n in zip(middles, total[:, 0].tolist(), strict=True)]
