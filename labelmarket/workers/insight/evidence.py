"""The images or labels that a query of the report speaks of, looked up in the columns."""

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.columns import GEOMETRY_ITEM, Int64s, ItemTable, LabelColumns
from labelmarket.workers.insight import odd, spans
from labelmarket.workers.insight.finding_types import Check, Quadrant, Query
from labelmarket.workers.insight.image_checks import bare, copied, sizeless
from labelmarket.workers.insight.places import QUADRANTS
from labelmarket.workers.insight.sums import BACKGROUND, GRID
from labelmarket.workers.kernels import buckets

Rows = NDArray[np.bool_]

_FLAGS: dict[Check, int] = {
    "BOXES_OF_ZERO_SIZE": buckets.ZERO,
    "BOXES_OFF_IMAGE": buckets.OFF,
    "BOXES_OUTSIDE": buckets.OUTSIDE,
}
_REPEATS: dict[Check, int] = {
    "EXACT_DUPLICATES": buckets.EXACT,
    "NEAR_DUPLICATES": buckets.NEAR,
}


def found(query: Query, *, labels: LabelColumns, items: ItemTable) -> Int64s:
    """Give the ordinals of items, or the rows of labels, in ascending order.

    On the columns that were reported on there are as many as the evidence counts. Raises ValueError
    for a check that speaks of neither.
    """
    if query["kind"] == "images":
        return _images(query, labels, items)
    rows = spans.holds(labels.covered, labels.items)
    rows &= ~_of(labels, (BACKGROUND,))
    if query["with"]:
        rows &= _of(labels, tuple(query["with"]))
    if query["image"] is not None:
        rows &= labels.items == items.find([query["image"].encode()])[0]
    if query["quadrant"] is not None:
        rows &= _inside(labels, items, query["quadrant"])
    if query["check"] is not None:
        rows = _checked(labels, items, query["check"], rows)
    return np.flatnonzero(rows)


def _images(query: Query, labels: LabelColumns, items: ItemTable) -> Int64s:
    every = spans.ordinals(labels.covered)
    match query["check"]:
        case "IMAGES_WITHOUT_LABELS":
            return bare(labels.covered, labels.items[spans.holds(labels.covered, labels.items)])
        case "IMAGES_OF_UNKNOWN_SIZE":
            return sizeless(items, every)[0]
        case "IMAGES_OF_ZERO_SIZE":
            return sizeless(items, every)[1]
        case "DUPLICATE_IMAGES":
            return np.sort(copied(items, every)[0])
        case None:
            pass
        case check:
            raise ValueError(f"{check} does not speak of images")
    for name in query["with"]:
        every = np.intersect1d(every, labels.items[_of(labels, (name,))])
    for name in query["without"]:
        every = np.setdiff1d(every, labels.items[_of(labels, (name,))])
    return every


def _of(labels: LabelColumns, names: tuple[str, ...]) -> Rows:
    places = [place for place, name in enumerate(labels.class_names) if name in names]
    return np.isin(labels.classes, places)


def _inside(labels: LabelColumns, items: ItemTable, quadrant: Quadrant) -> Rows:
    """Tell which centres lie in a quarter of their image, as the location counts them."""
    centres = labels.boxes[:, :2] + labels.boxes[:, 2:] * 0.5
    sizes = items.sizes(labels.items)
    on = (sizes > 0).all(axis=1) & (centres >= 0).all(axis=1) & (centres <= sizes).all(axis=1)
    below, right = divmod(QUADRANTS.index(quadrant), 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        far = centres * GRID / sizes >= GRID // 2
    inside: Rows = on & (far[:, 0] == bool(right)) & (far[:, 1] == bool(below))
    return inside


def _checked(labels: LabelColumns, items: ItemTable, check: Check, rows: Rows) -> Rows:
    """Keep the rows that a check of boxes finds; odd is what is odd among these rows."""
    some = np.flatnonzero(rows & (labels.geometry != GEOMETRY_ITEM) & (labels.crowd == 0))
    kinds, boxes = labels.classes[some], labels.boxes[some]
    n_classes = len(labels.class_names)
    shapes = kernels.box_shapes(boxes, kinds, items.sizes(labels.items[some]), n_classes=n_classes)
    if check in _FLAGS:
        hit = (shapes.flags & _FLAGS[check]) > 0
    elif check in _REPEATS:
        again = kernels.repeated_boxes(labels.items[some], kinds, boxes, labels.ids[some])
        hit = again == _REPEATS[check]
    elif check == "ODD_SIZES":
        hit = _odd(shapes.area, odd.area_buckets(shapes.area), odd.fences_of(shapes.areas), kinds)
    elif check == "ODD_ASPECTS":
        places = odd.aspect_buckets(shapes.aspect)
        hit = _odd(shapes.aspect, places, odd.fences_of(shapes.aspects), kinds)
    else:
        raise ValueError(f"{check} does not speak of labels")
    chosen = np.zeros(len(labels), dtype=np.bool_)
    chosen[some[hit]] = True
    return chosen


def _odd(
    values: NDArray[np.float64],
    places: Int64s,
    fences: odd.Fences,
    kinds: NDArray[np.int32],
) -> Rows:
    beyond: Rows = (places < fences.low[kinds]) | (places > fences.high[kinds])
    return beyond & ~np.isnan(values)
