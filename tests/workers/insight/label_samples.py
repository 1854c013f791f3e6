"""Label columns made of rows, and a table of items to lay them on."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from labelmarket.workers.columns import ItemColumns, ItemTable, LabelColumns, hashes_of
from labelmarket.workers.insight import spans

CLASSES = ("cat", "dog", "_background_", "ant")
ITEMS = 8

Row = tuple[int, int, tuple[float, float, float, float], int]
"""Item, class, box and crowd flag."""

side = st.floats(0.0, 300.0)
rows = st.lists(
    st.tuples(
        st.integers(0, ITEMS - 1),
        st.integers(0, len(CLASSES) - 1),
        st.tuples(st.floats(-50.0, 300.0), st.floats(-50.0, 300.0), side, side),
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
    hashes = hashes_of(keys)
    order = np.argsort(hashes)
    sizes = np.array([(200.0, 100.0 + ordinal) for ordinal in range(ITEMS)])
    sizes[-1] = 0.0
    manifest = ItemColumns(
        first=0,
        keys=np.frombuffer(b"".join(keys), dtype=np.uint8),
        key_offsets=np.cumsum([0, *map(len, keys)]),
        hashes=hashes[order],
        by_hash=order.astype(np.int32),
        sizes=sizes,
        media=np.zeros((ITEMS, 32), dtype=np.uint8),
    )
    return ItemTable((manifest,))
