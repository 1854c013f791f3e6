"""How much would go to the machine, for every threshold at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import Floats, Int64s, LabelColumns
from labelmarket.workers.insight.machine_items import NO_CLASS, Tops, first_to_cover
from labelmarket.workers.insight.sums import in_classes

BY_METRIC, HUMAN, MACHINE = -1, 0, 1
"""What decides on a class: its metric against the threshold, or something stronger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Counts that change at the metrics of the classes alone.

    `thresholds` (m) rise. `classes`, `counts` (m + 1) tell how many classes are the machine's, and
    how much is: before `i` stands what holds above `thresholds[i - 1]` and up to `thresholds[i]`.
    """

    thresholds: Floats
    classes: Int64s
    counts: Int64s

    def at(self, threshold: float) -> tuple[int, int]:
        """Give classes and count when classes with a metric strictly below go to people."""
        step = int(np.searchsorted(self.thresholds, threshold, side="left"))
        return int(self.classes[step]), int(self.counts[step])


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


def steps(counts: Int64s, *, metrics: Floats, fixed: NDArray[np.int8]) -> Steps:
    """Sum the counts of the machine's classes at every threshold.

    `metrics` holds NaN for a class that no oracle knows, which goes to people; `fixed` tells of
    every class what decides on it, BY_METRIC, HUMAN or MACHINE. Raises ValueError for shapes that
    differ.
    """
    if not counts.shape == metrics.shape == fixed.shape:
        raise ValueError("counts, metrics and routes are of the same classes")
    always = fixed == MACHINE
    varying = (fixed == BY_METRIC) & ~np.isnan(metrics)
    thresholds, places = np.unique(metrics[varying], return_inverse=True)
    kinds, sums = np.zeros((2, len(thresholds) + 1), dtype=np.int64)
    np.add.at(kinds, places, 1)
    np.add.at(sums, places, counts[varying])
    return Steps(
        thresholds=thresholds,
        classes=int(always.sum()) + np.cumsum(kinds[::-1])[::-1],
        counts=int(counts[always].sum()) + np.cumsum(sums[::-1])[::-1],
    )
