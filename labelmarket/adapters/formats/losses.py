"""What a dataset has that a format cannot hold."""

from collections.abc import Iterable

import numpy as np

from labelmarket.adapters.formats.coco_rows import Id
from labelmarket.adapters.formats.dataset import Dataset, Loss
from labelmarket.adapters.formats.marking import MACHINE_MARKS, made_by_machine
from labelmarket.workers.columns import (
    GEOMETRY_BOX,
    GEOMETRY_ITEM,
    GEOMETRY_POLYGONS,
    GEOMETRY_RLE,
    NO_ANNOTATOR,
    NO_ID,
)

UNSCORED = "they are written without one, and whoever reads results wants one for each"
LEFT_OUT, AS_BOX = "the format has no place for them", "only their boxes are written"


def losses(
    dataset: Dataset, *, holds: frozenset[str], as_box: frozenset[str] = frozenset()
) -> tuple[Loss, ...]:
    """Tell what is lost: labels that are left out or become boxes, and values without a place."""
    return tuple(
        Loss(what=what, count=count, why=AS_BOX if what in as_box else LEFT_OUT)
        for what, count in _counts(dataset)
        if count and what not in holds
    )


def lacking(dataset: Dataset) -> tuple[Loss, ...]:
    """Tell what results should say of every label, and the dataset does not."""
    count = int(np.count_nonzero(np.isnan(dataset.labels.scores)))
    return (Loss(what="labels without a score", count=count, why=UNSCORED),) if count else ()


def _counts(dataset: Dataset) -> Iterable[tuple[str, int]]:
    labels = dataset.labels
    rings = np.diff(dataset.outlines.row_rings)
    sizes = dataset.items.sizes
    single = (labels.geometry == GEOMETRY_POLYGONS) & (rings == 1)
    scored = ~np.isnan(labels.scores)
    unplaced = (sizes[labels.items] == 0.0).any(axis=1) & (labels.geometry != GEOMETRY_ITEM)
    counts = {
        "boxes": labels.geometry == GEOMETRY_BOX,
        "polygons": single,
        "polygons of several rings": rings > 1,
        "masks": labels.geometry == GEOMETRY_RLE,
        "labels of whole items": labels.geometry == GEOMETRY_ITEM,
        "labels on images of unknown size": unplaced,
        "scores": scored,
        "scores of polygons": scored & single,
        "areas": ~np.isnan(labels.areas),
        "crowd marks": labels.crowd != 0,
        "annotators": labels.annotators != NO_ANNOTATOR,
        MACHINE_MARKS: made_by_machine(labels),
        "ids of labels": labels.ids != NO_ID,
        "sizes of images": (sizes != 0.0).any(axis=1),
    }
    yield from ((what, int(np.count_nonzero(rows))) for what, rows in counts.items())
    yield "names of items", _unlike(map(dataset.key, range(len(sizes))), dataset.item_ids)
    yield "names of classes", _unlike(labels.class_names, dataset.class_ids)
    numbers = tuple(range(1, len(dataset.item_ids) + 1))
    yield "ids of items", len(numbers) * (dataset.item_ids != numbers)
    kinds = len(labels.class_names)
    yield "ids of classes", kinds * (dataset.class_ids != tuple(range(1, kinds + 1)))
    yield "classes without labels", kinds - len(np.unique(labels.classes))
    yield "items without labels", len(dataset.items) - len(np.unique(labels.items))


def _unlike(names: Iterable[str], numbers: Iterable[Id]) -> int:
    """Count the names that are not those of their numbers."""
    return sum(name != str(number) for name, number in zip(names, numbers, strict=True))
