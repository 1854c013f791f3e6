"""Routing: what goes to the machine, previews of it, and the learner of texts."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers import medians_s
from benchmarks.routing_learner import learner_rows
from benchmarks.routing_preview import preview_rows
from benchmarks.rows import Row
from labelmarket.workers.columns import GEOMETRY_ITEM, LabelColumns
from labelmarket.workers.insight.machine_items import MachinePart, tops_of, whole_items

ITEMS, CLASSES = 1_000_000, 80
FILES = 20
"""A file holds some four million rows at the most."""

ROUTED_S_MAX = 2.0
REPEATS = 3
NAMES = tuple(f"class {n}" for n in range(CLASSES))

Bools = NDArray[np.bool_]


def rows() -> Iterator[Row]:
    yield from _routed()
    yield from preview_rows()
    yield from learner_rows()


def _routed() -> Iterator[Row]:
    """Ours gives the machine's labels as columns; NumPy's way gives items, classes and scores."""
    predictions = _predictions()
    machine = np.arange(CLASSES) % 2 == 0
    _say_the_same(_ours(predictions, machine), _plain(predictions, machine))
    took_s = medians_s(
        {
            "ours": lambda: _ours(predictions, machine),
            "plain": lambda: _plain(predictions, machine),
        },
        repeats=REPEATS,
    )
    ours, plain = took_s["ours"], took_s["plain"]
    work = f"routed by item: {ITEMS:,} items × {CLASSES} classes, {ITEMS * CLASSES:,} scores"
    for peer, theirs in (
        (f"limit {ROUTED_S_MAX:g} s", ROUTED_S_MAX),
        ("plain NumPy (dense matrix, argmax)", plain),
    ):
        yield Row(work=work, value=ours, unit="s", peer=peer, ratio=theirs / ours, floor=1.0)


def _ours(predictions: Sequence[LabelColumns], machine: Bools) -> MachinePart:
    tops = tops_of(predictions, classes=NAMES, items=ITEMS)
    return whole_items(predictions, tops, classes=NAMES, machine=machine)


def _plain(
    predictions: Sequence[LabelColumns], machine: Bools
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    matrix = np.full((ITEMS, CLASSES), -np.inf)
    for columns in predictions:
        matrix[columns.items, columns.classes] = columns.scores
    tops = matrix.argmax(axis=1)
    items = np.flatnonzero(machine[tops])
    return items, tops[items], matrix[items, tops[items]]


def _say_the_same(
    ours: MachinePart,
    theirs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
) -> None:
    for name, other in zip(("items", "classes", "scores"), theirs, strict=True):
        mine = np.concatenate([getattr(labels, name) for labels in ours.labels])
        assert np.array_equal(mine, other), f"NumPy's way has other {name}"


def _predictions() -> list[LabelColumns]:
    """Every class of every item with a score, file by file, as a model's output is read."""
    chance, each = np.random.default_rng(5), ITEMS // FILES
    return [_file(chance, first=number * each, items=each) for number in range(FILES)]


def _file(chance: np.random.Generator, *, first: int, items: int) -> LabelColumns:
    count = items * CLASSES
    same = np.broadcast_to
    return LabelColumns(
        class_names=NAMES,
        annotator_names=(),
        ids=same(np.int64(-1), (count,)),
        items=np.repeat(np.arange(first, first + items, dtype=np.int32), CLASSES),
        classes=np.tile(np.arange(CLASSES, dtype=np.int32), items),
        boxes=same(np.nan, (count, 4)),
        crowd=same(np.uint8(0), (count,)),
        areas=same(np.nan, (count,)),
        scores=chance.random(count),
        annotators=same(np.int32(-1), (count,)),
        geometry=same(np.uint8(GEOMETRY_ITEM), (count,)),
        covered=np.array([[first, first + items]], dtype=np.int64),
        problems=0,
    )
