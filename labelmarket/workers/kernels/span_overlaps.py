"""IoU of all gold and all detections that stand together, as COCO computes it to the last bit."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.mask_overlaps import CROWD, Runs, span_mask_ious
from labelmarket.workers.kernels.sides import Flags, Floats, Rows, Side

PAIRS_MAX = 1 << 27
"""Most pairs at once: 1 GiB of results."""


def overlaps_of_spans(
    spans: Rows, gold_order: Rows, gold: Side, order: Rows, found: Side
) -> tuple[Floats, NDArray[np.int64]]:
    """IoU within every span: one row a detection, in it one number a gold label.

    Returns
    -------
    ious, starts : (pairs,) float64, (spans + 1,) int64
        Span s has the matrix from `starts[s]` to before `starts[s + 1]`, row after row.

    Raises
    ------
    ValueError
        If there are more than `PAIRS_MAX` pairs, or masks of one image differ in size.

    """
    sizes = spans.astype(np.int64)
    starts = np.zeros(len(spans) + 1, dtype=np.int64)
    np.cumsum((sizes[:, 1] - sizes[:, 0]) * (sizes[:, 3] - sizes[:, 2]), out=starts[1:])
    if starts[-1] > PAIRS_MAX:
        raise ValueError(f"{starts[-1]} pairs of gold and detections are more than {PAIRS_MAX}")
    ious = np.empty(starts[-1])
    at = checks.frozen(starts)
    if isinstance(gold.shapes, Runs) and isinstance(found.shapes, Runs):
        span_mask_ious(spans, at, gold_order, gold.shapes, gold.flags, order, found.shapes, ious)
    elif not isinstance(gold.shapes, Runs) and not isinstance(found.shapes, Runs):
        _boxes(spans, at, gold_order, gold.shapes, gold.flags, order, found.shapes, ious)
    return checks.frozen(ious), at


@njit(cache=True, nogil=True)
def _boxes(
    spans: Rows,
    starts: NDArray[np.int64],
    gold_order: Rows,
    gold: Floats,
    flags: Flags,
    order: Rows,
    found: Floats,
    out: Floats,
) -> None:
    """Corners first, then their distance: the order of operations is COCO's, and so is the bit."""
    for s in range(len(spans)):
        at = starts[s]
        for d in range(spans[s, 2], spans[s, 3]):
            box = found[order[d]]
            right, bottom, area = box[2] + box[0], box[3] + box[1], box[2] * box[3]
            for g in range(spans[s, 0], spans[s, 1]):
                row = gold_order[g]
                true = gold[row]
                width = min(right, true[2] + true[0]) - max(box[0], true[0])
                height = min(bottom, true[3] + true[1]) - max(box[1], true[1])
                out[at] = 0.0
                if width > 0.0 and height > 0.0:
                    shared = width * height
                    whole = area if flags[row] & CROWD else area + true[2] * true[3] - shared
                    # Sides too small for the corner to move can leave a whole of nothing.
                    out[at] = shared / whole if whole > 0.0 else 0.0
                at += 1
