"""Labels held against gold; what was compared lately is not compared again."""

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.remembered import Remembered
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
        self._known: Remembered[Counts] = Remembered(answers_max=KEPT_MAX)

    def check(
        self, labels: str, *, on: Ranges, classes: tuple[str, ...], gold: tuple[str, ...]
    ) -> Counts:
        return self._known.of(
            (labels, on, classes, gold),
            lambda: self._compare(labels, on=on, classes=classes, gold=gold),
        )

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
