"""How much two axis-aligned boxes have in common."""

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


@njit(cache=True, nogil=True)
def _box_iou(
    truth: NDArray[np.float64], given: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    for i in range(len(truth)):
        for j in range(len(given)):
            out[i, j] = pair_iou(truth[i], given[j])


@njit(cache=True, nogil=True)
def pair_iou(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """IoU of two boxes x, y, width, height; called from kernels, so it checks nothing."""
    width = _shared(other[0] - one[0], one[2], other[2])
    height = _shared(other[1] - one[1], one[3], other[3])
    if width <= 0.0 or height <= 0.0:
        return 0.0
    shared = width * height
    return float(shared / (one[2] * one[3] + other[2] * other[3] - shared))


@njit(cache=True, nogil=True)
def _shared(apart: float, one: float, other: float) -> float:
    if apart >= 0.0:
        return min(one - apart, other)
    return min(one, other + apart)
