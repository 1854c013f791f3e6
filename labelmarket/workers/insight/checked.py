"""How many labels on items with gold are right, class by class, whoever made them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.columns import GEOMETRY_ITEM, Int64s, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.compared import SURE
from labelmarket.workers.insight.sums import MATCH_IOU, in_classes, objects

Rows = NDArray[np.bool_]


def checked(
    labels: LabelColumns, gold: Sequence[LabelColumns], *, classes: tuple[str, ...], on: Spans
) -> Int64s:
    """Count how many labels of each class are right, and how many were checked: (classes, 2).

    Checked are labels on the items in `on` that gold speaks of in the same way. A box is right
    when it finds a gold box of its class that no surer one has found, from an IoU of MATCH_IOU on;
    one that finds a crowd is not checked. A word on a whole item is right when gold says it too.
    The background has no part in it. Of two gold files on one item the first counts. Raises
    ValueError for a label whose class is not among `classes`.
    """
    counts = np.zeros((len(classes), 2), dtype=np.int64)
    kinds = in_classes(labels.classes, labels.class_names, into=classes)
    left = on
    for true in gold:
        here = spans.both(left, true.covered)
        left = spans.minus(left, here)
        rows = spans.holds(here, labels.items) & objects(classes, kinds)
        if true.speaks_of_items:
            rows &= labels.geometry == GEOMETRY_ITEM
            right = _said(labels, kinds, true, rows, classes=classes)
        else:
            rows &= (labels.geometry != GEOMETRY_ITEM) & (labels.crowd == 0)
            right, judged = _found(labels, kinds, true, rows, classes=classes)
            rows = rows & judged
        for column, chosen in enumerate((right, rows)):
            counts[:, column] += np.bincount(kinds[chosen], minlength=len(classes))
    return counts


def _said(
    labels: LabelColumns,
    kinds: NDArray[np.int32],
    gold: LabelColumns,
    rows: Rows,
    *,
    classes: tuple[str, ...],
) -> Rows:
    """Tell which of these rows say what gold says of their item."""
    true = in_classes(gold.classes, gold.class_names, into=classes)
    wide = np.int64(max(len(classes), 1))
    return rows & np.isin(labels.items * wide + kinds, gold.items * wide + true)


def _found(
    labels: LabelColumns,
    kinds: NDArray[np.int32],
    gold: LabelColumns,
    rows: Rows,
    *,
    classes: tuple[str, ...],
) -> tuple[Rows, Rows]:
    """Tell which of these rows find a gold box, and which are right or wrong at all."""
    true = in_classes(gold.classes, gold.class_names, into=classes)
    there = objects(classes, true) & (gold.geometry != GEOMETRY_ITEM)
    there &= np.isin(gold.items, labels.items[rows])
    scores = labels.scores[rows]
    matches = kernels.match_detections(
        kernels.Gold(
            images=gold.items[there],
            classes=true[there],
            shapes=gold.boxes[there],
            crowd=gold.crowd[there] != 0,
        ),
        kernels.Detections(
            images=labels.items[rows],
            classes=kinds[rows],
            shapes=labels.boxes[rows],
            scores=np.where(np.isnan(scores), SURE, scores),
        ),
        n_classes=len(classes),
        thresholds=(MATCH_IOU,),
        max_detections=max(int(np.count_nonzero(rows)), 1),
    )
    right, judged = np.zeros_like(rows), np.zeros_like(rows)
    judged[rows] = ~matches.ignored[:, 0]
    right[rows] = (matches.gold[:, 0] >= 0) & ~matches.ignored[:, 0]
    return right, judged
