"""The shape of a report: what stands in its JSON, under the names that clients read.

Shares run from 0 to 1. An image is any item: a row of a table or a text is one too. `words` say
in English what the numbers beside them say. Lists that could grow without bound are cut to their
most telling entries, and a number beside them tells how many there are in all.
"""

from typing import Literal, TypedDict

from labelmarket.workers.insight.finding_types import (
    Action,
    Advice,
    Check,
    Evidence,
    Example,
    Finding,
    Impact,
    Number,
    Point,
    Quadrant,
    Query,
)
from labelmarket.workers.insight.quality_types import (
    ClassQuality,
    ErrorCount,
    ItemClassQuality,
    ItemQuality,
    Quality,
)

__all__ = [
    "Action",
    "Advice",
    "Check",
    "ClassCount",
    "ClassQuality",
    "ErrorCount",
    "Evidence",
    "Example",
    "Finding",
    "GoldClass",
    "Impact",
    "ItemClassQuality",
    "ItemQuality",
    "Location",
    "NeverWithout",
    "Number",
    "Pair",
    "Point",
    "Quadrant",
    "Quality",
    "Query",
    "Report",
    "Section",
    "Shapes",
    "Spread",
]

Section = Literal[
    "classes", "cooccurrence", "density", "location", "shapes", "health", "advice", "quality"
]
"""A part that labels of this kind have; the list of any other part is empty, and `quality` null.

`location` and `shapes` need boxes; `cooccurrence` and `density` boxes, or an image with two labels.
"""


class ClassCount(TypedDict):
    """How often a class occurs; the shares are of all labels, and of all images."""

    name: str
    labels: int
    images: int
    shareOfLabels: float
    shareOfImages: float


class Pair(TypedDict):
    """Two classes that stand together on `images`.

    `labelsOfA` counts the labels of a on those images, `bGivenA` is the share of a's images that
    hold b. `lift` is 1 where they know nothing of each other. `phi`, from -1 to 1, is null where
    one of the classes is on every image.
    """

    a: str
    b: str
    images: int
    labelsOfA: int
    labelsOfB: int
    bGivenA: float
    aGivenB: float
    lift: float
    phi: float | None


class NeverWithout(TypedDict):
    """`a` was on `images`, each time together with `b`.

    `lowerBound` is the exact one-sided 95 % bound of the share of a's images that hold b; `known`
    tells that it is 95 % or more, for which 59 images are needed. Else there are only so many.
    """

    a: str
    b: str
    images: int
    lowerBound: float
    known: bool
    words: str


class Spread(TypedDict):
    """How a class is spread over the images; all 0 for a class without labels.

    `histogram` counts the images with 0, 1, 2, … labels; its 65th entry those with 64 or more.
    `topImage` is the image with the most labels, null for a class without.
    """

    name: str
    maxInOneImage: int
    shareOfTopImage: float
    topImage: str | None
    gini: float
    effectiveImages: float
    histogram: list[int]
    words: str


class Location(TypedDict):
    """Where a class lies; rows from the top, each from the left.

    `quadrants` is 2 x 2, `centres` and `coverage` are grid x grid: box centres in each cell, and
    how many times each cell is covered in all, to four digits. `unplaced` boxes are of images of
    unknown size, or have their centre outside. `p` is the chance of so uneven quadrants if none
    were preferred and each label lay for itself, corrected for having asked of all classes;
    `fullest` is null without a centre.
    """

    name: str
    quadrants: list[list[int]]
    grid: int
    centres: list[list[int]]
    coverage: list[list[float]]
    unplaced: int
    fullest: Quadrant | None
    shareOfFullest: float
    p: float
    words: str


class Shapes(TypedDict):
    """How large the boxes of a class are, for each class that has boxes; crowds are left out.

    `areas[i]` counts boxes that cover 2**(areaFirst + i) of their image or more, and less than
    twice that; `aspects[i]` those whose width over height begins at 2**(aspectFirst + i) likewise.
    Both lists begin and end with a count, or are empty. Medians are null without a box that counts.
    `small`, `medium` and `large` are below 32², below 96², and from 96² square pixels on.
    """

    name: str
    boxes: int
    medianArea: float | None
    medianAspect: float | None
    areaFirst: int
    areas: list[int]
    aspectFirst: int
    aspects: list[int]
    small: int
    medium: int
    large: int
    touchingBorder: int
    outside: int
    offImage: int
    zeroSize: int
    exactDuplicates: int
    nearDuplicates: int
    oddSizes: int
    oddAspects: int
    words: str


class GoldClass(TypedDict):
    """A class of whole items against the true labels; `precision` and `recall` may be unknown.

    `gold` counts the checked items that have the class, `given` those that were said to have it,
    `right` both.
    """

    name: str
    gold: int
    given: int
    right: int
    precision: float | None
    recall: float | None


class Report(TypedDict):
    """All of it; `summary` is its few first sentences.

    Labels are compared with gold box by box (`goldBoxes`), or where they are words on whole items,
    item by item: `goldItems` are those that gold speaks of, and an item is right when it has the
    very classes of the gold. `goldClasses` is empty without such items.
    `labelsPerImage` counts images with 0, 1, 2, … labels, the 65th entry those with 64 or more.
    `cooccurrence` has at most 4,005 pairs, those on the most images, in order of names.
    `qualityUnknown` tells why there is no `quality`.
    """

    version: int
    sections: list[Section]
    summary: list[str]
    images: int
    labels: int
    classes: list[ClassCount]
    labelsPerImage: list[int]
    cooccurrence: list[Pair]
    cooccurrenceTotal: int
    neverWithout: list[NeverWithout]
    neverWithoutTotal: int
    density: list[Spread]
    location: list[Location]
    shapes: list[Shapes]
    health: list[Finding]
    advice: list[Advice]
    adviceTotal: int
    meanBestIou: float | None
    goldBoxes: int
    goldMatched: int
    goldItems: int
    goldItemsRight: int
    goldClasses: list[GoldClass]
    problems: int
    quality: Quality | ItemQuality | None
    qualityUnknown: str | None
