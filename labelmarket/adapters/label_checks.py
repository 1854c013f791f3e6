"""Labels held against gold; what was compared lately is not compared again."""

from threading import Lock

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.application.labels import Ranges
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.checked import checked

KEPT_MAX = 256
"""Answers that are kept in memory, the oldest forgotten first."""

Counts = tuple[tuple[int, int], ...]


class BlobLabelChecks:
    """Implements the port `LabelChecks`; every answer is a function of what is given."""

    def __init__(self, blobs: LocalBlobs) -> None:
        self._files = ColumnFiles(blobs)
        self._lock = Lock()
        self._kept: dict[object, Counts] = {}

    def check(
        self, labels: str, *, on: Ranges, classes: tuple[str, ...], gold: tuple[str, ...]
    ) -> Counts:
        asked = (labels, on, classes, gold)
        with self._lock:
            known = self._kept.get(asked)
        if known is None:
            known = self._compare(labels, on=on, classes=classes, gold=gold)
            with self._lock:
                while len(self._kept) >= KEPT_MAX:
                    del self._kept[next(iter(self._kept))]
                self._kept[asked] = known
        return known

    def _compare(
        self, labels: str, *, on: Ranges, classes: tuple[str, ...], gold: tuple[str, ...]
    ) -> Counts:
        columns = self._files.labels(labels)
        counts = checked(
            columns,
            [self._files.labels(one) for one in gold],
            classes=classes,
            on=spans.both(columns.covered, spans.from_pairs(on)),
        )
        return tuple((right, of) for right, of in counts.tolist())
