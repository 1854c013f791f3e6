"""Sums of parts that cover different items, added to the sums of the whole."""

from collections.abc import Sequence

import numpy as np

from labelmarket.workers.columns import Int32s, Int64s
from labelmarket.workers.insight import samples, spans
from labelmarket.workers.insight.sums import GRID, Sums
from labelmarket.workers.kernels.buckets import AREA_BUCKETS, ASPECT_BUCKETS

SAFE_BELOW = 2.0**62


def merge(parts: Sequence[Sums], *, classes: tuple[str, ...]) -> Sums:
    """Add the parts; their order and how the items were split among them change nothing.

    Two 64-bit sums could overflow over very many parts, so coverage and `best_iou` are added as
    whole numbers without bound. Memory peaks at 40 bytes for each item and class that occurs.
    Raises ValueError when two parts cover one item or a part knows other classes.
    """
    covered = spans.union(part.covered for part in parts)
    if spans.count(covered) != sum(spans.count(part.covered) for part in parts):
        raise ValueError("two parts cover the same item")
    if any(part.class_names != classes for part in parts):
        raise ValueError("a part was measured with other classes")
    tally = _tally(parts)
    n = len(classes)
    return Sums(
        class_names=classes,
        covered=covered,
        plain=spans.union(part.plain for part in parts),
        labels=_added([part.labels for part in parts], shape=(n,)),
        tally_items=tally[0],
        tally_classes=tally[1],
        tally_counts=tally[2],
        centres=_added([part.centres for part in parts], shape=(n, GRID, GRID)),
        coverage=_added([part.coverage for part in parts], shape=(n, GRID, GRID), exact=True),
        unplaced=_added([part.unplaced for part in parts], shape=(n,)),
        areas=_added([part.areas for part in parts], shape=(n, AREA_BUCKETS)),
        aspects=_added([part.aspects for part in parts], shape=(n, ASPECT_BUCKETS)),
        sizes=_added([part.sizes for part in parts], shape=(n, 3)),
        marks=_added([part.marks for part in parts], shape=(n, 6)),
        samples=samples.kept([part.samples for part in parts]),
        gold_boxes=sum(part.gold_boxes for part in parts),
        best_iou=sum(part.best_iou for part in parts),
        gold_matched=sum(part.gold_matched for part in parts),
        item_gold=_added([part.item_gold for part in parts], shape=(n, 3)),
        gold_items=sum(part.gold_items for part in parts),
        gold_items_right=sum(part.gold_items_right for part in parts),
        problems=sum(part.problems for part in parts),
    )


def _tally(parts: Sequence[Sums]) -> tuple[Int32s, Int32s, Int64s]:
    items = np.concatenate([np.zeros(0, np.int32), *(part.tally_items for part in parts)])
    kinds = np.concatenate([np.zeros(0, np.int32), *(part.tally_classes for part in parts)])
    counts = np.concatenate([np.zeros(0, np.int64), *(part.tally_counts for part in parts)])
    if (items[1:] >= items[:-1]).all():
        # Each part is sorted and holds its items alone, so the parts came in order.
        return items, kinds, counts
    order = np.lexsort((kinds, items))
    return items[order], kinds[order], counts[order]


def _added(arrays: list[Int64s], *, shape: tuple[int, ...], exact: bool = False) -> Int64s:
    """Add; `exact` goes over to numbers without bound where 64 bits might not hold the sum."""
    largest = sum(float(np.abs(array).max(initial=0)) for array in arrays) if exact else 0.0
    total = np.zeros(shape, dtype=object if largest >= SAFE_BELOW else np.int64)
    for array in arrays:
        total += array
    return total
