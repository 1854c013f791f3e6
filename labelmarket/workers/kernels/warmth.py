"""Compile every kernel, or load it from the cache, before work arrives."""

from collections.abc import Callable

from labelmarket.workers.kernels import (
    annotations,
    assignment,
    boxes,
    checks,
    confusions,
    counts,
    cover,
    crowding,
    ends,
    errors,
    groups,
    mask_overlaps,
    mask_text,
    mask_union,
    masks,
    pairs,
    places,
    polygons,
    precision,
    proportions,
    quadrants,
    repeats,
    resampling,
    shapes,
)

WORKED = (
    checks.warm,
    annotations.warm,
    counts.warm,
    cover.warm,
    crowding.warm,
    ends.warm,
    groups.warm,
    pairs.warm,
    places.warm,
    proportions.warm,
    quadrants.warm,
    repeats.warm,
    shapes.warm,
)
"""What a worker of the market reads, measures and reports with.

Each is of one module with compiled code, and calls its kernels once on the least input.
"""

COMPARED = (
    assignment.warm,
    boxes.warm,
    confusions.warm,
    errors.warm,
    mask_overlaps.warm,
    mask_text.warm,
    mask_union.warm,
    masks.warm,
    polygons.warm,
    precision.warm,
    resampling.warm,
)
"""What predictions are compared with, by commands that come and go, and delivered labels."""


def warm() -> None:
    """Call each kernel once; compiling all of them takes the better part of a minute."""
    warm_for_work()
    warm_to_compare()


def warm_to_compare(stopped: Callable[[], bool] = lambda: False) -> None:
    """Call what labels are compared with, until all is called or somebody stops it."""
    for one in COMPARED:
        if stopped():
            return
        one()


def warm_for_work() -> None:
    """Call what a worker uses; it does so at its start, outside any job's time."""
    for one in WORKED:
        one()
