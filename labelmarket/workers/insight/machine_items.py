"""Which items go to the machine, and what it says of them, by the routes of the classes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import ROW_COLUMNS, Floats, Int32s, Int64s, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.sums import in_classes

BLOCK_ROWS = 1 << 18
"""Rows that are looked at in one go; small enough to stay in the processor's caches."""

NO_CLASS = -1
NO_ROWS: Int64s = np.zeros(0, dtype=np.int64)

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class MachinePart:
    """`items` are wholly the machine's; `labels` are its labels, file by file.

    `rows` tells which rows of each file these are, rising, so that their outlines can be found.
    The labels of a file cover the items of which they speak: those of `items`, and for objects all
    that the predictions cover, since people add the other classes there.
    """

    items: Spans
    labels: tuple[LabelColumns, ...]
    rows: tuple[Int64s, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tops:
    """The most probable class of every item, `NO_CLASS` where no prediction speaks of it.

    `files` and `rows` tell which row of which file says so.
    """

    classes: Int32s
    files: Int32s
    rows: Int64s


def tops_of(predictions: Sequence[LabelColumns], *, classes: tuple[str, ...], items: int) -> Tops:
    """Find the most probable class of each of `items` items; the first of equals in `classes`.

    Where several files cover an item the first one counts. Rows on items that their file does not
    cover, and rows without a score, say nothing. Memory is 25 bytes for each item, and about 40
    for each row of a block. Raises ValueError for an item or a class that is not there.
    """
    tops = Tops(
        classes=np.full(items, NO_CLASS, dtype=np.int32),
        files=np.full(items, -1, dtype=np.int32),
        rows=np.full(items, -1, dtype=np.int64),
    )
    scores = np.full(items, -np.inf)
    free = np.ones(items, dtype=np.bool_)
    for file, columns in enumerate(predictions):
        mine = first_to_cover(columns, free)
        for first, block in _blocks(columns):
            kinds = in_classes(columns.classes[block], columns.class_names, into=classes)
            _raise_tops(
                tops,
                scores,
                mine,
                file=file,
                first=first,
                said=(columns.items[block], kinds, columns.scores[block]),
            )
        free &= ~mine
    return tops


def whole_items(
    predictions: Sequence[LabelColumns], tops: Tops, *, classes: tuple[str, ...], machine: Bools
) -> MachinePart:
    """Give the machine's items of a task of one class each, and their one label.

    An item is the machine's when its most probable class is: `machine` says that of every class.
    """
    _check_routes(machine, classes)
    # The place behind the last class is the one that NO_CLASS means.
    taken = np.append(machine, False)[tops.classes]
    labels, every = [], []
    for file, columns in enumerate(predictions):
        here = taken & (tops.files == file)
        every.append(np.sort(tops.rows[here]))
        labels.append(_only(columns, every[-1], covered=spans.where(here)))
    return MachinePart(items=spans.where(taken), labels=tuple(labels), rows=tuple(every))


def machine_objects(
    predictions: Sequence[LabelColumns],
    *,
    classes: tuple[str, ...],
    machine: Bools,
    items: int,
    score_min: float = 0.0,
) -> MachinePart:
    """Give the rows of the machine's classes with a score of at least `score_min`.

    For objects, and for items of several classes, where .5 parts yes from no. The covered items
    are wholly the machine's when all classes are, and else none is: people look at each of them.
    Memory is 2 bytes for each item, and what is kept twice. Raises ValueError as
    `tops_of` does.
    """
    _check_routes(machine, classes)
    free = np.ones(items, dtype=np.bool_)
    labels, every = [], []
    for columns in predictions:
        mine = first_to_cover(columns, free)
        kept = []
        for first, block in _blocks(columns):
            kinds = in_classes(columns.classes[block], columns.class_names, into=classes)
            allowed = columns.scores[block] >= score_min
            allowed &= machine[kinds] & mine[columns.items[block]]
            kept.append(np.flatnonzero(allowed) + first)
        every.append(np.concatenate([NO_ROWS, *kept]))
        labels.append(_only(columns, every[-1], covered=spans.where(mine)))
        free &= ~mine
    wholly = spans.where(~free) if machine.all() else spans.NOTHING
    return MachinePart(items=wholly, labels=tuple(labels), rows=tuple(every))


def first_to_cover(columns: LabelColumns, free: Bools) -> Bools:
    """Tell of every item whether this file is the first to cover it. Raises ValueError."""
    if len(columns.covered) and columns.covered[-1, 1] > len(free):
        raise ValueError(f"predictions cover item {columns.covered[-1, 1] - 1} of {len(free)}")
    mine = np.zeros(len(free), dtype=np.bool_)
    for first, stop in columns.covered.tolist():
        mine[first:stop] = free[first:stop]
    return mine


def _blocks(columns: LabelColumns) -> Iterator[tuple[int, slice]]:
    for first in range(0, len(columns), BLOCK_ROWS):
        yield first, slice(first, first + BLOCK_ROWS)


def _raise_tops(
    tops: Tops,
    scores: Floats,
    mine: Bools,
    *,
    file: int,
    first: int,
    said: tuple[Int32s, Int32s, Floats],
) -> None:
    """Take a block of rows in; what stands in `tops` gives way to a better or an earlier class."""
    if not len(said[0]):
        return
    rows = None
    speaks = ~np.isnan(said[2])
    # Nearly always all items of a block are of this file; looking them up row by row is dear.
    if not mine[said[0].min() : said[0].max() + 1].all():
        speaks &= mine[said[0]]
    if not speaks.all():
        rows = np.flatnonzero(speaks)
    if (said[0][1:] < said[0][:-1]).any():
        among = np.arange(len(speaks)) if rows is None else rows
        rows = among[np.argsort(said[0][among], kind="stable")]
    items, kinds, values = said
    if rows is not None:
        items, kinds, values = items[rows], kinds[rows], values[rows]
    if not len(items):
        return
    chosen = _highest(items, kinds, values)
    on, kind, value = items[chosen], kinds[chosen], values[chosen]
    better = (value > scores[on]) | ((value == scores[on]) & (kind < tops.classes[on]))
    on, chosen = on[better], chosen[better]
    scores[on], tops.classes[on] = values[chosen], kinds[chosen]
    tops.files[on], tops.rows[on] = file, first + (chosen if rows is None else rows[chosen])


def _highest(items: Int32s, kinds: Int32s, values: Floats) -> Int64s:
    """Give the row of the highest value of each item, of equals the first class: items rise."""
    begins = np.concatenate(([0], np.flatnonzero(items[1:] != items[:-1]) + 1))
    best = np.maximum.reduceat(values, begins)
    lengths = np.diff(np.concatenate((begins, [len(items)])))
    highest = np.flatnonzero(values == np.repeat(best, lengths))
    if len(highest) == len(begins):
        return highest
    highest = highest[np.lexsort((kinds[highest], items[highest]))]
    return highest[np.concatenate(([True], np.diff(items[highest]) != 0))]


def _only(columns: LabelColumns, rows: Int64s, *, covered: Spans) -> LabelColumns:
    kept = {name: getattr(columns, name)[rows] for name in ROW_COLUMNS}
    return replace(columns, covered=covered, problems=0, **kept)


def _check_routes(machine: Bools, classes: tuple[str, ...]) -> None:
    if machine.shape != (len(classes),):
        raise ValueError(f"{len(machine)} routes for {len(classes)} classes")
