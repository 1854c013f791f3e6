"""Label columns as the two sides of an evaluation."""

import re
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.columns import GEOMETRY_ITEM, Int32s, ItemTable, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.outline_masks import masks_of
from labelmarket.workers.insight.sums import in_classes, objects
from labelmarket.workers.outlines import Outlines

if TYPE_CHECKING:
    # Numba would be loaded with them, by processes that measure nothing.
    from labelmarket.workers.kernels.masks import Masks
    from labelmarket.workers.kernels.sides import Detections, Gold

SURE = 1.0
"""The score of a label whose file gives none: people's labels are not ranked."""


NUMBERS = re.compile(rb"([0-9]{1,18})")


def classes_of(gold: LabelColumns, predicted: LabelColumns) -> tuple[str, ...]:
    """Give the gold file's classes, then those that only the other file has."""
    return tuple(dict.fromkeys([*gold.class_names, *predicted.class_names]))


def sides_of(
    gold: LabelColumns,
    predicted: LabelColumns,
    *,
    items: ItemTable,
    classes: tuple[str, ...],
    within: Spans | None = None,
    outlines: tuple[Outlines, Outlines] | None = None,
) -> "tuple[Gold, Detections]":
    """Give gold and detections on the items that gold covers, or on those `within`.

    Boxes are compared, or with `outlines` (gold's and the other's) masks. Labels on a whole item,
    of the background, or without an outline where one is asked for have no part in it. Images are
    numbered by the names of their items, so that neither file's order settles a tie. Raises
    ValueError for an outline on an item of unknown size, or a class that is not among `classes`.
    """
    place = gold.covered if within is None else within
    ranks = ranks_of(items)
    true = _Chosen(gold, classes, place, items, outlines and outlines[0])
    given = _Chosen(predicted, classes, place, items, outlines and outlines[1])
    scores = np.where(np.isnan(predicted.scores), SURE, predicted.scores)
    return (
        kernels.Gold(
            images=ranks[true.items],
            classes=true.classes,
            shapes=true.shapes,
            areas=true.areas,
            crowd=gold.crowd[true.rows] != 0,
        ),
        # A detection's size is that of its own shape, whatever its file says, as with COCO.
        kernels.Detections(
            images=ranks[given.items],
            classes=given.classes,
            shapes=given.shapes,
            scores=scores[given.rows],
        ),
    )


def ranks_of(items: ItemTable) -> Int32s:
    """Give each ordinal's place among the items' names, numbers in them by their value.

    Names of COCO's images hold their ids, and so its ties are settled as COCO settles them.
    """
    names = [manifest.key(index) for _, manifest, index in items.between(0, len(items))]
    order = sorted(range(len(names)), key=lambda at: (_natural(names[at]), names[at]))
    ranks = np.empty(len(names), dtype=np.int32)
    ranks[order] = np.arange(len(names), dtype=np.int32)
    return ranks


def _natural(name: bytes) -> list[bytes | int]:
    """Split into words and numbers in turn, so that equal places hold equal types."""
    return [int(part) if at % 2 else part for at, part in enumerate(NUMBERS.split(name))]


class _Chosen:
    """The rows of one file that take part."""

    def __init__(
        self,
        labels: LabelColumns,
        classes: tuple[str, ...],
        within: Spans,
        items: ItemTable,
        outlines: Outlines | None,
    ) -> None:
        kinds = in_classes(labels.classes, labels.class_names, into=classes)
        kept = spans.holds(within, labels.items) & objects(classes, kinds)
        kept &= labels.geometry != GEOMETRY_ITEM
        if outlines is not None:
            kept &= (np.diff(outlines.row_rings) > 0) | (np.diff(outlines.row_counts) > 0)
        self.rows: NDArray[np.int64] = np.flatnonzero(kept)
        self.items: Int32s = labels.items[kept]
        self.classes: Int32s = kinds[kept]
        self.shapes: NDArray[np.float64] | Masks = labels.boxes[kept]
        own = self.shapes[:, 2] * self.shapes[:, 3]
        if outlines is not None:
            self.shapes = masks_of(outlines.only(kept), sizes=items.sizes(self.items))
            own = kernels.mask_areas(self.shapes).astype(np.float64)
        given = labels.areas[kept]
        self.areas = np.where(np.isnan(given), own, given)
