"""Which measures a task type is judged by, in what unit, and which kernels compute them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Unit(StrEnum):
    SHARE = "share"
    """From 0 to 1."""


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure; `kernel` is the name in `labelmarket.workers.kernels` of what computes it."""

    code: str
    title: str
    kernel: str
    unit: Unit = Unit.SHARE
    better: Better = Better.HIGHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What a task type is measured by, the figure that judges it first.

    `compared_by` is the kernel that compares labels with true ones, before they become figures.
    """

    compared_by: str
    metrics: tuple[Metric, ...]


def measures_of(task_type: str) -> Measures | None:
    """Give the measures of a task type by its code; None for one that has no kernels yet."""
    return _MEASURES.get(task_type)


_ACCURACY = Metric(code="accuracy", title="Items labeled right", kernel="accuracy")
_MEANS = tuple(
    Metric(code=code, title=title, kernel="mean_scores")
    for code, title in (
        ("macro_f1", "F1, every class alike"),
        ("macro_precision", "Precision, every class alike"),
        ("macro_recall", "Recall, every class alike"),
        ("micro_f1", "F1, every label alike"),
        ("micro_precision", "Precision, every label alike"),
        ("micro_recall", "Recall, every label alike"),
    )
)
_OBJECTS = tuple(
    Metric(code=code, title=title, kernel="coco_figures")
    for code, title in (
        ("map", "Mean average precision, IoU 0.50 to 0.95"),
        ("ap_50", "Average precision, IoU 0.50"),
        ("ap_75", "Average precision, IoU 0.75"),
        ("ap_small", "Average precision, small objects"),
        ("ap_medium", "Average precision, medium objects"),
        ("ap_large", "Average precision, large objects"),
        ("ar_1", "Average recall, 1 object an image"),
        ("ar_10", "Average recall, 10 objects an image"),
        ("ar_100", "Average recall, 100 objects an image"),
        ("ar_small", "Average recall, small objects"),
        ("ar_medium", "Average recall, medium objects"),
        ("ar_large", "Average recall, large objects"),
    )
)

_ONE_CLASS = Measures(compared_by="confusion", metrics=(*_MEANS, _ACCURACY))
_SEVERAL_CLASSES = Measures(compared_by="multilabel_counts", metrics=(_ACCURACY, *_MEANS))
_OBJECT_CLASS = Measures(compared_by="average_precision", metrics=_OBJECTS)

_MEASURES: Mapping[str, Measures] = MappingProxyType(
    {
        "image_classification": _SEVERAL_CLASSES,
        "audio_classification": _SEVERAL_CLASSES,
        "video_classification": _SEVERAL_CLASSES,
        "text_categorisation": Measures(
            compared_by="multilabel_counts", metrics=(*_MEANS, _ACCURACY)
        ),
        "tone": _ONE_CLASS,
        "sentiment": _ONE_CLASS,
        "object_detection": _OBJECT_CLASS,
        "instance_segmentation": _OBJECT_CLASS,
    }
)
