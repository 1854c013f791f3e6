"""An evaluation under the names that clients read."""

from dataclasses import asdict

from labelmarket.workers.insight.evaluation import ClassResult, Evaluation
from labelmarket.workers.insight.report_types import ClassQuality, ErrorCount, Quality


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
    )


def _spoken(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))
