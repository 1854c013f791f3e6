"""How much two axis-aligned boxes have in common, and the best partner of each gold box.

Both stand in one module: the cache of a compiled kernel notices a change of its own file only.
"""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks

PAIRS_MAX = 1 << 28
"""Most pairs of one matrix: 2 GiB of results."""


def box_iou(
    truth: ArrayLike, given: ArrayLike, *, out: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Intersection over union of every pair of boxes.

    Parameters
    ----------
    truth : (n, 4) float64
        Boxes in pixels as x, y, width, height; x to the right, y down (the COCO frame).
    given : (m, 4) float64
        The boxes to compare, in the same frame.
    out : (n, m) float64, optional
        Written and returned. Filling fresh memory costs more than the arithmetic, so a caller
        with many matrices of one shape should pass one.

    Returns
    -------
    (n, m) float64
        IoU from 0 to 1. Boxes that share no area give 0, and so does a pair whose union has none.

    Raises
    ------
    ValueError
        If a shape is wrong, a value is not finite or beyond 1e9 in size, a side is negative,
        `out` does not fit, or there are more than 2**28 pairs.

    Notes
    -----
    Areas are width * height, without the "+ 1" of the PASCAL VOC 2007 development kit [1]_. The
    overlap is measured from the distance of the two origins, not from absolute corners: a box
    and itself give exactly 1, and the result stays within 2e-15 of exact rational arithmetic
    wherever the boxes lie, for sides that are 0 or at least 1e-6.

    References
    ----------
    .. [1] Everingham et al., "The PASCAL Visual Object Classes (VOC) Challenge", IJCV 88, 2010,
       section 4.2.

    """
    rows = checks.boxes(truth, name="truth")
    columns = checks.boxes(given, name="given")
    shape = (len(rows), len(columns))
    if shape[0] * shape[1] > PAIRS_MAX:
        raise ValueError(f"{shape[0]} x {shape[1]} pairs are more than {PAIRS_MAX}")
    result = np.empty(shape) if out is None else out
    if result.shape != shape or result.dtype != np.float64:
        raise ValueError(f"out must be float64 of shape {shape}")
    if not (result.flags.c_contiguous and result.flags.writeable):
        raise ValueError("out must be contiguous and writeable")
    _box_iou(rows, columns, result)
    return result


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
    _best_iou(gold_keys[gold_order], gold[gold_order], keys[order], given[order], best)
    result = np.empty(len(gold))
    result[gold_order] = best
    return result


def _keys(
    items: ArrayLike, classes: ArrayLike, *, names: tuple[str, str], n: int
) -> NDArray[np.int64]:
    below = checks.INDEX_MAX
    rows = checks.indices(items, name=names[0], below=below, length=n)
    kinds = checks.indices(classes, name=names[1], below=below, length=n)
    return (rows.astype(np.int64) << 32) | kinds


@njit(cache=True, nogil=True)
def _box_iou(
    truth: NDArray[np.float64], given: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    for i in range(len(truth)):
        for j in range(len(given)):
            out[i, j] = _pair_iou(truth[i], given[j])


@njit(cache=True, nogil=True)
def _best_iou(
    gold_keys: NDArray[np.int64],
    gold: NDArray[np.float64],
    keys: NDArray[np.int64],
    given: NDArray[np.float64],
    best: NDArray[np.float64],
) -> None:
    start = 0
    for g in range(len(gold_keys)):
        while start < len(keys) and keys[start] < gold_keys[g]:
            start += 1
        at = start
        while at < len(keys) and keys[at] == gold_keys[g]:
            best[g] = max(best[g], _pair_iou(gold[g], given[at]))
            at += 1


@njit(cache=True, nogil=True)
def _pair_iou(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """IoU of two boxes x, y, width, height; called from kernels, so it checks nothing."""
    width = _shared(other[0] - one[0], one[2], other[2])
    height = _shared(other[1] - one[1], one[3], other[3])
    if width <= 0.0 or height <= 0.0:
        return 0.0
    shared = width * height
    union = one[2] * one[3] + other[2] * other[3] - shared
    # Areas below the smallest number of the type are 0, although their sides are not.
    return float(shared / union) if union > 0.0 else 0.0


@njit(cache=True, nogil=True)
def _shared(apart: float, one: float, other: float) -> float:
    if apart >= 0.0:
        return min(one - apart, other)
    return min(one, other + apart)
