"""Predictions of whole items and of objects, made of rows."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from labelmarket.workers.columns import GEOMETRY_ITEM, NO_ID, LabelColumns
from labelmarket.workers.insight import spans

CLASSES = ("cat", "dog", "ant")
ITEMS = 6

Row = tuple[int, int, float]
"""Item, class and score."""

scores = st.sampled_from([0.0, 0.25, 0.5, 1.0, float("nan")])
row = st.tuples(st.integers(0, ITEMS - 1), st.integers(0, len(CLASSES) - 1), scores)
ordinals = st.sets(st.integers(0, ITEMS - 1))
routes = st.lists(st.booleans(), min_size=len(CLASSES), max_size=len(CLASSES))


def predictions(
    rows: Sequence[Row], *, covered: Sequence[int], classes: tuple[str, ...] = CLASSES
) -> LabelColumns:
    count = len(rows)
    return LabelColumns(
        class_names=classes,
        annotator_names=(),
        ids=np.full(count, NO_ID, dtype=np.int64),
        items=np.array([row[0] for row in rows], dtype=np.int32),
        classes=np.array([row[1] for row in rows], dtype=np.int32),
        boxes=np.full((count, 4), np.nan),
        crowd=np.zeros(count, dtype=np.uint8),
        areas=np.full(count, np.nan),
        scores=np.array([row[2] for row in rows], dtype=np.float64),
        annotators=np.full(count, -1, dtype=np.int32),
        geometry=np.full(count, GEOMETRY_ITEM, dtype=np.uint8),
        covered=spans.of(np.array(sorted(covered), dtype=np.int64)),
        problems=0,
    )


def rows_of(columns: LabelColumns) -> list[Row]:
    return list(
        zip(columns.items.tolist(), columns.classes.tolist(), columns.scores.tolist(), strict=True)
    )


files = st.lists(
    st.builds(
        lambda rows, covered: predictions(rows, covered=sorted(covered)),
        st.lists(row, max_size=12),
        ordinals,
    ),
    max_size=3,
)
