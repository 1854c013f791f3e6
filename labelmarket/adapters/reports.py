"""Reports as blobs: parts that were measured, merged, compared with gold, and said."""

from collections.abc import Iterator, Sequence

import numpy as np
import orjson

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.comparisons import Comparisons, said_by, spoken_by
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.remembered import Remembered
from labelmarket.application.labels import Lesson, MeasuredPart, ReportMerged
from labelmarket.workers.columns import ItemTable
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.measure import measure
from labelmarket.workers.insight.merge import merge
from labelmarket.workers.insight.report import report
from labelmarket.workers.insight.sums import Sums

MERGED_KEPT_MAX = 64
"""Reports whose names are kept in memory, so that asking again for one merges nothing."""


class BlobReports:
    """Every answer is a function of the digests given."""

    def __init__(self, blobs: LocalBlobs, files: ColumnFiles) -> None:
        self._blobs = blobs
        self._files = files
        self._compare = Comparisons(files)
        self._merged: Remembered[ReportMerged] = Remembered(answers_max=MERGED_KEPT_MAX)

    def merged(
        self,
        parts: tuple[MeasuredPart, ...],
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
        lessons: tuple[Lesson, ...],
    ) -> ReportMerged:
        return self._merged.of(
            (parts, items, classes, gold, lessons),
            lambda: self._merge(parts, items=items, classes=classes, gold=gold, lessons=lessons),
        )

    def _merge(
        self,
        parts: tuple[MeasuredPart, ...],
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
        lessons: tuple[Lesson, ...],
    ) -> ReportMerged:
        table = self._files.table(items)
        sums = list(self._measured(parts, items=table, classes=classes, gold=gold))
        whole = merge(sums, classes=classes)
        spoken = spoken_by(self._files, parts)
        compared = self._compare.with_gold(
            spoken,
            items=items,
            classes=classes,
            gold=gold,
        )
        learned = self._compare.lessons(
            lessons,
            items=items,
            classes=classes,
            truth=[said_by(self._files, one) for one in gold] or spoken,
            of=spans.count(whole.covered),
        )
        said = report(
            whole,
            items=table,
            learned=learned,
            quality=compared.quality,
            quality_unknown=compared.unknown,
        )
        return ReportMerged(
            digest=self._blobs.put(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)),
            items=spans.count(whole.covered),
            labels=int(whole.labels.sum()),
            covered=tuple((first, stop) for first, stop in whole.covered.tolist()),
            problems_total=whole.problems,
        )

    def _measured(
        self,
        parts: Sequence[MeasuredPart],
        *,
        items: ItemTable,
        classes: tuple[str, ...],
        gold: tuple[str, ...],
    ) -> Iterator[Sums]:
        """Give the sums of each part on the items that it has the last word on."""
        truth = tuple(self._files.labels(digest) for digest in gold)
        for one, spoken in zip(parts, spoken_by(self._files, parts), strict=True):
            part = self._files.sums(one.sums, measured=(one.labels, *gold))
            if (
                part is None
                or not np.array_equal(part.covered, spoken.on)
                or part.class_names != classes
            ):
                columns = self._files.labels(one.labels)
                part = measure(columns, items=items, classes=classes, gold=truth, only=spoken.on)
            yield part
