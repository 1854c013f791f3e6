"""Sums of parts that cover different items, added to the sums of the whole."""

from collections.abc import Sequence

import numpy as np

from labelmarket.workers.columns import Int64s
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.sums import GRID, Sums


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
    items = np.concatenate([np.zeros(0, np.int32), *(part.tally_items for part in parts)])
    kinds = np.concatenate([np.zeros(0, np.int32), *(part.tally_classes for part in parts)])
    counts = np.concatenate([np.zeros(0, np.int64), *(part.tally_counts for part in parts)])
    order = np.lexsort((kinds, items))
    cells = (len(classes), GRID, GRID)
    return Sums(
        class_names=classes,
        covered=covered,
        labels=_added([part.labels for part in parts], shape=(len(classes),)),
        tally_items=items[order],
        tally_classes=kinds[order],
        tally_counts=counts[order],
        together=_pairs([part.together for part in parts], n_classes=len(classes)),
        centres=_added([part.centres for part in parts], shape=cells),
        coverage=_added([part.coverage for part in parts], shape=cells, exact=True),
        unplaced=_added([part.unplaced for part in parts], shape=(len(classes),)),
        gold_boxes=sum(part.gold_boxes for part in parts),
        best_iou=sum(part.best_iou for part in parts),
        gold_matched=sum(part.gold_matched for part in parts),
        problems=sum(part.problems for part in parts),
    )


def _added(arrays: list[Int64s], *, shape: tuple[int, ...], exact: bool = False) -> Int64s:
    total = np.zeros(shape, dtype=object if exact else np.int64)
    for array in arrays:
        total += array
    return total


def _pairs(parts: list[Int64s], *, n_classes: int) -> Int64s:
    table = np.zeros((n_classes, n_classes), dtype=np.int64)
    for part in parts:
        table[part[:, 0], part[:, 1]] += part[:, 2]
    one, other = np.nonzero(table)
    return np.column_stack((one, other, table[one, other]))
