"""Labels of several hands as one file: of each those that count, under the names of the hands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from labelmarket.workers.columns import NO_ID, ROW_COLUMNS, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.sums import in_classes
from labelmarket.workers.outlines import Outlines, stacked_outlines

RENUMBERED = ("ids", "classes", "annotators")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """A file of labels that counts on the items in `on`, of all of which it speaks.

    `annotators` names those whom the file knows, in its order, and behind them whoever made the
    labels that name nobody.
    """

    labels: LabelColumns
    outlines: Outlines
    on: Spans
    annotators: tuple[str, ...]


def counted_rows(hand: Hand) -> int:
    """Count the labels that count."""
    return int(spans.holds(hand.on, hand.labels.items).sum())


def gathered(hands: Sequence[Hand], *, classes: tuple[str, ...]) -> tuple[LabelColumns, Outlines]:
    """Give the labels that count, hand by hand and in the order of its file.

    They have no ids: two hands may have used the same. Everything else stays as it was said.
    Memory is about 80 bytes for each label, and the
    outlines. Raises ValueError for a label whose class is not among `classes`.
    """
    kept = [spans.holds(hand.on, hand.labels.items) for hand in hands]
    names = {name: at for at, name in enumerate(sorted(_used(hands, kept)))}
    pairs = list(zip(hands, kept, strict=True))
    plain: dict[str, Any] = {
        name: np.concatenate([getattr(hand.labels, name)[rows] for hand, rows in pairs])
        for name in ROW_COLUMNS
        if name not in RENUMBERED
    }
    classed = [
        in_classes(hand.labels.classes, hand.labels.class_names, into=classes)[rows]
        for hand, rows in pairs
    ]
    labels = LabelColumns(
        class_names=classes,
        annotator_names=tuple(names),
        ids=np.full(len(plain["items"]), NO_ID, dtype=np.int64),
        classes=np.concatenate(classed),
        annotators=np.concatenate(
            [
                np.array([names.get(one, -1) for one in hand.annotators], dtype=np.int32)[
                    hand.labels.annotators[rows]
                ]
                for hand, rows in pairs
            ]
        ),
        covered=spans.union(hand.on for hand in hands),
        problems=0,
        **plain,
    )
    outlines = [hand.outlines.only(rows) for hand, rows in pairs]
    return labels, stacked_outlines(outlines)


def _used(hands: Sequence[Hand], kept: Sequence[Any]) -> set[str]:
    """Give the names of those who made a label that counts."""
    return {
        hand.annotators[who]
        for hand, rows in zip(hands, kept, strict=True)
        for who in np.unique(hand.labels.annotators[rows]).tolist()
    }


def among_covered(labels: LabelColumns) -> LabelColumns:
    """Give labels whose items are numbered by their places among those that are covered."""
    there = spans.ordinals(labels.covered)
    return replace(
        labels,
        items=np.searchsorted(there, labels.items).astype(np.int32),
        covered=spans.of(np.arange(len(there))),
    )
