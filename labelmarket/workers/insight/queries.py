"""What to look for, said so that it can be looked up."""

from collections.abc import Sequence

from labelmarket.workers.insight.finding_types import Check, Quadrant, Query


def images(
    *, holding: Sequence[str] = (), without: Sequence[str] = (), check: Check | None = None
) -> Query:
    return {
        "kind": "images",
        "with": list(holding),
        "without": list(without),
        "check": check,
        "quadrant": None,
        "image": None,
    }


def labels(
    *,
    of: Sequence[str] = (),
    check: Check | None = None,
    quadrant: Quadrant | None = None,
    image: str | None = None,
) -> Query:
    return {
        "kind": "labels",
        "with": list(of),
        "without": [],
        "check": check,
        "quadrant": quadrant,
        "image": image,
    }
