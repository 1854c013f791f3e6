"""Predictions compared with gold: box by box, mask by mask, or the classes of whole items."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from labelmarket.adapters.formats.aligning import aligned
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.bootstrap.offline.listing import listed
from labelmarket.bootstrap.offline.placing import ordered
from labelmarket.bootstrap.offline.reading import FileRead, Tell, Unusable, WrongWords
from labelmarket.workers.columns import (
    GEOMETRY_BOX,
    GEOMETRY_ITEM,
    ItemColumns,
    ItemTable,
    Spans,
    item_columns,
)
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.classified import classified
from labelmarket.workers.insight.compared import classes_of, sides_of
from labelmarket.workers.insight.evaluation import evaluate
from labelmarket.workers.insight.quality import item_quality_of, quality_of
from labelmarket.workers.insight.quality_types import ItemMetric, ItemQuality, Quality
from labelmarket.workers.insight.registry import ITEM_METRIC

Shape = Literal["bbox", "segm"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be compared, and how.

    Without a `shape` masks are, where every label on both sides has one, else boxes. Only the items
    that the file `items` names count, and with `only_predicted` only those with a prediction.
    `metric` is the figure of a class of whole items that gets an interval; the registry names it
    where nobody does.
    """

    shape: Shape | None = None
    only_predicted: bool = False
    items: Path | None = None
    metric: ItemMetric | None = None


def evaluation_of(
    gold: FileRead, predicted: FileRead, *, asked: Asked, tell: Tell
) -> Quality | ItemQuality:
    """Compare boxes or masks where gold has any, else the classes of whole items.

    Predictions on items that gold does not have are left out, and boxes of classes that it does
    not have. Raises Unusable, and WrongWords for what is not asked of such labels.
    """
    truth = ordered(gold.dataset)
    whole = not _has(truth, whole=False)
    if whole:
        truth = _with_classes(truth, predicted.dataset)
    found = aligned(predicted.dataset, truth)
    _check_kinds(gold, predicted, found=found, whole=whole)
    if whole and asked.shape is not None:
        raise WrongWords(f"{gold.path}: classes of whole items do not overlap, --iou is for boxes")
    if not whole and asked.metric is not None:
        raise WrongWords(f"{gold.path}: --metric is for classes of whole items, boxes have AP")
    lost = found.problems_total - predicted.dataset.problems_total
    if lost:
        tell(f"left out, on items or of classes that gold does not have: {lost} predictions")
    within = _within(truth, found, asked=asked, tell=tell)
    if whole:
        return _items(truth, found, within=within, metric=asked.metric or ITEM_METRIC, tell=tell)
    masks = _masked(truth) and _masked(found) if asked.shape is None else asked.shape == "segm"
    for side, file in ((truth, gold), (found, predicted)):
        if masks and not _masked(side):
            raise WrongWords(f"{file.path}: a label in it has no mask")
    try:
        return _shapes(truth, found, within=within, masks=masks, tell=tell)
    except ValueError as error:
        raise Unusable(f"{gold.path}: {error}") from None


def _check_kinds(gold: FileRead, predicted: FileRead, *, found: Dataset, whole: bool) -> None:
    """Refuse what cannot be held against each other."""
    if not len(gold.dataset.labels):
        raise Unusable(f"{gold.path}: it has no labels to compare with")
    if len(predicted.dataset.labels) and not _has(predicted.dataset, whole=whole):
        sorts = ("classes of whole items", "boxes or masks")
        wanted, given = sorts if whole else reversed(sorts)
        raise Unusable(
            f"{predicted.path}: has only {given}, and {gold.path} {wanted}: they cannot be compared"
        )
    if not _has(found, whole=whole):
        raise Unusable(f"{predicted.path}: no label in it is on an item of both files")


def _within(truth: Dataset, found: Dataset, *, asked: Asked, tell: Tell) -> Spans:
    """Give the items that count, and say on which of them nothing was predicted."""
    within = truth.labels.covered
    if asked.items is not None:
        within = spans.both(within, listed(asked.items, truth, tell=tell))
    if asked.only_predicted:
        return spans.both(within, found.labels.covered)
    silent = spans.count(spans.minus(within, found.labels.covered))
    if silent:
        every = spans.count(within)
        tell(f"no prediction is on {silent} of {every} items; --only-predicted leaves them out")
    return within


def _items(
    truth: Dataset, found: Dataset, *, within: Spans, metric: ItemMetric, tell: Tell
) -> ItemQuality:
    tell("comparing classes of whole items")
    classes = truth.labels.class_names
    compared = classified(truth.labels, found.labels, classes=classes, within=within, metric=metric)
    if compared.set_aside:
        tell(f"only the surest class of an item counts: {compared.set_aside} others were left out")
    return item_quality_of(compared)


def _shapes(truth: Dataset, found: Dataset, *, within: Spans, masks: bool, tell: Tell) -> Quality:
    """Compare boxes or masks. Raises ValueError for columns that no comparison can take."""
    tell(f"comparing {'masks' if masks else 'boxes'}")
    classes = truth.labels.class_names
    true, given = sides_of(
        truth.labels,
        found.labels,
        classes=classes,
        within=within,
        outlines=(truth.outlines, found.outlines) if masks else None,
        items=ItemTable((_by_place(truth),)),
    )
    return quality_of(evaluate(true, given, class_names=classes))


def _with_classes(truth: Dataset, predicted: Dataset) -> Dataset:
    """Let gold know the classes that only predictions have: an item given one is wrong."""
    names = classes_of(truth.labels, predicted.labels)
    more = names[len(truth.labels.class_names) :]
    return replace(
        truth,
        labels=replace(truth.labels, class_names=names),
        class_ids=(*truth.class_ids, *more),
    )


def _by_place(dataset: Dataset) -> ItemColumns:
    """Name items by their places, so that these settle ties and not what the items are called."""
    names = [str(place).encode() for place in range(len(dataset.items))]
    return item_columns(names, sizes=dataset.items.sizes)


def _has(dataset: Dataset, *, whole: bool) -> bool:
    """Tell whether any label is of a whole item, or any is not."""
    return bool(((dataset.labels.geometry == GEOMETRY_ITEM) == whole).any())


def _masked(dataset: Dataset) -> bool:
    return not (dataset.labels.geometry == GEOMETRY_BOX).any()
