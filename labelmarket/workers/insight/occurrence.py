"""How often classes occur, and how full the images are."""

import numpy as np

from labelmarket.workers.columns import Int64s
from labelmarket.workers.insight.report_types import ClassCount
from labelmarket.workers.insight.totals import Totals

HISTOGRAM_MAX = 65
"""Longest histogram: images with 0 … 63 labels, and a last entry for 64 or more."""


def classes_of(totals: Totals) -> list[ClassCount]:
    labels, held = totals.sums.labels.tolist(), totals.held.tolist()
    return [
        ClassCount(
            name=totals.names[place],
            labels=labels[place],
            images=held[place],
            shareOfLabels=labels[place] / max(totals.labels, 1),
            shareOfImages=held[place] / max(totals.images, 1),
        )
        for place in totals.places
    ]


def labels_per_image(totals: Totals) -> list[int]:
    capped = np.minimum(totals.fullness, HISTOGRAM_MAX - 1)
    histogram = np.bincount(capped, minlength=1)
    histogram[0] = totals.images - len(totals.filled)
    return shortened(histogram)


def shortened(histogram: Int64s) -> list[int]:
    """Leave off the zeros after the last image; only a full length has the "or more" entry."""
    filled = np.flatnonzero(histogram)
    counts: list[int] = histogram[: filled[-1] + 1 if len(filled) else 1].tolist()
    return counts
