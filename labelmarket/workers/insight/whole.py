"""A whole report from columns in one process: measured, merged and said."""

from labelmarket.workers.columns import GEOMETRY_ITEM, ItemTable, LabelColumns
from labelmarket.workers.insight.classified import classified
from labelmarket.workers.insight.compared import classes_of, sides_of
from labelmarket.workers.insight.comparing import NO_GOLD, NOTHING_GIVEN, learned_from
from labelmarket.workers.insight.evaluation import evaluate
from labelmarket.workers.insight.measure import measure
from labelmarket.workers.insight.merge import merge
from labelmarket.workers.insight.parting import parted
from labelmarket.workers.insight.quality import item_quality_of, quality_of
from labelmarket.workers.insight.report import report
from labelmarket.workers.insight.report_types import ItemQuality, Quality, Report

NESTED_MAX = 16


def report_of(
    items: ItemTable,
    labels: LabelColumns,
    *,
    gold: LabelColumns | None = None,
    predictions: LabelColumns | None = None,
    nested: tuple[tuple[float, LabelColumns], ...] = (),
) -> Report:
    """Report on labels of items; classes are those of their file, then those that only gold has.

    With `predictions` the report has `quality`: they are compared with `gold`, or with the labels
    themselves. `nested` are predictions of models that learned from nested parts of the labels: the
    share of them (above 0, at most 1) and what each model predicts; with two of them or more the
    impact of collecting is known. Raises ValueError for a share out of bounds, for more than 16
    models, for columns that no reader gives, and for more than 2**22 labels on one item.

    Memory peaks above the labels at what `measure` says of 2**22 of them, some 1.2 GB.
    """
    if len(nested) > NESTED_MAX or not all(0.0 < share <= 1.0 for share, _ in nested):
        raise ValueError(f"at most {NESTED_MAX} models, each of a share above 0 and up to 1")
    truth = labels if gold is None else gold
    classes = classes_of(labels, truth)
    true = () if gold is None else (gold,)
    sums = [measure(part, items=items, classes=classes, gold=true) for part in parted(labels)]
    return report(
        merge(sums, classes=classes),
        items=items,
        learned=[learned_from(items, truth, given, share=share) for share, given in nested],
        quality=None if predictions is None else _quality(items, truth, predictions),
        quality_unknown=NOTHING_GIVEN if predictions is None else NO_GOLD,
    )


def _quality(
    items: ItemTable, truth: LabelColumns, predictions: LabelColumns
) -> Quality | ItemQuality | None:
    """Compare boxes, or where gold has none classes of whole items; nothing where it is empty."""
    classes = classes_of(truth, predictions)
    if not len(truth):
        return None
    if (truth.geometry == GEOMETRY_ITEM).all():
        return item_quality_of(classified(truth, predictions, classes=classes))
    gold, found = sides_of(truth, predictions, items=items, classes=classes)
    return quality_of(evaluate(gold, found, class_names=classes))
