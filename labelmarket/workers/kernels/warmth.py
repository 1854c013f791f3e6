"""Compile every kernel, or load it from the cache, before work arrives."""

import numpy as np

from labelmarket.workers.kernels.boxes import best_iou_per_gold, box_iou
from labelmarket.workers.kernels.cover import coverage_histogram
from labelmarket.workers.kernels.crowding import density
from labelmarket.workers.kernels.pairs import cooccurrence
from labelmarket.workers.kernels.places import location_histogram


def warm() -> None:
    """Call each kernel once on one box; a worker does so at its start, outside any job's time."""
    box, size = np.array([[0.0, 0.0, 1.0, 1.0]]), np.array([[1.0, 1.0]])
    zero, one = np.zeros(1, dtype=np.int32), np.ones(1, dtype=np.int32)
    box_iou(box, box)
    best_iou_per_gold(
        gold_items=zero, gold_classes=zero, gold_boxes=box, items=zero, classes=zero, boxes=box
    )
    cooccurrence(zero, zero, n_classes=1)
    density(zero, one, n_classes=1, n_items=1, buckets=2)
    location_histogram(box, zero, size, n_classes=1, grid=1)
    coverage_histogram(box, zero, size, n_classes=1, grid=1)
