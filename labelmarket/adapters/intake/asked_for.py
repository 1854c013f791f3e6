"""Leaves labels out that nobody was asked for: those classes are labeled elsewhere."""

from dataclasses import replace

import numpy as np

from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.adapters.intake.places import UNKNOWN
from labelmarket.application.labels import PROBLEMS_KEPT_MAX, Asked
from labelmarket.workers.columns import ROW_COLUMNS, LabelColumns
from labelmarket.workers.insight import spans
from labelmarket.workers.outlines import Outlines


def only_asked(
    labels: LabelColumns, outlines: Outlines, problems: Problems, *, asked: Asked
) -> tuple[LabelColumns, Outlines, Problems]:
    """Keep the labels of classes that are wanted on their items, and name the others.

    The items stay covered: nothing is missing of what was asked for.
    """
    wanted = np.array([name in asked.classes for name in labels.class_names], dtype=np.bool_)
    kept = wanted[labels.classes]
    if kept.all():
        return labels, outlines, problems
    kept |= spans.holds(spans.from_pairs(asked.everything), labels.items)
    lost = labels.classes[~kept].tolist()
    for kind in lost[:PROBLEMS_KEPT_MAX]:
        name = labels.class_names[kind]
        problems.add(
            BadRow("NOT_ASKED_FOR", f"somebody else labels {name!r:.80} of this item"), row=UNKNOWN
        )
    problems.total += len(lost[PROBLEMS_KEPT_MAX:])
    rows = {name: getattr(labels, name)[kept] for name in ROW_COLUMNS}
    left = replace(labels, problems=problems.total, **rows)
    return left, outlines.only(kept), problems
