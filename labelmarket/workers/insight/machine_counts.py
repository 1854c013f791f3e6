"""How much of each class would go to the machine, whatever the routes are."""

from collections.abc import Sequence

import numpy as np

from labelmarket.workers.columns import Int64s, LabelColumns
from labelmarket.workers.insight.machine_items import NO_CLASS, Tops, first_to_cover
from labelmarket.workers.insight.sums import in_classes


def items_by_class(tops: Tops, *, classes: int) -> Int64s:
    """Count the items of which each class is the most probable one."""
    spoken = tops.classes[tops.classes != NO_CLASS]
    return np.bincount(spoken, minlength=classes).astype(np.int64)


def rows_by_class(
    predictions: Sequence[LabelColumns],
    *,
    classes: tuple[str, ...],
    items: int,
    score_min: float = 0.0,
) -> Int64s:
    """Count the rows of each class that `machine_objects` would keep if the class went there."""
    counts = np.zeros(len(classes), dtype=np.int64)
    free = np.ones(items, dtype=np.bool_)
    for columns in predictions:
        mine = first_to_cover(columns, free)
        kinds = in_classes(columns.classes, columns.class_names, into=classes)
        kept = mine[columns.items] & (columns.scores >= score_min)
        counts += np.bincount(kinds[kept], minlength=len(classes))
        free &= ~mine
    return counts
