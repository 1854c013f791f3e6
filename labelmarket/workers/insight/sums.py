"""The integers of one part: whatever the report says, it says from sums of these."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import Int32s, Int64s, Spans

GRID = 12
"""Cells per side of the location grid: halves, thirds and quarters are sums of whole cells."""

MATCH_IOU = 0.5
"""The IoU from which on a gold box counts as found."""

BACKGROUND = "_background_"
"""The reserved class of what is no object; object statistics leave it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What one part adds to a report, integers only, so that no order changes a bit.

    `tally` is three columns (item ordinal, class, count) sorted by item and class, each pair once;
    the parts of a report cover different items, so tallies are laid end to end. `together` is
    (k, 3): two classes, the first below the second, and the items that hold both. `centres` and
    `coverage` are (classes, GRID, GRID), coverage and `best_iou` in multiples of 2**-40.
    `gold_matched` counts gold boxes whose best IoU is MATCH_IOU or more.
    """

    class_names: tuple[str, ...]
    covered: Spans
    labels: Int64s
    tally_items: Int32s
    tally_classes: Int32s
    tally_counts: Int64s
    together: Int64s
    centres: Int64s
    coverage: Int64s
    unplaced: Int64s
    gold_boxes: int
    best_iou: int
    gold_matched: int
    problems: int


def objects(class_names: tuple[str, ...], classes: Int32s) -> NDArray[np.bool_]:
    """Tell which rows are of a class that counts as an object."""
    if BACKGROUND not in class_names:
        return np.ones(len(classes), dtype=np.bool_)
    counts: NDArray[np.bool_] = classes != class_names.index(BACKGROUND)
    return counts


def in_classes(classes: Int32s, names: tuple[str, ...], *, into: tuple[str, ...]) -> Int32s:
    """Translate class ordinals from one list of names to another.

    Classes are added to a project while it runs, so an older file knows fewer of them.
    Raises ValueError when a row's class has no place in the new list.
    """
    if names == into[: len(names)]:
        return classes
    places = {name: place for place, name in enumerate(into)}
    moved = np.array([places.get(name, -1) for name in names], dtype=np.int32)[classes]
    if len(moved) and moved.min() < 0:
        raise ValueError("labels hold a class that the project does not have")
    return moved
