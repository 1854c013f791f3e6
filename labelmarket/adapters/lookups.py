"""The queries of a report, looked up in the labels and items that it speaks of."""

from collections.abc import Iterator
from typing import Any, cast

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.comparisons import spoken_by
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.remembered import Remembered
from labelmarket.application.labels import MeasuredPart
from labelmarket.application.looked_up import SHOWN_MAX, Shown, Sought
from labelmarket.workers.columns import GEOMETRY_ITEM, NO_ID, LabelColumns
from labelmarket.workers.insight import evidence
from labelmarket.workers.insight.finding_types import Query
from labelmarket.workers.insight.uniting import Speaking, united
from labelmarket.workers.outlines import no_outlines

LOOKUPS_KEPT_MAX = 32
"""Each is at most SHOWN_MAX items or labels, so that a page costs a slice."""


class Lookups:
    """Implements the port `LookUp`; every answer is a function of the digests given.

    Memory peaks at 80 bytes for each label behind a report.
    """

    def __init__(self, blobs: LocalBlobs) -> None:
        self._files = ColumnFiles(blobs)
        self._known: Remembered[tuple[Shown, ...]] = Remembered(answers_max=LOOKUPS_KEPT_MAX)

    def found(
        self,
        parts: tuple[MeasuredPart, ...],
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        sought: Sought,
    ) -> tuple[Shown, ...]:
        return self._known.of(
            (parts, items, classes, sought),
            lambda: tuple(self._find(parts, items=items, classes=classes, sought=sought)),
        )

    def _find(
        self,
        parts: tuple[MeasuredPart, ...],
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        sought: Sought,
    ) -> Iterator[Shown]:
        labels = self._labels(parts, classes=classes)
        found = evidence.found(_query(sought), labels=labels, items=self._files.table(items))[
            :SHOWN_MAX
        ]
        for place in found.tolist():
            if sought.kind == "images":
                yield Shown(place=place, ordinal=place)
            else:
                yield _label(labels, place)

    def _labels(self, parts: tuple[MeasuredPart, ...], *, classes: tuple[str, ...]) -> LabelColumns:
        """Give the labels that count; outlines are no part of any query."""
        files = []
        for one in spoken_by(self._files, parts):
            labels = self._files.labels(one.digest)
            files.append(Speaking(labels=labels, outlines=no_outlines(len(labels)), on=one.on))
        return united(files, classes=classes).labels


def _query(sought: Sought) -> Query:
    said: dict[str, Any] = {
        "kind": sought.kind,
        "with": list(sought.holding),
        "without": list(sought.without),
        "check": sought.check,
        "quadrant": sought.quadrant,
        "image": sought.image,
    }
    return cast("Query", said)


def _label(labels: LabelColumns, row: int) -> Shown:
    x, y, width, height = labels.boxes[row].tolist()
    ident = int(labels.ids[row])
    return Shown(
        place=row,
        ordinal=int(labels.items[row]),
        label_id=None if ident == NO_ID else ident,
        class_name=labels.class_names[labels.classes[row]],
        box=None if labels.geometry[row] == GEOMETRY_ITEM else (x, y, width, height),
    )
