"""Label columns of one part, measured into sums."""

from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.columns import (
    GEOMETRY_ITEM,
    Floats,
    Int64s,
    ItemTable,
    LabelColumns,
    Spans,
)
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.item_sums import item_sums
from labelmarket.workers.insight.shape_sums import Boxes, shape_sums
from labelmarket.workers.insight.sums import GRID, MATCH_IOU, Sums, in_classes, objects
from labelmarket.workers.kernels.whole_shares import UNIT

Rows = NDArray[np.bool_]


class PlaceSums(TypedDict):
    """Fields of `Sums`."""

    centres: Int64s
    coverage: Int64s
    unplaced: Int64s


def measure(
    labels: LabelColumns,
    *,
    items: ItemTable,
    classes: tuple[str, ...],
    gold: tuple[LabelColumns, ...],
    only: Spans | None = None,
) -> Sums:
    """Measure a part, or what it says of the items in `only`; rows of other items are problems.

    Memory peaks at about 250 bytes for each label above the mapped columns, and 4 KB for each
    class. Raises ValueError for labels whose class is not among `classes`.
    """
    covered = labels.covered if only is None else only
    kinds = in_classes(labels.classes, labels.class_names, into=classes)
    inside = spans.holds(covered, labels.items)
    real = objects(classes, kinds)
    counted = inside & real
    held = kernels.tally(labels.items[counted], kinds[counted], n_classes=len(classes))
    boxed = counted & (labels.geometry != GEOMETRY_ITEM)
    boxes, single = _some(labels, kinds, boxed), labels.crowd[boxed] == 0
    sizes = items.sizes(boxes.items)
    best = _best_ious(gold, labels, classes=classes, within=covered)
    return Sums(
        class_names=classes,
        covered=covered,
        plain=spans.of(labels.items[inside & ~real]),
        labels=np.bincount(kinds[counted], minlength=len(classes)).astype(np.int64),
        tally_items=held[0],
        tally_classes=held[1],
        tally_counts=held[2],
        **_place_sums(boxes, sizes=sizes, n_classes=len(classes)),
        **shape_sums(_only(boxes, single), sizes=sizes[single], n_classes=len(classes)),
        gold_boxes=len(best),
        best_iou=_exact_sum(best),
        gold_matched=int((best >= MATCH_IOU * UNIT).sum()),
        **item_sums(labels, gold, classes=classes, within=covered),
        problems=labels.problems + int(len(inside) - inside.sum()),
    )


def _place_sums(boxes: Boxes, *, sizes: Floats, n_classes: int) -> PlaceSums:
    placed = (boxes.boxes, boxes.classes, sizes)
    centres, unplaced = kernels.location_histogram(*placed, n_classes=n_classes, grid=GRID)
    covered = kernels.coverage_histogram(*placed, n_classes=n_classes, grid=GRID)
    return PlaceSums(centres=centres, coverage=covered, unplaced=unplaced)


def _best_ious(
    gold: tuple[LabelColumns, ...],
    given: LabelColumns,
    *,
    classes: tuple[str, ...],
    within: Spans,
) -> NDArray[np.int64]:
    """Give the best IoU of every gold box, rounded once to multiples of 2**-40."""
    if not gold:
        return np.zeros(0, dtype=np.int64)
    true = _boxes(gold, classes=classes, within=within)
    found = _boxes((given,), classes=classes, within=within)
    best = kernels.best_iou_per_gold(
        gold_items=true.items,
        gold_classes=true.classes,
        gold_boxes=true.boxes,
        items=found.items,
        classes=found.classes,
        boxes=found.boxes,
    )
    return np.rint(best * UNIT).astype(np.int64)


def _exact_sum(values: NDArray[np.int64]) -> int:
    """Add numbers up to 2**40 without overflow, by halves of 20 bits."""
    return (int((values >> 20).sum()) << 20) + int((values & 0xFFFFF).sum())


def _boxes(files: tuple[LabelColumns, ...], *, classes: tuple[str, ...], within: Spans) -> Boxes:
    """Gather single objects on the items `within`; an item that two files cover is the first's."""
    parts: list[Boxes] = []
    left = within
    for file in files:
        kinds = in_classes(file.classes, file.class_names, into=classes)
        kept = spans.holds(left, file.items) & objects(classes, kinds) & (file.crowd == 0)
        parts.append(_some(file, kinds, kept & (file.geometry != GEOMETRY_ITEM)))
        left = spans.minus(left, file.covered)
    return Boxes(
        items=np.concatenate([part.items for part in parts]),
        classes=np.concatenate([part.classes for part in parts]),
        boxes=np.concatenate([part.boxes for part in parts]),
        ids=np.concatenate([part.ids for part in parts]),
    )


def _some(file: LabelColumns, kinds: NDArray[np.int32], kept: Rows) -> Boxes:
    return Boxes(
        items=file.items[kept], classes=kinds[kept], boxes=file.boxes[kept], ids=file.ids[kept]
    )


def _only(boxes: Boxes, kept: Rows) -> Boxes:
    if kept.all():
        return boxes
    return Boxes(
        items=boxes.items[kept],
        classes=boxes.classes[kept],
        boxes=boxes.boxes[kept],
        ids=boxes.ids[kept],
    )
