"""Exports labels: what was delivered is looked up at once, and a worker writes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from labelmarket.application import delivered
from labelmarket.application.access import Actor
from labelmarket.application.commands.exports import (
    AskExport,
    RecordExport,
    RecordFailedExport,
    exportable,
)
from labelmarket.application.exports import (
    CannotExport,
    ExportFiles,
    ExportManifest,
    Selection,
    Wanted,
)
from labelmarket.application.labels import Blobs
from labelmarket.application.market import Market, Outcome
from labelmarket.application.view import Reads
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.application.work import Command, refusal
from labelmarket.domain.errors import NothingToDo, Refusal
from labelmarket.domain.label_export import LabelExport


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporting:
    """What is wanted becomes a selection, which is a blob, and so an export of its own."""

    market: Market
    blobs: Blobs
    batches: Reads[BatchRow]

    def __call__(self, wanted: Wanted, *, by: Actor, key: str | None) -> Outcome:
        """Ask for an export; whoever asks again under the same key hears the same answer."""
        asked = sha256(msgspec.json.encode(("exportLabels", wanted))).digest()
        known = self.market.known_answer(key, fingerprint=asked)
        if known is not None:
            return known
        try:
            selection = self.selection(wanted, by=by)
        except Refusal as error:
            return Outcome(answer=refusal(error), position=None)
        command = AskExport(
            wanted=wanted, selection_digest=self.blobs.put(msgspec.json.encode(selection))
        )
        return self.market.handle(command, by=by, key=key, fingerprint=asked)

    def selection(self, wanted: Wanted, *, by: Actor) -> Selection:
        """What was delivered by now. Raises a Refusal for whoever may not have it."""
        project, batch = exportable(self.market.find, wanted, by=by)
        if batch is None:
            batch_ids = [row.id for row in delivered.measured(self.batches, project)]
            layers = delivered.of_project(self.market, project, batch_ids, task_id=wanted.task_id)
        else:
            layers = delivered.of_batch(self.market, batch)
        if not layers:
            raise NothingToDo("no labels were delivered yet")
        return Selection(
            manifests=tuple(project.manifests.values()),
            classes=project.class_names,
            layers=layers,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportWriting:
    """The job that writes an export. The same selection gives the same bytes."""

    market: Market
    blobs: Blobs
    files: ExportFiles

    def __call__(self, args: Mapping[str, Any], /) -> Command | None:
        export = self.market.find(LabelExport, UUID(args["export_id"]))
        if export is None or not export.is_open:
            return None
        said = self.blobs.read(export.selection_digest)
        selection = msgspec.json.decode(said, type=Selection)
        try:
            file = self.files.write(selection, format=export.format)
        except CannotExport as error:
            return RecordFailedExport(export_id=export.id, code=error.code, message=error.message)
        manifest = msgspec.json.encode(file.manifest)
        return RecordExport(
            export_id=export.id,
            file_digest=file.digest,
            size_bytes=file.size_bytes,
            manifest_digest=self.blobs.put(manifest),
            manifest_size_bytes=len(manifest),
            items=file.manifest.items,
            labels=file.manifest.labels,
            machine_labels=file.manifest.machine_labels,
            labels_written=file.manifest.labels_written,
        )


def read_manifest(blobs: Blobs, digest: str) -> ExportManifest:
    return msgspec.json.decode(blobs.read(digest), type=ExportManifest)
