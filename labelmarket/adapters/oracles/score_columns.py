"""Label columns of whole items with a score in every row."""

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import (
    GEOMETRY_ITEM,
    NO_ANNOTATOR,
    NO_ID,
    Floats,
    LabelColumns,
    Spans,
)


def score_columns(
    items: NDArray[np.integer],
    kinds: NDArray[np.integer],
    scores: Floats,
    *,
    classes: tuple[str, ...],
    covered: Spans,
    problems: int = 0,
) -> LabelColumns:
    count = len(items)
    return LabelColumns(
        class_names=classes,
        annotator_names=(),
        ids=np.full(count, NO_ID, dtype=np.int64),
        items=items.astype(np.int32),
        classes=kinds.astype(np.int32),
        boxes=np.full((count, 4), np.nan),
        crowd=np.zeros(count, dtype=np.uint8),
        areas=np.full(count, np.nan),
        scores=scores,
        annotators=np.full(count, NO_ANNOTATOR, dtype=np.int32),
        geometry=np.full(count, GEOMETRY_ITEM, dtype=np.uint8),
        covered=covered,
        problems=problems,
    )
