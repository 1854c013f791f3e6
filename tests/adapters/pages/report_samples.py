"""Reports put together by hand: of boxes with everything in them, and of words on whole items."""

from collections.abc import Sequence
from itertools import pairwise

from labelmarket.workers.insight.report_types import (
    Advice,
    ClassCount,
    ClassQuality,
    ErrorCount,
    Example,
    Finding,
    GoldClass,
    Location,
    NeverWithout,
    Pair,
    Quality,
    Query,
    Report,
    Shapes,
    Spread,
)

NAMES = ("person", "bicycle", "rider")
GRID = 12


def detection_report(
    names: Sequence[str] = NAMES,
    *,
    image: str = "a/0001.jpg",
    with_quality: bool = True,
    cooccurrence_total: int | None = None,
) -> Report:
    """Give a report of boxes in which every list has an entry of every class."""
    pairs = [_pair(a, b) for a, b in pairwise(names)]
    return Report(
        version=2,
        sections=[
            "classes",
            "cooccurrence",
            "density",
            "location",
            "shapes",
            "health",
            "advice",
            "quality",
        ],
        summary=[f"{names[0]} is on most images.", "Nothing is missing."],
        images=812,
        labels=1_000 * len(names),
        classes=[_class(name, of=len(names)) for name in names],
        labelsPerImage=[12, 500, 200, 100],
        cooccurrence=pairs,
        cooccurrenceTotal=cooccurrence_total or len(pairs),
        neverWithout=[_never_without(names[-1], names[0])],
        neverWithoutTotal=1,
        density=[_spread(name, image) for name in names],
        location=[_location(name) for name in names],
        shapes=[_shapes(name) for name in names],
        health=[_finding(names[0], image)],
        advice=[_advice(names[0], names[-1])],
        adviceTotal=7,
        meanBestIou=None,
        goldBoxes=0,
        goldMatched=0,
        goldItems=9,
        goldItemsRight=7,
        goldClasses=[_gold_class(name) for name in names],
        problems=3,
        quality=quality(names) if with_quality else None,
        qualityUnknown=None if with_quality else "Not known: nothing was given.",
    )


def classification_report(names: Sequence[str] = ("good", "bad")) -> Report:
    """Give a report of one class an item: nothing lies anywhere, and nothing stands together."""
    report = detection_report(names, with_quality=False)
    report["sections"] = ["classes", "health", "advice"]
    report["labelsPerImage"] = [0, 812]
    report["cooccurrence"], report["cooccurrenceTotal"] = [], 0
    report["neverWithout"], report["neverWithoutTotal"] = [], 0
    report["density"], report["location"], report["shapes"] = [], [], []
    return report


def quality(names: Sequence[str]) -> Quality:
    n = len(names)
    rows = [[100 if i == j else 7 * (j == i + 1) for j in range(n)] + [20] for i in range(n)]
    return Quality(
        geometry="box",
        figures={"ap": 0.504581, "ap50": 0.696973, "ap75": 0.572982, "apSmall": None},
        right=100 * n,
        wrong=12,
        notFound=20 * n,
        ignored=2,
        classes=[_class_quality(name) for name in names],
        errors=[
            ErrorCount(kind=kind, count=place, apGain=place / 100)
            for place, kind in enumerate(
                ("class", "location", "both", "duplicate", "background", "missed")
            )
        ],
        confusionClasses=[*names, "(nothing)"],
        confusion=[*rows, [5] * n + [0]],
    )


def _class(name: str, *, of: int) -> ClassCount:
    return ClassCount(
        name=name, labels=1_000, images=400, shareOfLabels=1 / of, shareOfImages=400 / 812
    )


def _gold_class(name: str) -> GoldClass:
    return GoldClass(name=name, gold=4, given=3, right=2, precision=2 / 3, recall=0.5)


def _pair(a: str, b: str) -> Pair:
    return Pair(
        a=a,
        b=b,
        images=200,
        labelsOfA=400,
        labelsOfB=300,
        bGivenA=0.5,
        aGivenB=0.25,
        lift=1.25,
        phi=-0.125,
    )


def _never_without(a: str, b: str) -> NeverWithout:
    return NeverWithout(
        a=a, b=b, images=70, lowerBound=0.958, known=True, words=f"{a} never without {b}"
    )


def _spread(name: str, image: str) -> Spread:
    return Spread(
        name=name,
        maxInOneImage=100,
        shareOfTopImage=100 / 140,
        topImage=image,
        gini=0.8,
        effectiveImages=1.95,
        histogram=[700, 40, *([0] * 62), 1],
        words=f"71.4 % of {name} are on one image",
    )


def _location(name: str) -> Location:
    grid = [[x * y for x in range(GRID)] for y in range(GRID)]
    return Location(
        name=name,
        quadrants=[[1, 2], [3, 18]],
        grid=GRID,
        centres=grid,
        coverage=[[cell / 7 for cell in row] for row in grid],
        unplaced=4,
        fullest="BOTTOM_RIGHT",
        shareOfFullest=0.75,
        p=0.0004,
        words=f"75 % of {name} in the bottom-right quadrant",
    )


def _shapes(name: str) -> Shapes:
    return Shapes(
        name=name,
        boxes=1_000,
        medianArea=0.0123,
        medianAspect=0.5,
        areaFirst=-12,
        areas=[3, 20, 100, 70, 4, 0, 1],
        aspectFirst=-3,
        aspects=[1, 30, 90, 20, 1],
        small=100,
        medium=600,
        large=300,
        touchingBorder=17,
        outside=2,
        offImage=1,
        zeroSize=1,
        exactDuplicates=3,
        nearDuplicates=5,
        oddSizes=6,
        oddAspects=7,
        words=f"{name} covers 1.2 % of its image",
    )


def _query(name: str, *, without: str) -> Query:
    return Query(
        {
            "kind": "images",
            "with": [name],
            "without": [without],
            "check": None,
            "quadrant": None,
            "image": None,
        }
    )


def _finding(name: str, image: str) -> Finding:
    example = Example(
        {
            "image": image,
            "class": name,
            "id": 17,
            "box": [1.5, 2.0, 300.0, 4.0],
            "words": f"{name} is 75 times as wide as high",
        }
    )
    return Finding(
        check="ODD_ASPECTS",
        count=40,
        of=3_000,
        words=f"40 boxes, most of {name}, are of odd shape",
        examples=[example],
        query=None,
    )


def _advice(name: str, other: str) -> Advice:
    return Advice(
        rank=1,
        action="COLLECT_WITHOUT",
        words=f"Collect {name} without {other}: 0 of 812",
        classes=[name, other],
        evidence={"query": _query(name, without=other), "count": 0, "of": 812},
        numbers=[{"name": "images with both", "value": 812.0}],
        impact=None,
        impactUnknown="Not known: no predictions were given.",
    )


def _class_quality(name: str) -> ClassQuality:
    return ClassQuality(
        name=name,
        gold=120,
        predicted=112,
        right=100,
        wrong=12,
        notFound=20,
        ap=0.61,
        ap50=0.8,
        ap75=None,
        ar100=0.7,
        metric="ap",
        value=0.61,
        low=0.52,
        high=0.69,
        goldExamples=120,
    )
