"""Delivered labels as files: a selection is gathered into a dataset and written as a blob."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labelmarket.adapters.blobs.local import LocalBlobs, naming_full
from labelmarket.adapters.formats.archive import Archive
from labelmarket.adapters.formats.coco_rows import KEY_BYTES_MAX
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.formats.dataset import LABELS_MAX, Dataset, Manifest
from labelmarket.adapters.formats.output import CannotWrite, Output
from labelmarket.adapters.formats.writing import FOLDERS, write_to
from labelmarket.application.delivered import Layer, labeled_twice
from labelmarket.application.exports import (
    CannotExport,
    ExportManifest,
    FileExported,
    InnerFile,
    LabelsOf,
    LostValue,
    Selection,
    file_name,
)
from labelmarket.domain.label_format import LabelFormat
from labelmarket.workers.columns import ItemColumns, ItemTable, Spans, item_columns
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.gathering import Hand, among_covered, counted_rows, gathered

OWN_NUMBERS = frozenset({"ids of items", "ids of classes"})
"""Numbers that only an export gives: without them nothing is lost."""


@dataclass(frozen=True, slots=True)
class BlobExports:
    """Implements the port `ExportFiles`; memory is about 200 bytes for each label."""

    blobs: LocalBlobs

    def write(self, selection: Selection, *, format: LabelFormat) -> FileExported:
        dataset, made_by = self._gathered(selection)
        with self.blobs.draft() as place:
            try:
                with naming_full():
                    manifest = _written(dataset, place, format=format)
            except CannotWrite as error:
                raise CannotExport(code=error.code, message=error.message) from None
            digest = self.blobs.adopt(place)
        return FileExported(
            digest=digest,
            size_bytes=self.blobs.size(digest),
            manifest=_told(manifest, made_by, format=format, twice=labeled_twice(selection.layers)),
        )

    def _gathered(self, selection: Selection) -> tuple[Dataset, tuple[LabelsOf, ...]]:
        files = ColumnFiles(self.blobs)
        hands = [_hand(files, layer) for layer in selection.layers]
        counts = [counted_rows(hand) for hand in hands]
        if sum(counts) > LABELS_MAX:
            raise CannotExport(
                code="TOO_MANY_LABELS",
                message=f"a file has at most {LABELS_MAX:,} labels; export the batches one by one",
            )
        labels, outlines = gathered(hands, classes=selection.classes)
        dataset = Dataset(
            items=_items(files.table(selection.manifests), labels.covered),
            labels=among_covered(labels),
            outlines=outlines,
            # A number stands for the same item in every export of a project.
            item_ids=tuple((spans.ordinals(labels.covered) + 1).tolist()),
            class_ids=tuple(range(1, len(selection.classes) + 1)),
        )
        return dataset, _made_by(selection.layers, counts)


def _hand(files: ColumnFiles, layer: Layer) -> Hand:
    labels = files.labels(layer.labels)
    return Hand(
        labels=labels,
        outlines=files.outlines(layer.labels),
        on=spans.both(labels.covered, spans.from_pairs(layer.on)),
        annotators=(
            *(_named(layer.annotator, name) for name in labels.annotator_names),
            _shown(layer.annotator),
        ),
    )


def _named(maker: str, name: str) -> str:
    """Name somebody who labels for a provider; a machine is called by one name alone."""
    if maker == name:
        return _shown(maker)
    whole = _shown(f"{maker}: {name}")
    return whole if len(whole.encode()) <= KEY_BYTES_MAX else _shown(maker)


def _shown(name: str) -> str:
    """Give a name that every format can spell."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in name)


def _items(table: ItemTable, covered: Spans) -> ItemColumns:
    places = [place for first, stop in covered.tolist() for place in table.between(first, stop)]
    keys = [manifest.key(index) for _, manifest, index in places]
    return item_columns(keys, sizes=table.sizes(spans.ordinals(covered).astype(np.int32)))


def _made_by(layers: tuple[Layer, ...], counts: list[int]) -> tuple[LabelsOf, ...]:
    """Count the labels of each maker, in the order in which they first appear."""
    found = {(one.maker, one.annotator): 0 for one in layers}
    for one, count in zip(layers, counts, strict=True):
        found[one.maker, one.annotator] += count
    return tuple(
        LabelsOf(maker=maker, annotator=annotator, labels=count)
        for (maker, annotator), count in found.items()
    )


def _written(dataset: Dataset, place: Path, *, format: LabelFormat) -> Manifest:
    kind, name = LabelFormat(format), file_name(format)
    if kind in FOLDERS:
        with Archive(place, name=name) as archive:
            return write_to(archive, dataset, format=kind)
    return write_to(Output(place, name=name, folder=False), dataset, format=kind)


def _told(
    manifest: Manifest, made_by: tuple[LabelsOf, ...], *, format: LabelFormat, twice: int
) -> ExportManifest:
    return ExportManifest(
        format=format,
        items=manifest.items,
        labels=manifest.labels,
        labels_written=manifest.labels_written,
        items_labeled_twice=twice,
        made_by=made_by,
        losses=tuple(
            LostValue(what=one.what, count=one.count, why=one.why)
            for one in manifest.losses
            if one.what not in OWN_NUMBERS
        ),
        files=tuple(
            InnerFile(name=one.name, bytes=one.bytes, sha256=one.sha256) for one in manifest.files
        ),
    )
