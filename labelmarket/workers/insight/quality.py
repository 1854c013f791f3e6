"""An evaluation under the names that clients read."""

from dataclasses import asdict
from math import isnan
from typing import TypedDict

from labelmarket.workers import kernels
from labelmarket.workers.insight.class_metrics import ClassFigure
from labelmarket.workers.insight.classified import Classified
from labelmarket.workers.insight.evaluation import NOTHING, ClassResult, Evaluation
from labelmarket.workers.insight.quality_types import (
    ClassMetric,
    ClassQuality,
    ErrorCount,
    ItemClassQuality,
    ItemQuality,
    Quality,
)
from labelmarket.workers.insight.registry import measures_of_labels


class Interval(TypedDict):
    """Fields of both kinds of class."""

    metric: ClassMetric
    value: float | None
    low: float
    high: float
    goldExamples: int


def quality_of(evaluation: Evaluation) -> Quality:
    return Quality(
        geometry=evaluation.geometry,
        figures={_spoken(name): value for name, value in asdict(evaluation.figures).items()},
        right=evaluation.right,
        wrong=evaluation.wrong,
        notFound=evaluation.not_found,
        ignored=evaluation.ignored,
        classes=[_class(one) for one in evaluation.classes],
        errors=[
            ErrorCount(kind=one.kind, count=one.count, apGain=one.ap_gain)
            for one in evaluation.errors
        ],
        confusionClasses=list(evaluation.confusion_classes),
        confusion=[list(row) for row in evaluation.confusion],
    )


def item_quality_of(found: Classified) -> ItemQuality:
    accuracy = kernels.accuracy(found.right, of=found.items)
    means = {_spoken(name): value for name, value in found.means._asdict().items()}
    figures = {"accuracy": accuracy, **means}
    return ItemQuality(
        geometry="item",
        figures={
            name: _known(figures[name]) for name in measures_of_labels(whole_items=True).titles
        },
        items=found.items,
        right=found.right,
        wrong=found.items - found.right,
        setAside=found.set_aside,
        classes=_item_classes(found),
        confusionClasses=[*found.class_names, NOTHING],
        confusion=found.table.tolist(),
    )


def _item_classes(found: Classified) -> list[ItemClassQuality]:
    scores = kernels.class_scores(found.outcomes)
    rows = zip(found.figures, *map(list, (*found.outcomes, *scores)), strict=True)
    return [
        ItemClassQuality(
            name=figure.name,
            gold=int(hits + missed),
            predicted=int(hits + extra),
            right=int(hits),
            wrong=int(extra),
            notFound=int(missed),
            precision=_known(float(precision)),
            recall=_known(float(recall)),
            f1=_known(float(f1)),
            **_interval(figure),
        )
        for figure, hits, extra, missed, precision, recall, f1 in rows
    ]


def _interval(figure: ClassFigure) -> Interval:
    return Interval(
        metric=figure.metric,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        goldExamples=figure.gold_examples,
    )


def _known(value: float) -> float | None:
    return None if isnan(value) else value


def _class(one: ClassResult) -> ClassQuality:
    return ClassQuality(
        name=one.name,
        gold=one.gold,
        predicted=one.predicted,
        right=one.right,
        wrong=one.wrong,
        notFound=one.not_found,
        ap=one.ap,
        ap50=one.ap50,
        ap75=one.ap75,
        ar100=one.ar100,
        **_interval(one.figure),
    )


def _spoken(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
