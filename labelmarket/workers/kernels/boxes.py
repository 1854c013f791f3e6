"""How much two axis-aligned boxes have in common."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks, overlaps
from labelmarket.workers.kernels.threads import in_blocks

PAIRS_MAX = 1 << 28
"""Most pairs of one call: 2 GiB of results."""

PAIRS_OF_A_BLOCK = 1 << 20
"""Fewest pairs that are worth a thread: about two milliseconds."""


def box_iou(
    truth: ArrayLike,
    given: ArrayLike,
    *,
    crowd: ArrayLike | None = None,
    out: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Intersection over union of every pair of boxes.

    Parameters
    ----------
    truth : (n, 4) float64
        Boxes in pixels as x, y, width, height; x to the right, y down (the COCO frame).
    given : (m, 4) float64
        The boxes to compare, in the same frame.
    crowd : (n,) bool, or 0 and 1, optional
        Which true boxes stand for a crowd: there the shared area is divided by the area of the
        given box alone, as COCO's evaluation does [2]_.
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
    wherever the boxes lie, for sides that are 0 or at least 1e-6. pycocotools [2]_ adds corners
    and so differs in the last bits. Large matrices are filled by several threads; their number
    changes no bit.

    References
    ----------
    .. [1] Everingham et al., "The PASCAL Visual Object Classes (VOC) Challenge", IJCV 88, 2010,
       section 4.2.
    .. [2] Lin et al., "Microsoft COCO: Common Objects in Context", ECCV 2014; the function bbIou
       of its tools.

    """
    rows = checks.boxes(truth, name="truth")
    columns = checks.boxes(given, name="given")
    crowds = checks.flags(crowd, name="crowd", length=len(rows))
    shape = (len(rows), len(columns))
    if shape[0] * shape[1] > PAIRS_MAX:
        raise ValueError(f"{shape[0]} x {shape[1]} pairs are more than {PAIRS_MAX}")
    result = checks.output(out, shape=shape)
    turned = np.ascontiguousarray(columns.T)
    in_blocks(
        lambda first, stop: overlaps.matrix(rows, turned, crowds, first, stop, result),
        rows=len(rows),
        rows_min=PAIRS_OF_A_BLOCK // max(len(columns), 1),
        per_thread=4,
    )
    return result


def box_iou_paired(
    truth: ArrayLike, given: ArrayLike, *, crowd: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Intersection over union of the first box with the first, the second with the second, ….

    Parameters
    ----------
    truth, given : (n, 4) float64
        Boxes as in `box_iou`.
    crowd : (n,) bool, or 0 and 1, optional
        As in `box_iou`.

    Returns
    -------
    (n,) float64
        The diagonal of `box_iou`, bit for bit, without the matrix.

    Raises
    ------
    ValueError
        As `box_iou`, or if the lengths differ.

    """
    rows = checks.boxes(truth, name="truth")
    partners = checks.boxes(given, name="given")
    if len(rows) != len(partners):
        raise ValueError(f"given must have {len(rows)} boxes, not {len(partners)}")
    crowds = checks.flags(crowd, name="crowd", length=len(rows))
    result = np.empty(len(rows))
    alone = checks.frozen(np.arange(len(rows) + 1))
    overlaps.grouped(rows, partners, crowds, alone, alone, alone, 0, len(rows), result)
    return result


def warm() -> None:
    box = np.array([[0.0, 0.0, 1.0, 1.0]])
    box_iou(box, box)
    box_iou_paired(box, box)
