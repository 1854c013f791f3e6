"""Very many labels in parts that are measured one by one, so that every sum of one stays exact."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from labelmarket.workers.columns import Int64s, LabelColumns, Spans

LABELS_MAX = 1 << 22
"""Most labels of a part: what so many boxes cover is a sum below 2**62."""

COLUMNS = (
    *("ids", "items", "classes", "boxes", "crowd", "areas", "scores"),
    *("annotators", "geometry"),
)


def parted(labels: LabelColumns, *, labels_max: int = LABELS_MAX) -> Iterator[LabelColumns]:
    """Give labels in parts of at most `labels_max` that cover different items, as `merge` wants.

    The problems of the file are those of its first part. Memory is that of one part, and 16 bytes
    for each item. Raises ValueError when one item alone has more labels.
    """
    if len(labels) <= labels_max:
        yield labels
        return
    edges = _edges(labels, labels_max=labels_max)
    for place, (first, stop) in enumerate(pairwise(edges)):
        rows = np.flatnonzero((labels.items >= first) & (labels.items < stop))
        columns = {name: getattr(labels, name)[rows] for name in COLUMNS}
        yield replace(
            labels,
            covered=_between(labels.covered, first=first, stop=stop),
            problems=0 if place else labels.problems,
            **columns,
        )


def _edges(labels: LabelColumns, *, labels_max: int) -> list[int]:
    """Give the ordinals at which parts begin, and behind the last one all items."""
    counts = np.bincount(labels.items)
    if counts.max() > labels_max:
        raise ValueError(f"one item has {counts.max()} labels, at most {labels_max} are measured")
    ends: Int64s = np.cumsum(counts)
    edges, held = [0], 0
    while edges[-1] < len(ends):
        edges.append(int(np.searchsorted(ends, held + labels_max, side="right")))
        held = int(ends[edges[-1] - 1])
    last = int(labels.covered[-1, 1]) if len(labels.covered) else 0
    edges[-1] = max(edges[-1], last)
    return edges


def _between(covered: Spans, *, first: int, stop: int) -> Spans:
    inside = np.clip(covered, first, stop)
    return inside[inside[:, 1] > inside[:, 0]]
