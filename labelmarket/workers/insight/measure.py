"""Label columns of one part, measured into sums."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.columns import (
    Floats,
    Int32s,
    Int64s,
    ItemTable,
    LabelColumns,
    Spans,
)
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.sums import GRID, MATCH_IOU, Sums, in_classes, objects

UNIT = 1 << 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """Object boxes with the item and the class of each."""

    items: Int32s
    classes: Int32s
    boxes: Floats


def measure(
    labels: LabelColumns,
    *,
    items: ItemTable,
    classes: tuple[str, ...],
    gold: tuple[LabelColumns, ...],
    only: Spans | None = None,
) -> Sums:
    """Measure a part, or what it says of the items in `only`; rows of other items are problems.

    Memory peaks at about 150 bytes for each label above the mapped columns, and 8 bytes for each
    pair of classes. Raises ValueError for labels whose class is not among `classes`.
    """
    covered = labels.covered if only is None else only
    kinds = in_classes(labels.classes, labels.class_names, into=classes)
    inside = spans.holds(covered, labels.items)
    kept = inside & objects(classes, kinds)
    rows, kinds = labels.items[kept], kinds[kept]
    held = kernels.tally(rows, kinds, n_classes=len(classes))
    placed = (labels.boxes[kept], kinds, items.sizes(rows))
    centres, unplaced = kernels.location_histogram(*placed, n_classes=len(classes), grid=GRID)
    found = _best_ious(
        _boxes(gold, classes=classes, within=covered),
        _boxes((labels,), classes=classes, within=covered),
    )
    return Sums(
        class_names=classes,
        covered=covered,
        labels=np.bincount(kinds, minlength=len(classes)).astype(np.int64),
        tally_items=held[0],
        tally_classes=held[1],
        tally_counts=held[2],
        together=_together(held[0], held[1], n_classes=len(classes)),
        centres=centres,
        coverage=kernels.coverage_histogram(*placed, n_classes=len(classes), grid=GRID),
        unplaced=unplaced,
        gold_boxes=len(found),
        best_iou=_exact_sum(found),
        gold_matched=int((found >= MATCH_IOU * UNIT).sum()),
        problems=labels.problems + int(len(inside) - inside.sum()),
    )


def _together(items: Int32s, classes: Int32s, *, n_classes: int) -> Int64s:
    """Give (a, b, items) of the pairs of classes that occur, a below b."""
    table = np.triu(kernels.cooccurrence(items, classes, n_classes=n_classes), k=1)
    one, other = np.nonzero(table)
    return np.column_stack((one, other, table[one, other]))


def _best_ious(gold: Boxes, given: Boxes) -> NDArray[np.int64]:
    """Give the best IoU of every gold box, rounded once to multiples of 2**-40."""
    best = kernels.best_iou_per_gold(
        gold_items=gold.items,
        gold_classes=gold.classes,
        gold_boxes=gold.boxes,
        items=given.items,
        classes=given.classes,
        boxes=given.boxes,
    )
    return np.rint(best * UNIT).astype(np.int64)


def _exact_sum(values: NDArray[np.int64]) -> int:
    """Add numbers up to 2**40 without overflow, by halves of 20 bits."""
    return (int((values >> 20).sum()) << 20) + int((values & 0xFFFFF).sum())


def _boxes(files: tuple[LabelColumns, ...], *, classes: tuple[str, ...], within: Spans) -> Boxes:
    """Gather single objects on the items `within`; an item that two files cover is the first's."""
    items, kinds, boxes = [], [], []
    left = within
    for file in files:
        translated = in_classes(file.classes, file.class_names, into=classes)
        kept = spans.holds(left, file.items) & objects(classes, translated) & (file.crowd == 0)
        items.append(file.items[kept])
        kinds.append(translated[kept])
        boxes.append(file.boxes[kept])
        left = spans.minus(left, file.covered)
    return Boxes(
        items=np.concatenate([np.zeros(0, np.int32), *items]),
        classes=np.concatenate([np.zeros(0, np.int32), *kinds]),
        boxes=np.concatenate([np.zeros((0, 4)), *boxes]),
    )
