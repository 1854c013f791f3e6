"""Label columns made of rows, and a table of items to lay them on."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from labelmarket.workers.columns import (
    GEOMETRY_ITEM,
    ItemTable,
    LabelColumns,
    item_columns,
)
from labelmarket.workers.insight import spans

CLASSES = ("cat", "dog", "_background_", "ant")
ITEMS = 8

Box = tuple[float, float, float, float]

Row = tuple[int, int, Box, int]
"""Item, class, box and crowd flag."""

side = st.floats(0.0, 300.0)
alike = st.sampled_from(
    [
        (10.0, 10.0, 20.0, 20.0),
        (10.0, 10.0, 20.0, 20.5),
        (10.2, 10.0, 20.0, 20.0),
        (10.0, 10.0, 0.0, 5.0),
        (-60.0, 0.0, 20.0, 20.0),
        (150.0, 50.0, 90.0, 3.0),
    ]
)
"""Boxes among which many are the same, nearly the same, or impossible."""

rows = st.lists(
    st.tuples(
        st.integers(0, ITEMS - 1),
        st.integers(0, len(CLASSES) - 1),
        st.one_of(alike, st.tuples(st.floats(-50.0, 300.0), st.floats(-50.0, 300.0), side, side)),
        st.integers(0, 1),
    ),
    max_size=20,
)


def labels(
    rows: Sequence[Row], *, covered: Sequence[int], classes: tuple[str, ...] = CLASSES
) -> LabelColumns:
    count = len(rows)
    return LabelColumns(
        class_names=classes,
        annotator_names=(),
        ids=np.arange(count, dtype=np.int64),
        items=np.array([row[0] for row in rows], dtype=np.int32),
        classes=np.array([row[1] for row in rows], dtype=np.int32),
        boxes=np.array([row[2] for row in rows], dtype=np.float64).reshape(-1, 4),
        crowd=np.array([row[3] for row in rows], dtype=np.uint8),
        areas=np.full(count, np.nan),
        scores=np.full(count, np.nan),
        annotators=np.full(count, -1, dtype=np.int32),
        geometry=np.zeros(count, dtype=np.uint8),
        covered=spans.of(np.array(sorted(covered), dtype=np.int64)),
        problems=0,
    )


def table() -> ItemTable:
    """Give eight items; the last has no size."""
    keys = [f"{ordinal}.jpg".encode() for ordinal in range(ITEMS)]
    sizes = np.array([(200.0, 100.0 + ordinal) for ordinal in range(ITEMS)])
    sizes[-1] = 0.0
    return ItemTable((item_columns(keys, sizes=sizes),))


def boxless(
    rows: Sequence[tuple[int, int]], *, covered: Sequence[int], classes: tuple[str, ...] = CLASSES
) -> LabelColumns:
    """Give labels of whole items, by item and class."""
    nowhere = (float("nan"),) * 4
    given = labels([(*row, nowhere, 0) for row in rows], covered=covered, classes=classes)
    return replace(given, geometry=np.full(len(rows), GEOMETRY_ITEM, dtype=np.uint8))


def sized(count: int, *, size: tuple[float, float] = (200.0, 100.0)) -> ItemTable:
    """Give items of one size."""
    keys = [f"{ordinal}.jpg".encode() for ordinal in range(count)]
    return ItemTable((item_columns(keys, sizes=np.tile(np.array(size), (count, 1))),))
