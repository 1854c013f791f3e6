"""Outlines of labels as masks: polygons are filled and united, run lengths taken as they are."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.columns import Floats
from labelmarket.workers.outlines import Outlines, ends_of

if TYPE_CHECKING:
    # Numba would be loaded with it, by processes that measure nothing.
    from labelmarket.workers.kernels.masks import Masks


def masks_of(outlines: Outlines, *, sizes: Floats) -> "Masks":
    """Give one mask a label, on its image or, where it brings a mask, on that mask's own frame.

    `sizes` is (n, 2): width and height of each label's image in pixels. Raises ValueError for a
    label that has neither polygons nor a mask, or polygons on an image of unknown size.
    """
    has_runs = np.diff(outlines.row_counts) > 0
    has_rings = ~has_runs & (np.diff(outlines.row_rings) > 0)
    if not (has_runs | has_rings).all():
        raise ValueError(f"label {int(np.argmin(has_runs | has_rings))} has no outline")
    if (sizes[has_rings] < 1).any():
        raise ValueError("a polygon lies on an image of unknown size")
    drawn = _drawn(outlines.only(has_rings), sizes=sizes[has_rings])
    given = outlines.only(has_runs)
    joined = kernels.Masks(
        np.concatenate([drawn.counts, given.counts]),
        np.concatenate([drawn.offsets, drawn.offsets[-1] + given.row_counts[1:]]),
        np.concatenate([drawn.sizes, given.mask_sizes]),
    )
    rows: NDArray[np.int64] = np.concatenate([np.flatnonzero(has_rings), np.flatnonzero(has_runs)])
    return kernels.take_masks(joined, np.argsort(rows))


def _drawn(outlines: Outlines, *, sizes: Floats) -> "Masks":
    frames = sizes[:, ::-1].astype(np.int32)
    rings = kernels.polygon_masks(
        outlines.points,
        outlines.ring_points,
        np.repeat(frames, np.diff(outlines.row_rings), axis=0),
    )
    return kernels.merge_masks(rings, ends_of(np.diff(outlines.row_rings)))
