"""Words on whole items compared with the true ones: right or not, item by item."""

from typing import TypedDict

import numpy as np

from labelmarket.workers.columns import GEOMETRY_ITEM, Int64s, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.sums import in_classes, objects

GOLD, GIVEN, RIGHT = range(3)
"""The columns of `Sums.item_gold`."""


class ItemSums(TypedDict):
    """Fields of `Sums`."""

    item_gold: Int64s
    gold_items: int
    gold_items_right: int


def item_sums(
    given: LabelColumns,
    gold: tuple[LabelColumns, ...],
    *,
    classes: tuple[str, ...],
    within: Spans,
) -> ItemSums:
    """Compare the classes of each item `within` that gold speaks of; an item may have none.

    An item is right when it has the very classes of the gold. Of an item that two files of gold
    cover the first one speaks. Labels of boxes, and gold of boxes, are not compared here.
    """
    if not given.speaks_of_items:
        return _counted(
            _pairs(given, classes, spans.NOTHING), _nothing(), 0, n_classes=len(classes)
        )
    true: list[Int64s] = [_nothing()]
    left = within
    checked: list[Spans] = []
    for file in gold:
        fresh = spans.minus(left, spans.minus(left, file.covered))
        left = spans.minus(left, file.covered)
        if file.speaks_of_items:
            true.append(_pairs(file, classes, fresh))
            checked.append(fresh)
    told = spans.union(checked)
    found = _pairs(given, classes, told)
    return _counted(found, np.concatenate(true), spans.count(told), n_classes=len(classes))


def _nothing() -> Int64s:
    return np.zeros(0, dtype=np.int64)


def _pairs(file: LabelColumns, classes: tuple[str, ...], within: Spans) -> Int64s:
    """Give what is said on items `within` as item and class in one number, each once."""
    kinds = in_classes(file.classes, file.class_names, into=classes)
    kept = spans.holds(within, file.items) & objects(classes, kinds)
    kept &= file.geometry == GEOMETRY_ITEM
    return np.unique(file.items[kept].astype(np.int64) * len(classes) + kinds[kept])


def _counted(found: Int64s, true: Int64s, checked: int, *, n_classes: int) -> ItemSums:
    both = np.intersect1d(found, true, assume_unique=True)
    wrong = np.unique(np.setxor1d(found, true, assume_unique=True) // max(n_classes, 1))
    held = (true, found, both)
    columns = [np.bincount(each % max(n_classes, 1), minlength=n_classes) for each in held]
    return ItemSums(
        item_gold=np.stack(columns, axis=1).astype(np.int64).reshape(n_classes, 3),
        gold_items=checked,
        gold_items_right=checked - len(wrong),
    )
