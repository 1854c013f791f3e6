"""Leaves labels out that nobody was asked for: those classes are labeled elsewhere."""

from dataclasses import replace

import numpy as np

from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.adapters.intake.places import UNKNOWN
from labelmarket.application.labels import PROBLEMS_KEPT_MAX, Asked
from labelmarket.workers.columns import ROW_COLUMNS, ItemTable, LabelColumns
from labelmarket.workers.insight import spans
from labelmarket.workers.outlines import Outlines


def only_asked(
    labels: LabelColumns,
    outlines: Outlines,
    problems: Problems,
    *,
    asked: Asked,
    items: ItemTable,
) -> tuple[LabelColumns, Outlines, Problems]:
    """Keep the labels of classes that are wanted on their items, and name the others.

    The items stay covered: nothing is missing of what was asked for.
    """
    wanted = np.array([name in asked.classes for name in labels.class_names], dtype=np.bool_)
    kept = wanted[labels.classes]
    if kept.all():
        return labels, outlines, problems
    kept |= spans.holds(spans.from_pairs(asked.everything), labels.items)
    lost = np.flatnonzero(~kept)
    for row in lost[:PROBLEMS_KEPT_MAX].tolist():
        name, item = labels.class_names[labels.classes[row]], int(labels.items[row])
        unwanted = BadRow("NOT_ASKED_FOR", f"{name!r:.80} is not wanted of this item")
        (place,) = items.between(item, item + 1)
        problems.add(unwanted, row=UNKNOWN, item=place[1].key(place[2]).decode())
    problems.total += len(lost[PROBLEMS_KEPT_MAX:])
    rows = {name: getattr(labels, name)[kept] for name in ROW_COLUMNS}
    left = replace(labels, problems=problems.total, **rows)
    return left, outlines.only(kept), problems
