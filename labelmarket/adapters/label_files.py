"""Label files on the local blob store: uploads become columns, columns sums, sums a report."""

from collections.abc import Mapping, Sequence

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.formats.class_files import read_classes
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.intake.asked_for import only_asked
from labelmarket.adapters.intake.items import read_items
from labelmarket.adapters.intake.labels import Project, read_labels
from labelmarket.adapters.intake.pages import ItemPages
from labelmarket.adapters.reports import BlobReports
from labelmarket.application.labels import (
    OBJECTS_ONLY,
    Asked,
    ClassesRead,
    Item,
    ItemsRead,
    LabelKind,
    LabelsRead,
    Lesson,
    MeasuredPart,
    Ranges,
    ReportMerged,
)
from labelmarket.domain.values import CLASSES_MAX
from labelmarket.workers.columns import LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.measure import measure


class BlobLabelFiles:
    """Implements the port `LabelFiles`; every answer is a pure function of the digests given."""

    def __init__(self, blobs: LocalBlobs) -> None:
        self._blobs = blobs
        self._files = ColumnFiles(blobs)
        self._pages = ItemPages(blobs, self._files)
        self._reports = BlobReports(blobs, self._files)

    def read_items(
        self, upload: str, *, after: tuple[str, ...], media: Mapping[str, str]
    ) -> ItemsRead:
        """Read a file of items; memory peaks as `intake.items.read_items` says."""
        self._blobs.size(upload)
        known = self._files.table(after)
        taken = read_items(self._blobs.path(upload), after=known, media=media)
        return ItemsRead(
            digest=self._pages.write(taken),
            items=len(taken.columns),
            problems=taken.problems.kept,
            problems_total=taken.problems.total,
        )

    def items(self, manifests: tuple[str, ...], *, first: int, count: int) -> tuple[Item, ...]:
        return self._pages.items(manifests, first=first, count=count)

    def texts(
        self, manifests: tuple[str, ...], *, ordinals: Sequence[int]
    ) -> tuple[str | None, ...]:
        return self._pages.texts(manifests, ordinals=ordinals)

    def read_classes(self, upload: str, *, file_name: str) -> ClassesRead:
        self._blobs.size(upload)
        classes, problems = read_classes(self._blobs.path(upload), file_name=file_name)
        return ClassesRead(classes=classes, problems=problems.kept, problems_total=problems.total)

    def read_labels(
        self,
        upload: str,
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        within: Ranges | None,
        kinds: tuple[LabelKind, ...] = OBJECTS_ONLY,
        asked: Asked | None = None,
    ) -> LabelsRead:
        """Read a file of labels; memory peaks as `intake.labels.read_labels` says."""
        project = Project(
            items=self._files.table(items),
            classes=classes,
            within=None if within is None else spans.from_pairs(within),
            known=spans.NOTHING,
        )
        return self._read(upload, project, kinds=kinds, asked=asked)

    def read_gold(
        self,
        upload: str,
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
        kinds: tuple[LabelKind, ...] = OBJECTS_ONLY,
    ) -> LabelsRead:
        project = Project(
            items=self._files.table(items),
            classes=classes,
            within=None,
            known=spans.union(labels.covered for labels in self._gold(gold)),
        )
        return self._read(upload, project, kinds=kinds)

    def _read(
        self,
        upload: str,
        project: Project,
        *,
        kinds: tuple[LabelKind, ...],
        asked: Asked | None = None,
    ) -> LabelsRead:
        _check_classes(project.classes)
        self._blobs.size(upload)
        taken = read_labels(self._blobs.path(upload), project, kinds=kinds)
        labels, outlines, problems = taken
        if asked is not None:
            labels, outlines, problems = only_asked(*taken, asked=asked, items=project.items)
        return LabelsRead(
            digest=self._files.write_labels(labels, outlines),
            labels=int(spans.holds(labels.covered, labels.items).sum()),
            covered=_ranges(labels.covered),
            problems=problems.kept,
            problems_total=problems.total,
        )

    def measure(
        self,
        labels: str,
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
    ) -> str:
        """Measure a part; memory peaks as `measure.measure` says."""
        _check_classes(classes)
        sums = measure(
            self._files.labels(labels),
            items=self._files.table(items),
            classes=classes,
            gold=self._gold(gold),
        )
        return self._files.write_sums(sums, measured=(labels, *gold))

    def merge(
        self,
        parts: tuple[MeasuredPart, ...],
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
        lessons: tuple[Lesson, ...] = (),
    ) -> ReportMerged:
        """Merge the parts, or name the report that was merged of them before.

        A part that does not have the last word on all that it covers is measured again for what
        is left to it, and so is one that was measured with other classes or other gold. Memory
        peaks at that of one measured part, and 40 bytes for each item and class that occurs; then
        at that of comparing the labels on items that gold speaks of, some 300 bytes each.
        """
        _check_classes(classes)
        return self._reports.merged(parts, items=items, classes=classes, gold=gold, lessons=lessons)

    def report(self, digest: str) -> bytes:
        """Give the JSON; about 5 KB for each class and 200 bytes for each pair it names."""
        return self._blobs.read(digest)

    def _gold(self, digests: Sequence[str]) -> tuple[LabelColumns, ...]:
        return tuple(self._files.labels(digest) for digest in digests)


def _ranges(covered: Spans) -> Ranges:
    return tuple((first, stop) for first, stop in covered.tolist())


def _check_classes(classes: tuple[str, ...]) -> None:
    if len(classes) > CLASSES_MAX or len(set(classes)) != len(classes):
        raise ValueError(f"a project has at most {CLASSES_MAX} classes, each named once")
