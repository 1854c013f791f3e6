"""The shape of what a report found and advises, and of the queries that show it."""

from typing import Literal, TypedDict

Quadrant = Literal["TOP_LEFT", "TOP_RIGHT", "BOTTOM_LEFT", "BOTTOM_RIGHT"]

Check = Literal[
    "ROWS_LOST",
    "IMAGES_WITHOUT_LABELS",
    "IMAGES_OF_UNKNOWN_SIZE",
    "IMAGES_OF_ZERO_SIZE",
    "DUPLICATE_IMAGES",
    "CLASSES_WITHOUT_LABELS",
    "CLASSES_IN_FEW_IMAGES",
    "BOXES_OF_ZERO_SIZE",
    "BOXES_OFF_IMAGE",
    "BOXES_OUTSIDE",
    "EXACT_DUPLICATES",
    "NEAR_DUPLICATES",
    "ODD_SIZES",
    "ODD_ASPECTS",
]
"""What dataset health looks for; `health` has each that applies, also where all is well."""

Action = Literal[
    "REVIEW_LOST_ROWS",
    "CHECK_IMAGES",
    "CHECK_BOXES",
    "LABEL_IMAGES",
    "COLLECT_CLASS",
    "COLLECT_WITHOUT",
    "SPREAD_CLASS",
    "VARY_LOCATION",
]

Query = TypedDict(
    "Query",
    {
        "kind": Literal["images", "labels"],
        "with": list[str],
        "without": list[str],
        "check": Check | None,
        "quadrant": Quadrant | None,
        "image": str | None,
    },
)
"""What to look for; all that is given must hold, and `insight.evidence.found` looks it up.

Images: those that hold every class of `with` and none of `without`, or that `check` finds. Labels:
those of a class of `with` (of any class when it is empty) that `check` finds, whose centre lies in
`quadrant`, on `image` alone.
"""


Example = TypedDict(
    "Example",
    {
        "image": str | None,
        "class": str | None,
        "id": int | None,
        "box": list[float] | None,
        "words": str,
    },
)
"""One image, class or label that a check found; `id` is the label's own in its file."""


class Finding(TypedDict):
    """What one check found: `count` of `of`, 0 where all is well; `examples` are at most 20."""

    check: Check
    count: int
    of: int
    words: str
    examples: list[Example]
    query: Query | None


class Evidence(TypedDict):
    """What the query finds: `count` of `of`; null for rows that were never read."""

    query: Query | None
    count: int
    of: int


class Number(TypedDict):
    name: str
    value: float


class Point(TypedDict):
    """A metric where the model had learned from so many labels of the class."""

    labels: int
    value: float


class Impact(TypedDict):
    """What more examples did so far: the metric by number of labels learned from, least first.

    `perDoubling` is the slope of the straight line through the points over log2 of the labels.
    """

    metric: str
    points: list[Point]
    perDoubling: float
    words: str


class Advice(TypedDict):
    """One thing to do next, the most pressing first; `impactUnknown` tells why there is none."""

    rank: int
    action: Action
    words: str
    classes: list[str]
    evidence: Evidence
    numbers: list[Number]
    impact: Impact | None
    impactUnknown: str | None
