"""Labels against true ones as a report tells it, and what models that learned more of them find."""

from dataclasses import dataclass

import numpy as np

from labelmarket.workers import kernels
from labelmarket.workers.columns import GEOMETRY_BOX, GEOMETRY_ITEM, ItemTable, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.classified import classified
from labelmarket.workers.insight.compared import classes_of, sides_of
from labelmarket.workers.insight.evaluation import evaluate
from labelmarket.workers.insight.learning import Learned
from labelmarket.workers.insight.quality import item_quality_of, quality_of
from labelmarket.workers.insight.quality_types import ItemQuality, Quality
from labelmarket.workers.insight.uniting import Side

NO_GOLD = "Not known: there are no true labels to compare with."
NO_GOLD_HERE = "Not known: none of these items has true labels."
OTHER_KIND = "Not known: the true labels of these items are of another kind."
NOTHING_GIVEN = "Not known: neither true labels nor predictions were given."


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What labels are worth against gold, or in words why nobody can tell."""

    quality: Quality | ItemQuality | None = None
    unknown: str | None = None


def compared_with_gold(given: Side, gold: Side, *, items: ItemTable) -> Compared:
    """Compare labels with gold on the items that both speak of.

    Masks are compared where every label on both sides has one, else boxes, else classes of whole
    items: as files are compared. Both sides name the same classes.
    """
    within = spans.both(gold.labels.covered, given.labels.covered)
    if not len(gold.labels.covered):
        return Compared(unknown=NO_GOLD)
    if not len(within):
        return Compared(unknown=NO_GOLD_HERE)
    truth, found, classes = gold.labels, given.labels, gold.labels.class_names
    said = truth.geometry[spans.holds(within, truth.items)] == GEOMETRY_ITEM
    whole = found.speaks_of_items or (not len(found) and bool(len(said) and said.all()))
    if len(said) and not (said == whole).any():
        return Compared(unknown=OTHER_KIND)
    if whole:
        compared = classified(truth, found, classes=classes, within=within)
        return Compared(quality=item_quality_of(compared))
    masks = _all_masked(given, items=items, within=within)
    masks = masks and _all_masked(gold, items=items, within=within)
    outlines = (gold.outlines, given.outlines) if masks else None
    sides = sides_of(truth, found, items=items, classes=classes, within=within, outlines=outlines)
    return Compared(quality=quality_of(evaluate(*sides, class_names=classes)))


def learned_from(
    items: ItemTable, truth: LabelColumns, predictions: LabelColumns, *, share: float
) -> Learned:
    """Give the AP of each class that has true labels, or of whole items its F1."""
    classes = classes_of(truth, predictions)
    if (truth.geometry == GEOMETRY_ITEM).all():
        figures = classified(truth, predictions, classes=classes).figures
        known = {one.name: one.value for one in figures if one.value is not None}
        return Learned(share, known, metric="F1")
    gold, found = sides_of(truth, predictions, items=items, classes=classes)
    curves = kernels.average_precision(gold, found, n_classes=len(classes))
    values = kernels.class_precision(curves).tolist()
    named = zip(classes, values, strict=True)
    return Learned(share, {name: value for name, value in named if value >= 0.0})


def _all_masked(side: Side, *, items: ItemTable, within: Spans) -> bool:
    """Tell whether each object has an outline, and its image a size to draw it on."""
    here = spans.holds(within, side.labels.items) & (side.labels.geometry != GEOMETRY_ITEM)
    if (side.labels.geometry[here] == GEOMETRY_BOX).any() or not here.any():
        return False
    drawn = here & (np.diff(side.outlines.row_rings) > 0)
    return bool((items.sizes(side.labels.items[drawn]) >= 1).all())
