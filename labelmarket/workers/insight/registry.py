"""Which measures a task type is judged by, in what unit, and which kernels compute them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from labelmarket.workers.insight.quality_types import ClassMetric, ItemMetric

OBJECT_METRIC: Final = "ap"
"""The figure of each class of objects that gets an interval."""

ITEM_METRIC: Final[ItemMetric] = "f1"
"""The figure of each class of whole items that gets an interval, where no other is asked for."""


class Unit(StrEnum):
    SHARE = "share"
    """From 0 to 1."""


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure; `kernel` is the name in `labelmarket.workers.kernels` of what computes it.

    `figure` is its name among the figures of a comparison with gold, `title` how it is read.
    """

    code: str
    figure: str
    title: str
    kernel: str
    unit: Unit = Unit.SHARE
    better: Better = Better.HIGHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What a task type is measured by, the figure that judges it first.

    `compared_by` is the kernel that compares labels with true ones, before they become figures;
    `of_class` the figure that each class is told by, with an interval.
    """

    compared_by: str
    of_class: ClassMetric
    metrics: tuple[Metric, ...]

    @property
    def titles(self) -> dict[str, str]:
        """How each figure is read, by its name among the figures of a comparison."""
        return {metric.figure: metric.title for metric in self.metrics}


def measures_of(task_type: str) -> Measures | None:
    """Give the measures of a task type by its code; None for one that has no kernels yet."""
    return _MEASURES.get(task_type)


def measures_of_labels(*, whole_items: bool, task_type: str = "") -> Measures:
    """Give the measures of labels on whole items or on objects, whatever task they are of.

    A task type that the market knows may have measures of its own.
    """
    return _MEASURES.get(task_type) or (_SEVERAL_CLASSES if whole_items else _OBJECT_CLASS)


_ACCURACY = Metric(code="accuracy", figure="accuracy", title="accuracy", kernel="accuracy")
_MEANS = tuple(
    Metric(code=code, figure=figure, title=title, kernel="mean_scores")
    for code, figure, title in (
        ("macro_f1", "macroF1", "F1, every class alike"),
        ("macro_precision", "macroPrecision", "precision, every class alike"),
        ("macro_recall", "macroRecall", "recall, every class alike"),
        ("micro_f1", "microF1", "F1, every label alike"),
        ("micro_precision", "microPrecision", "precision, every label alike"),
        ("micro_recall", "microRecall", "recall, every label alike"),
    )
)
_OBJECTS = tuple(
    Metric(code=code, figure=figure, title=title, kernel="coco_figures")
    for code, figure, title in (
        ("map", "ap", "AP"),
        ("ap_50", "ap50", "AP at IoU 0.50"),
        ("ap_75", "ap75", "AP at IoU 0.75"),
        ("ap_small", "apSmall", "AP, small"),
        ("ap_medium", "apMedium", "AP, medium"),
        ("ap_large", "apLarge", "AP, large"),
        ("ar_1", "ar1", "AR, 1 an image"),
        ("ar_10", "ar10", "AR, 10 an image"),
        ("ar_100", "ar100", "AR, 100 an image"),
        ("ar_small", "arSmall", "AR, small"),
        ("ar_medium", "arMedium", "AR, medium"),
        ("ar_large", "arLarge", "AR, large"),
    )
)
"""COCO's twelve as they are read aloud: average precision and average recall."""

_ONE_CLASS = Measures(compared_by="confusion", of_class=ITEM_METRIC, metrics=(*_MEANS, _ACCURACY))
_SEVERAL_CLASSES = Measures(
    compared_by="multilabel_counts", of_class=ITEM_METRIC, metrics=(_ACCURACY, *_MEANS)
)
_OBJECT_CLASS = Measures(compared_by="average_precision", of_class=OBJECT_METRIC, metrics=_OBJECTS)

_MEASURES: Mapping[str, Measures] = MappingProxyType(
    {
        "image_classification": _SEVERAL_CLASSES,
        "audio_classification": _SEVERAL_CLASSES,
        "video_classification": _SEVERAL_CLASSES,
        "text_categorisation": Measures(
            compared_by="multilabel_counts", of_class=ITEM_METRIC, metrics=(*_MEANS, _ACCURACY)
        ),
        "tone": _ONE_CLASS,
        "sentiment": _ONE_CLASS,
        "object_detection": _OBJECT_CLASS,
        "instance_segmentation": _OBJECT_CLASS,
    }
)
