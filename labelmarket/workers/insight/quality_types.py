"""The shape of a comparison with gold, under the names that clients read.

Shares run from 0 to 1. Of every class one figure, its `metric`, has an interval: `value` lies
between `low` and `high` with 95 % confidence, and rests on `goldExamples` labels or items. Without
gold `value` is null, and the interval all there is.
"""

from typing import Literal, TypedDict

ItemMetric = Literal["f1", "precision", "accuracy"]
ClassMetric = Literal["ap", "f1", "precision", "accuracy"]


class ClassQuality(TypedDict):
    """One class of the comparison; counts are at an IoU of 0.5, null is a class without gold."""

    name: str
    gold: int
    predicted: int
    right: int
    wrong: int
    notFound: int
    ap: float | None
    ap50: float | None
    ap75: float | None
    ar100: float | None
    metric: ClassMetric
    value: float | None
    low: float
    high: float
    goldExamples: int


class ErrorCount(TypedDict):
    """How often something goes wrong, and how much higher AP at 0.5 would be without."""

    kind: str
    count: int
    apGain: float | None


class Quality(TypedDict):
    """Predictions against gold: COCO's figures by their names, classes, errors, confusion.

    `confusion` has a row a gold class and a column a predicted one, in the order of
    `confusionClasses`, the last of which stands for none.
    """

    geometry: Literal["box", "mask"]
    figures: dict[str, float | None]
    right: int
    wrong: int
    notFound: int
    ignored: int
    classes: list[ClassQuality]
    errors: list[ErrorCount]
    confusionClasses: list[str]
    confusion: list[list[int]]


class ItemClassQuality(TypedDict):
    """One class of whole items: on how many it is true, given, both, and only one of the two.

    `precision` is null for a class that was never given, `recall` for one that is never true, `f1`
    for one that is neither.
    """

    name: str
    gold: int
    predicted: int
    right: int
    wrong: int
    notFound: int
    precision: float | None
    recall: float | None
    f1: float | None
    metric: ClassMetric
    value: float | None
    low: float
    high: float
    goldExamples: int


class ItemQuality(TypedDict):
    """Classes given to whole items against true ones.

    `right` are the items whose given classes are exactly the true ones. `setAside` counts given
    classes that a surer one of their item put aside, where gold has one class an item. `confusion`
    is as in `Quality`: a true class that was not given stands beside the one given in its place
    where an item has one of each, else beside none.
    """

    geometry: Literal["item"]
    figures: dict[str, float | None]
    items: int
    right: int
    wrong: int
    setAside: int
    classes: list[ItemClassQuality]
    confusionClasses: list[str]
    confusion: list[list[int]]
