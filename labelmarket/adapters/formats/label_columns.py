"""Label columns put together from what a reader found, whatever the format."""

from collections.abc import Callable, Hashable

import numpy as np
from numpy.typing import NDArray

from labelmarket.adapters.formats.run_lengths import box_of
from labelmarket.workers.columns import (
    GEOMETRY_ITEM,
    GEOMETRY_POLYGONS,
    GEOMETRY_RLE,
    NO_ANNOTATOR,
    Bytes,
    Floats,
    Int32s,
    Int64s,
)
from labelmarket.workers.outlines import Outlines


def boxed(boxes: Floats, geometry: Bytes, outlines: Outlines) -> tuple[Floats, Bytes]:
    """Give rows without a box that of their outline; without an outline they speak of the item."""
    without = np.isnan(boxes[:, 0])
    if not without.any():
        return boxes, geometry
    boxes, geometry = boxes.copy(), geometry.copy()
    for row in np.flatnonzero(without & (geometry == GEOMETRY_POLYGONS)).tolist():
        points = np.concatenate(outlines.rings(row))
        if len(points):
            low, high = points.min(axis=0), points.max(axis=0)
            boxes[row] = (*low, *(high - low))
    for row in np.flatnonzero(without & (geometry == GEOMETRY_RLE)).tolist():
        boxes[row] = box_of(outlines.runs(row), height=int(outlines.mask_sizes[row, 0]))
    boxes[without & np.isnan(boxes[:, 0]) & (geometry == GEOMETRY_POLYGONS)] = 0.0
    geometry[np.isnan(boxes[:, 0])] = GEOMETRY_ITEM
    return boxes, geometry


def annotators_of(
    codes: Int64s, *, name: Callable[[int], Hashable]
) -> tuple[tuple[str, ...], Int32s]:
    """Give the names that occur, sorted by code, and which of them each row has."""
    if not len(codes) or (codes == NO_ANNOTATOR).all():
        return (), np.full(len(codes), NO_ANNOTATOR, dtype=np.int32)
    unique, places = np.unique(codes, return_inverse=True)
    names = tuple(str(name(code)) for code in unique.tolist() if code != NO_ANNOTATOR)
    found = np.searchsorted(unique[unique != NO_ANNOTATOR], unique)
    annotators = np.where(unique == NO_ANNOTATOR, NO_ANNOTATOR, found)[places]
    return names, annotators.astype(np.int32)


def crowded(items: Int32s, *, labels_max: int) -> NDArray[np.bool_]:
    """Tell which rows come after the first `labels_max` of their item."""
    if len(items) <= labels_max:
        return np.zeros(len(items), dtype=np.bool_)
    counts = np.bincount(items)
    over = np.zeros(len(items), dtype=np.bool_)
    for item in np.flatnonzero(counts > labels_max).tolist():
        over[np.flatnonzero(items == item)[labels_max:]] = True
    return over
