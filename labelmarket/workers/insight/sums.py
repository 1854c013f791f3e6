"""The integers of one part: whatever the report says, it says from sums of these."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import Int32s, Int64s, Spans
from labelmarket.workers.insight.samples import Samples

GRID = 12
"""Cells per side of the location grid: halves, thirds and quarters are sums of whole cells.

A class of some 500 labels leaves three or four to a cell; on a grid of 64 most of its cells would
hold nothing or one, and the sums of a part with 80 classes would be 5 MB instead of 0.2.
"""

MATCH_IOU = 0.5
"""The IoU from which on gold counts as found, in every count that knows of one threshold."""

BACKGROUND = "_background_"
"""The reserved class of what is no object; object statistics leave it out."""

TOUCHING, OUTSIDE, OFF, ZERO, EXACT, NEAR = range(6)
"""The columns of `Sums.marks`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """What one part adds to a report, integers only, so that no order changes a bit.

    `tally` is three columns (item ordinal, class, count) sorted by item and class, each pair once;
    the parts of a report cover different items, so tallies are laid end to end. `plain` are the
    items that hold a background label, and so are said to be without objects. `centres` and
    `coverage` are (classes, GRID, GRID), coverage and `best_iou` in multiples of 2**-40. Of the
    boxes that are no crowds, `areas` and `aspects` are the buckets of `box_shapes`, `sizes` has its
    three sizes in pixels, and `marks` (classes, 6) counts in the columns named above. `samples` are
    labels kept as they are: no sum is made of them. `gold_matched` counts gold boxes whose best IoU
    is MATCH_IOU or more. Where labels are words on whole items, `gold_items` counts those that gold
    speaks of, `gold_items_right` those with the very classes of the gold, and `item_gold`
    (classes, 3) the items to which gold gives a class, to which the labels do, and both.
    """

    class_names: tuple[str, ...]
    covered: Spans
    plain: Spans
    labels: Int64s
    tally_items: Int32s
    tally_classes: Int32s
    tally_counts: Int64s
    centres: Int64s
    coverage: Int64s
    unplaced: Int64s
    areas: Int64s
    aspects: Int64s
    sizes: Int64s
    marks: Int64s
    samples: Samples
    gold_boxes: int
    best_iou: int
    gold_matched: int
    item_gold: Int64s
    gold_items: int
    gold_items_right: int
    problems: int


def packed(sums: Sums) -> tuple[dict[str, NDArray[Any]], dict[str, object]]:
    """Give the columns of sums, and as text or names what is no column."""
    columns = {name: getattr(sums, name) for name in _COLUMNS}
    columns |= {f"sample_{one.name}": getattr(sums.samples, one.name) for one in fields(Samples)}
    # A sum of very many parts may need more digits than a JSON number keeps.
    numbers = {name: str(getattr(sums, name)) for name in _NUMBERS}
    return columns, {"class_names": list(sums.class_names), **numbers}


def is_packed(columns: Mapping[str, NDArray[Any]]) -> bool:
    """Tell whether these are all the columns that `unpacked` needs: earlier sums had fewer."""
    wanted = {*_COLUMNS, *(f"sample_{one.name}" for one in fields(Samples))}
    return wanted <= columns.keys()


def unpacked(columns: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> Sums:
    """Give back what `packed` took apart."""
    samples = Samples(**{one.name: columns[f"sample_{one.name}"] for one in fields(Samples)})
    others: dict[str, Any] = {name: columns[name] for name in _COLUMNS}
    others |= {name: int(meta[name]) for name in _NUMBERS}
    return Sums(class_names=tuple(meta["class_names"]), samples=samples, **others)


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


_NUMBERS = (
    *("gold_boxes", "best_iou", "gold_matched", "gold_items", "gold_items_right"),
    "problems",
)
_COLUMNS = tuple(
    one.name for one in fields(Sums) if one.name not in {*_NUMBERS, "class_names", "samples"}
)
