"""Labels of two hands on the same items, as one file of labels."""

from dataclasses import replace
from typing import Any

import numpy as np

from labelmarket.workers.columns import NO_ANNOTATOR, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.sums import in_classes
from labelmarket.workers.outlines import Outlines, joined_outlines

_PLAIN = ("ids", "items", "boxes", "crowd", "areas", "scores", "geometry")


def joined(
    labels: LabelColumns,
    outlines: Outlines,
    *,
    others: LabelColumns,
    other_outlines: Outlines,
    on: Spans,
) -> tuple[LabelColumns, Outlines]:
    """Give `labels`, and behind them what `others` say on the items in `on`.

    The result covers what `labels` covered. Raises ValueError for rows of others whose class
    `labels` does not name.
    """
    inside = spans.holds(on, others.items)
    kinds = in_classes(others.classes, others.class_names, into=labels.class_names)
    hands = others.annotators + np.int32(len(labels.annotator_names))
    hands[others.annotators == NO_ANNOTATOR] = NO_ANNOTATOR
    plain: dict[str, Any] = {
        name: np.concatenate([getattr(labels, name), getattr(others, name)[inside]])
        for name in _PLAIN
    }
    both = replace(
        labels,
        annotator_names=(*labels.annotator_names, *others.annotator_names),
        classes=np.concatenate([labels.classes, kinds[inside]]),
        annotators=np.concatenate([labels.annotators, hands[inside]]),
        **plain,
    )
    return both, joined_outlines(outlines, other_outlines.only(inside))
