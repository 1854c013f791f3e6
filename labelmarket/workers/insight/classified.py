"""How well the classes that whole items were given fit their true ones."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.columns import GEOMETRY_ITEM, Int32s, Int64s, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.class_metrics import ClassFigure, item_figures
from labelmarket.workers.insight.quality_types import ItemMetric
from labelmarket.workers.insight.registry import ITEM_METRIC
from labelmarket.workers.insight.sums import in_classes, objects

if TYPE_CHECKING:
    # Numba would be loaded with them, by processes that measure nothing.
    from labelmarket.workers.kernels.scores import MeanScores, Outcomes


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """Items against gold; an item is right when its classes are exactly the true ones.

    `table` counts true classes (rows) by given ones, the last row and column standing for none: a
    true class that was not given is held against the one given in its place where an item has one
    of each, else against none. `set_aside` are given classes that a surer one of their item put
    aside. Shares are NaN where nothing is to be shared.
    """

    class_names: tuple[str, ...]
    items: int
    right: int
    outcomes: "Outcomes"
    means: "MeanScores"
    figures: tuple[ClassFigure, ...]
    table: Int64s
    set_aside: int


def classified(
    gold: LabelColumns,
    predicted: LabelColumns,
    *,
    classes: tuple[str, ...],
    within: Spans | None = None,
    metric: ItemMetric = ITEM_METRIC,
) -> Classified:
    """Compare the classes of the items that gold covers, or of those `within`.

    A class counts once an item, whoever gave it. Where gold has one class an item at most and
    every prediction has a score, the surest counts alone, of equals the first class. Boxes, and
    the background as a class, have no part in it; `metric` is what each class is given an interval
    of. Raises ValueError for a class that is not among `classes`.
    """
    here = spans.ordinals(gold.covered if within is None else within)
    n = len(classes)
    true = kernels.tally(*_rows(gold, classes, here), n_classes=n)[:2]
    items, kinds, scores = _scored(predicted, classes, here)
    set_aside = 0
    if (np.bincount(true[0]) <= 1).all() and not np.isnan(scores).any():
        surest = _surest(items, kinds, scores)
        set_aside = len(items) - len(surest)
        items, kinds = items[surest], kinds[surest]
    real = objects(classes, kinds)
    given = kernels.tally(items[real], kinds[real], n_classes=n)[:2]
    compared = kernels.multilabel_counts(
        truth_items=true[0],
        truth_classes=true[1],
        items=given[0],
        classes=given[1],
        n_items=len(here),
        n_classes=n,
    )
    return Classified(
        class_names=classes,
        items=len(here),
        right=compared.right,
        outcomes=compared.outcomes,
        means=kernels.mean_scores(compared.outcomes),
        figures=item_figures(
            compared.outcomes, items=len(here), class_names=classes, metric=metric
        ),
        table=_table(true, given, items=len(here), n_classes=n),
        set_aside=set_aside,
    )


def _rows(labels: LabelColumns, classes: tuple[str, ...], here: Int64s) -> tuple[Int64s, Int32s]:
    """Give the place among the items, and the class, of each label that counts."""
    items, kinds, _ = _scored(labels, classes, here)
    real = objects(classes, kinds)
    return items[real], kinds[real]


def _scored(
    labels: LabelColumns, classes: tuple[str, ...], here: Int64s
) -> tuple[Int64s, Int32s, NDArray[np.float64]]:
    kinds = in_classes(labels.classes, labels.class_names, into=classes)
    kept = (labels.geometry == GEOMETRY_ITEM) & spans.holds(spans.of(here), labels.items)
    return np.searchsorted(here, labels.items[kept]), kinds[kept], labels.scores[kept]


def _surest(items: Int64s, kinds: Int32s, scores: NDArray[np.float64]) -> Int64s:
    """Give the row of the surest class of each item."""
    order = np.lexsort((kinds, -scores, items))
    return order[np.flatnonzero(np.diff(items[order], prepend=-1))]


def _table(
    true: tuple[Int32s, Int32s], given: tuple[Int32s, Int32s], *, items: int, n_classes: int
) -> Int64s:
    ours, theirs = (side[0].astype(np.int64) * n_classes + side[1] for side in (true, given))
    missed = np.setdiff1d(ours, theirs, assume_unique=True)
    extra = np.setdiff1d(theirs, ours, assume_unique=True)
    both = np.intersect1d(ours, theirs, assume_unique=True) % max(n_classes, 1)
    width = max(n_classes, 1)
    lone_missed, lone_extra = (
        np.bincount(side // width, minlength=items) == 1 for side in (missed, extra)
    )
    paired = lone_missed & lone_extra
    swaps = [side[paired[side // width]] % width for side in (missed, extra)]
    left, over = (side[~paired[side // width]] % width for side in (missed, extra))
    table = np.zeros((n_classes + 1, n_classes + 1), dtype=np.int64)
    np.add.at(table, (both, both), 1)
    np.add.at(table, (swaps[0], swaps[1]), 1)
    np.add.at(table, (left, n_classes), 1)
    np.add.at(table, (n_classes, over), 1)
    return table
