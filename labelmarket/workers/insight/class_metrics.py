"""One figure for every class, with an interval that says how sure so much gold makes it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.insight.intervals import Floats, effective_trials, share_interval
from labelmarket.workers.insight.quality_types import ClassMetric, ItemMetric
from labelmarket.workers.insight.registry import ITEM_METRIC, OBJECT_METRIC

if TYPE_CHECKING:
    # Numba would be loaded with them, by processes that measure nothing.
    from labelmarket.workers.kernels.precision import Curves
    from labelmarket.workers.kernels.scores import Outcomes
    from labelmarket.workers.kernels.sides import Detections, Gold

SAMPLES, SAMPLES_LEAST = 200, 50
"""Samples of the images: their scatter is known to 5 % of itself, or to 10 %."""

WEIGHED_MAX = 30_000_000
"""Detections weighed over all samples, beyond which there are fewer of these: some seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigure:
    """A metric of one class, and between what it lies with 95 % confidence, all from 0 to 1.

    The value is None for a class without gold, and for a precision without a prediction; then the
    interval is all there is. `gold_examples` are what the value rests on: gold labels, or items.
    """

    name: str
    metric: ClassMetric
    value: float | None
    low: float
    high: float
    gold_examples: int


def object_figures(
    gold: "Gold",
    found: "Detections",
    *,
    class_names: tuple[str, ...],
    curves: "Curves | None" = None,
) -> tuple[ClassFigure, ...]:
    """Give the AP of every class, over COCO's thresholds, from `curves` where they are known.

    The interval is Wilson's for as many independent examples as scatter alike when the images are
    drawn anew. It held the truth in 95 % to 100 % of simulations with 5 to 60 images, and in 90 %
    or more where images are found as a whole or not at all; there, with 3 images, in 80 %. The
    same input gives the same bits. Raises ValueError for columns that the kernels refuse.
    """
    n_classes = len(class_names)
    known = curves or kernels.average_precision(gold, found, n_classes=n_classes)
    values = kernels.class_precision(known)
    positives = known.positives[:, 0]
    weighed = WEIGHED_MAX // max(np.asarray(found.images).size, 1)
    samples = kernels.resampled_precision(
        gold, found, n_classes=n_classes, samples=max(min(weighed, SAMPLES), SAMPLES_LEAST)
    )
    images = _images_with(gold, n_classes=n_classes)
    trials = effective_trials(values, samples, examples=positives, groups=images)
    trials = np.where(positives > 0, trials, 0.0)
    ends = share_interval(np.maximum(values, 0.0), trials)
    return _figures(values, trials, ends, positives, metric=OBJECT_METRIC, names=class_names)


def item_figures(
    outcomes: "Outcomes",
    *,
    items: int,
    class_names: tuple[str, ...],
    metric: ItemMetric = ITEM_METRIC,
) -> tuple[ClassFigure, ...]:
    """Give a metric of every class of whole items, of which so many were compared.

    Precision and accuracy, of one class against the rest, are shares with Wilson's interval. F1 is
    2J / (1 + J) of the share J of hits among the items where the class is true or given, and its
    interval is that of J: items are what varies, and of those each is a hit or not. In simulations
    these intervals held the truth in 93 % to 100 %.
    """
    hits, extra, missed = (np.asarray(one, dtype=np.int64) for one in outcomes)
    match metric:
        case "f1":
            right, of = hits, hits + extra + missed
        case "precision":
            right, of = hits, hits + extra
        case "accuracy":
            right, of = items - extra - missed, np.full(len(hits), items)
        case _:
            assert_never(metric)
    gold = hits + missed
    trials = np.where(gold > 0, of, 0)
    values, ends = right / np.maximum(of, 1), share_interval(right / np.maximum(of, 1), trials)
    if metric == "f1":
        values = 2 * hits / np.maximum(2 * hits + extra + missed, 1)
        ends = _f1(ends[0]), _f1(ends[1])
    return _figures(values, trials.astype(np.float64), ends, gold, metric=metric, names=class_names)


def _images_with(gold: "Gold", *, n_classes: int) -> NDArray[np.int64]:
    """Count the images that hold gold of each class, crowds and the like left out."""
    images, classes = np.asarray(gold.images), np.asarray(gold.classes)
    counted = np.ones(images.size, dtype=np.bool_)
    for aside in (gold.crowd, gold.ignored):
        if aside is not None:
            counted &= np.asarray(aside) == 0
    return kernels.class_counts(images[counted], classes[counted], n_classes=n_classes)[1]


def _f1(hits: Floats) -> Floats:
    """Give the F1 of shares of hits."""
    return 2.0 * hits / (1.0 + hits)


def _figures(
    values: Floats,
    trials: Floats,
    ends: tuple[Floats, Floats],
    gold: NDArray[np.int64],
    *,
    metric: ClassMetric,
    names: tuple[str, ...],
) -> tuple[ClassFigure, ...]:
    """Give figures; where there was no trial nothing is known."""
    columns = (values, trials, *ends, gold)
    return tuple(
        ClassFigure(
            name=name,
            metric=metric,
            value=value if of > 0 else None,
            low=low,
            high=high,
            gold_examples=examples,
        )
        for name, value, of, low, high, examples in zip(
            names, *(column.tolist() for column in columns), strict=True
        )
    )
