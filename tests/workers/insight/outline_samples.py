"""Outlines made of what COCO files call a segmentation."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from labelmarket.workers import kernels
from labelmarket.workers.outlines import Outlines, ends_of


def outlines_of(segmentations: Sequence[Any]) -> Outlines:
    """Give outlines of polygons (lists of x and y in turn), of run lengths, or of their text."""
    rings = [one if isinstance(one, list) else [] for one in segmentations]
    flat = [np.array(ring).reshape(-1, 2) for row in rings for ring in row]
    runs = [_runs(one) for one in segmentations]
    return Outlines(
        points=np.concatenate([np.zeros((0, 2)), *flat]),
        ring_points=ends_of(np.array([len(ring) for ring in flat], dtype=np.int64)),
        row_rings=ends_of(np.array([len(row) for row in rings], dtype=np.int64)),
        counts=np.concatenate([np.zeros(0, np.uint32), *runs]).astype(np.uint32),
        row_counts=ends_of(np.array([len(row) for row in runs], dtype=np.int64)),
        mask_sizes=np.array(
            [one["size"] if isinstance(one, dict) else (0, 0) for one in segmentations],
            dtype=np.int32,
        ).reshape(-1, 2),
    )


def _runs(segmentation: Any) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    if isinstance(segmentation, list):
        return np.zeros(0, dtype=np.uint32)
    counts = segmentation["counts"]
    if isinstance(counts, str):
        return kernels.read_masks([counts.encode()], [segmentation["size"]]).counts
    return np.array(counts, dtype=np.uint32)
