"""Predictions compared with gold, box by box or mask by mask."""

from typing import Literal

from labelmarket.adapters.formats.aligning import aligned
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.bootstrap.offline.placing import ordered
from labelmarket.bootstrap.offline.reading import FileRead, Tell, Unusable
from labelmarket.workers.columns import (
    GEOMETRY_BOX,
    GEOMETRY_ITEM,
    ItemColumns,
    ItemTable,
    item_columns,
)
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.compared import sides_of
from labelmarket.workers.insight.evaluation import evaluate
from labelmarket.workers.insight.quality import quality_of
from labelmarket.workers.insight.report_types import Quality

Shape = Literal["bbox", "segm"]


def evaluation_of(
    gold: FileRead,
    predicted: FileRead,
    *,
    tell: Tell,
    shape: Shape | None = None,
    only_predicted: bool = False,
) -> Quality:
    """Compare; without a `shape` masks where every label on both sides has one, else boxes.

    Predictions on items and of classes that gold does not have are left out, and with
    `only_predicted` gold on items without a prediction. Raises Unusable.
    """
    truth = ordered(gold.dataset)
    found = aligned(predicted.dataset, truth)
    for side, file in ((truth, gold), (found, predicted)):
        if (side.labels.geometry == GEOMETRY_ITEM).all():
            raise Unusable(
                f"{file.path}: no label in it is a box or a mask on an item of both files"
            )
    masks = _masked(truth) and _masked(found) if shape is None else shape == "segm"
    for side, file in ((truth, gold), (found, predicted)):
        if masks and not _masked(side):
            raise Unusable(f"{file.path}: a label in it has no mask")
    _tell_gaps(
        truth, found, lost=found.problems_total - predicted.dataset.problems_total, tell=tell
    )
    tell(f"comparing {'masks' if masks else 'boxes'}")
    classes = truth.labels.class_names
    try:
        true, given = sides_of(
            truth.labels,
            found.labels,
            classes=classes,
            within=found.labels.covered if only_predicted else None,
            outlines=(truth.outlines, found.outlines) if masks else None,
            items=ItemTable((_by_place(truth),)),
        )
    except ValueError as error:
        raise Unusable(f"{gold.path}: {error}") from None
    return quality_of(evaluate(true, given, class_names=classes))


def _tell_gaps(gold: Dataset, found: Dataset, *, lost: int, tell: Tell) -> None:
    """Say what one side has and the other does not, since it moves the figures."""
    if lost:
        tell(f"left out, on items or of classes that gold does not have: {lost} predictions")
    silent = spans.count(spans.minus(gold.labels.covered, found.labels.covered))
    if silent:
        every = spans.count(gold.labels.covered)
        tell(f"no prediction is on {silent} of {every} items; --only-predicted leaves them out")


def _by_place(dataset: Dataset) -> ItemColumns:
    """Name items by their places, so that these settle ties and not what the items are called."""
    names = [str(place).encode() for place in range(len(dataset.items))]
    return item_columns(names, sizes=dataset.items.sizes)


def _masked(dataset: Dataset) -> bool:
    return not (dataset.labels.geometry == GEOMETRY_BOX).any()
