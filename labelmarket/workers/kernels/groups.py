"""Boxes compared with the boxes of their own image or of their own image and class."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks, overlaps
from labelmarket.workers.kernels.boxes import PAIRS_MAX, PAIRS_OF_A_BLOCK
from labelmarket.workers.kernels.threads import in_blocks


def box_iou_grouped(
    truth: ArrayLike,
    given: ArrayLike,
    *,
    truth_offsets: ArrayLike,
    given_offsets: ArrayLike,
    crowd: ArrayLike | None = None,
    out: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Intersection over union within each image, for all images at once.

    Parameters
    ----------
    truth, given : (n, 4) float64, (m, 4) float64
        Boxes as in `box_iou`, those of one group (an image, say) next to each other.
    truth_offsets, given_offsets : (groups + 1,) whole numbers
        Group g holds the true boxes from truth_offsets[g] to before truth_offsets[g + 1], and the
        given ones likewise. A group may be empty on either side.
    crowd : (n,) bool, or 0 and 1, optional
        As in `box_iou`.
    out : (pairs,) float64, optional
        Written and returned.

    Returns
    -------
    iou : (pairs,) float64
        The matrices of the groups end to end, each row by row; their bits are those of `box_iou`.
    offsets : (groups + 1,) int64
        The matrix of group g stands from offsets[g] to before offsets[g + 1].

    Raises
    ------
    ValueError
        As `box_iou`, or if offsets do not climb from 0 to the number of boxes, or do not name
        as many groups on both sides.

    """
    rows = checks.boxes(truth, name="truth")
    columns = checks.boxes(given, name="given")
    crowds = checks.flags(crowd, name="crowd", length=len(rows))
    lefts = checks.offsets(truth_offsets, name="truth_offsets", rows=len(rows))
    rights = checks.offsets(given_offsets, name="given_offsets", rows=len(columns))
    if len(lefts) != len(rights):
        raise ValueError(f"there are {len(lefts) - 1} true groups, {len(rights) - 1} given ones")
    sizes = np.diff(lefts) * np.diff(rights)
    # A float sum cannot wrap, and is exact far beyond the limit.
    if sizes.sum(dtype=np.float64) > PAIRS_MAX:
        raise ValueError(f"the groups have more than {PAIRS_MAX} pairs")
    starts = checks.frozen(np.concatenate(([0], np.cumsum(sizes))))
    result = checks.output(out, shape=(int(starts[-1]),))
    mean = max(int(starts[-1]) // max(len(sizes), 1), 1)
    in_blocks(
        lambda first, stop: overlaps.grouped(
            rows, columns, crowds, lefts, rights, starts, first, stop, result
        ),
        rows=len(sizes),
        rows_min=PAIRS_OF_A_BLOCK // mean,
        per_thread=2,
    )
    return result, starts


def best_iou_per_gold(
    *,
    gold_items: ArrayLike,
    gold_classes: ArrayLike,
    gold_boxes: ArrayLike,
    items: ArrayLike,
    classes: ArrayLike,
    boxes: ArrayLike,
) -> NDArray[np.float64]:
    """Best IoU of every gold box with a delivered box of the same item and class.

    Parameters
    ----------
    gold_items, gold_classes : (n,) whole numbers
        Which item each gold box lies on, and of which class it is.
    gold_boxes : (n, 4) float64
        Boxes in pixels as x, y, width, height (the COCO frame).
    items, classes, boxes : (m,), (m,), (m, 4)
        The delivered boxes, likewise, in any order.

    Returns
    -------
    (n,) float64
        In the order of the gold boxes; 0 where no delivered box of the class overlaps. One
        delivered box may be the best of several gold boxes: this is a maximum, no matching.

    Raises
    ------
    ValueError
        If lengths differ, a number is negative, or a box is refused by `box_iou`.

    Notes
    -----
    Both sides are sorted by item and class and walked once; no matrix is made. The work is the
    sum over items and classes of gold times delivered boxes; the extra memory is about 60
    bytes per row.
    The error bound is that of `box_iou`.

    """
    gold = checks.boxes(gold_boxes, name="gold_boxes")
    given = checks.boxes(boxes, name="boxes")
    gold_keys = _keys(gold_items, gold_classes, names=("gold_items", "gold_classes"), n=len(gold))
    keys = _keys(items, classes, names=("items", "classes"), n=len(given))
    gold_order = np.argsort(gold_keys, kind="stable")
    order = np.argsort(keys, kind="stable")
    best = np.zeros(len(gold))
    overlaps.best(gold_keys[gold_order], gold[gold_order], keys[order], given[order], best)
    result = np.empty(len(gold))
    result[gold_order] = best
    return result


def warm() -> None:
    box, zero, borders = np.array([[0.0, 0.0, 1.0, 1.0]]), np.zeros(1, np.int32), np.arange(2)
    box_iou_grouped(box, box, truth_offsets=borders, given_offsets=borders)
    best_iou_per_gold(
        gold_items=zero, gold_classes=zero, gold_boxes=box, items=zero, classes=zero, boxes=box
    )


def _keys(
    items: ArrayLike, classes: ArrayLike, *, names: tuple[str, str], n: int
) -> NDArray[np.int64]:
    below = checks.INDEX_MAX
    rows = checks.indices(items, name=names[0], below=below, length=n)
    kinds = checks.indices(classes, name=names[1], below=below, length=n)
    return (rows.astype(np.int64) << 32) | kinds
