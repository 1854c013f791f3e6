"""Sizes, borders and repetitions of the boxes of one part, as sums and a few samples."""

from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from labelmarket.workers import kernels
from labelmarket.workers.columns import Floats, Int32s, Int64s
from labelmarket.workers.insight import samples
from labelmarket.workers.insight.samples import Samples
from labelmarket.workers.kernels import buckets


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """Boxes with the item, the class and the id of each."""

    items: Int32s
    classes: Int32s
    boxes: Floats
    ids: Int64s

    def __len__(self) -> int:
        return len(self.items)


class ShapeSums(TypedDict):
    """Fields of `Sums`."""

    areas: Int64s
    aspects: Int64s
    sizes: Int64s
    marks: Int64s
    samples: Samples


def shape_sums(boxes: Boxes, *, sizes: Floats, n_classes: int) -> ShapeSums:
    """Measure boxes that are no crowds; `sizes` is (n, 2), of the image of each."""
    found = kernels.box_shapes(boxes.boxes, boxes.classes, sizes, n_classes=n_classes)
    again = kernels.repeated_boxes(boxes.items, boxes.classes, boxes.boxes, boxes.ids)
    marked = {
        samples.ZERO_SIZE: np.flatnonzero(found.flags & buckets.ZERO),
        samples.OFF_IMAGE: np.flatnonzero(found.flags & buckets.OFF),
        samples.OUTSIDE: np.flatnonzero(found.flags & buckets.OUTSIDE),
        samples.EXACT: np.flatnonzero(again == buckets.EXACT),
        samples.NEAR: np.flatnonzero(again == buckets.NEAR),
    }
    touching = np.flatnonzero(found.flags & buckets.TOUCHING)
    # In the order of the columns of `Sums.marks`.
    columns = (
        touching,
        marked[samples.OUTSIDE],
        marked[samples.OFF_IMAGE],
        marked[samples.ZERO_SIZE],
        marked[samples.EXACT],
        marked[samples.NEAR],
    )
    kinds = boxes.classes
    ties = samples.ties_of(boxes.items, boxes.boxes, boxes.ids)
    return ShapeSums(
        areas=found.areas,
        aspects=found.aspects,
        sizes=found.sizes,
        marks=np.column_stack([np.bincount(kinds[rows], minlength=n_classes) for rows in columns]),
        samples=samples.kept(
            [
                *(_sampled(boxes, why, rows) for why, rows in marked.items()),
                *_ends(boxes, found.area, samples.ENDS[:2], ties, n_classes=n_classes),
                *_ends(boxes, found.aspect, samples.ENDS[2:], ties, n_classes=n_classes),
            ]
        ),
    )


def _sampled(boxes: Boxes, why: int, rows: Int64s) -> Samples:
    first = samples.first_items(rows, boxes.items)
    return _samples(boxes, why, first, np.zeros(len(first)))


def _ends(
    boxes: Boxes, values: Floats, whys: tuple[int, ...], ties: Int64s, *, n_classes: int
) -> list[Samples]:
    """Sample the boxes of each class with the least and with the largest values."""
    ends = kernels.extremes(
        values, boxes.classes, ties, n_classes=n_classes, keep=samples.OF_AN_END
    )
    found = [(why, rows[rows >= 0]) for why, rows in zip(whys, ends, strict=True)]
    return [_samples(boxes, why, rows, values[rows]) for why, rows in found]


def _samples(boxes: Boxes, why: int, rows: Int64s, values: Floats) -> Samples:
    return Samples(
        whys=np.full(len(rows), why, dtype=np.int32),
        classes=boxes.classes[rows],
        items=boxes.items[rows],
        ids=boxes.ids[rows],
        values=values,
        boxes=boxes.boxes[rows],
    )
