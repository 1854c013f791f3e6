"""Sets of item ordinals as half-open, sorted, disjoint ranges."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import Int64s, Spans

NOTHING: Spans = np.zeros((0, 2), dtype=np.int64)


def from_pairs(pairs: Iterable[tuple[int, int]]) -> Spans:
    """Give checked spans of (first, stop) pairs."""
    spans = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    flat = spans.ravel()
    if len(flat) and (flat[0] < 0 or (spans[:, 1] <= spans[:, 0]).any()):
        raise ValueError("a range must not be empty or begin below 0")
    if (spans[1:, 0] < spans[:-1, 1]).any():
        raise ValueError("ranges must be sorted and disjoint")
    return spans


def of(ordinals: NDArray[np.integer]) -> Spans:
    """Give the fewest spans that hold exactly these ordinals."""
    values = np.unique(ordinals).astype(np.int64)
    if not len(values):
        return NOTHING
    breaks = np.flatnonzero(np.diff(values) > 1)
    firsts = values[np.concatenate(([0], breaks + 1))]
    stops = values[np.concatenate((breaks, [len(values) - 1]))] + 1
    return np.column_stack((firsts, stops))


def where(held: NDArray[np.bool_]) -> Spans:
    """Give the fewest spans that hold exactly the ordinals that are marked."""
    edges = np.diff(held.astype(np.int8), prepend=0, append=0)
    return np.column_stack((np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)))


def ordinals(spans: Spans) -> Int64s:
    """Give every ordinal in order: 8 bytes for each."""
    lengths = spans[:, 1] - spans[:, 0]
    before = np.concatenate(([0], np.cumsum(lengths)[:-1])) if len(spans) else lengths
    return np.arange(lengths.sum()) + np.repeat(spans[:, 0] - before, lengths)


def holds(spans: Spans, wanted: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Tell for every ordinal whether a span holds it."""
    if not len(spans):
        return np.zeros(len(wanted), dtype=np.bool_)
    at = np.searchsorted(spans[:, 0], wanted, side="right") - 1
    inside: NDArray[np.bool_] = (at >= 0) & (wanted < spans[np.maximum(at, 0), 1])
    return inside


def count(spans: Spans) -> int:
    return int((spans[:, 1] - spans[:, 0]).sum())


def minus(spans: Spans, taken: Spans) -> Spans:
    """Give what `taken` does not hold; memory is 9 bytes for each ordinal of `spans`."""
    every = ordinals(spans)
    return of(every[~holds(taken, every)])


def both(spans: Spans, others: Spans) -> Spans:
    """Give what both hold; memory is as with `minus`."""
    every = ordinals(spans)
    return of(every[holds(others, every)])


def union(parts: Iterable[Spans]) -> Spans:
    """Give the spans that hold what any part holds; parts that touch are joined."""
    spans = np.concatenate([NOTHING, *parts])
    if not len(spans):
        return NOTHING
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    reach = np.maximum.accumulate(spans[:, 1])
    begins = np.concatenate(([True], spans[1:, 0] > reach[:-1]))
    ends = np.concatenate((begins[1:], [True]))
    return np.column_stack((spans[begins, 0], reach[ends]))
