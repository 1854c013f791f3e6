"""Exports: labels as files that other programs read, and what such a file holds and does not."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

import labelmarket.graphql.types.enums  # noqa: F401 - makes them known before pages are made
from labelmarket.application import exports
from labelmarket.application.delivered import Maker
from labelmarket.application.exporting import read_manifest
from labelmarket.application.exports import file_name
from labelmarket.application.views.export_sheet import ExportRow
from labelmarket.domain.label_export import ExportStatus
from labelmarket.domain.label_format import LabelFormat
from labelmarket.graphql import ids
from labelmarket.graphql.connections import Connection, check_first, page_of, read_cursor
from labelmarket.graphql.context import Context, Info
from labelmarket.graphql.types.node import Node

MANIFEST_NAME = "manifest.json"


@strawberry.type(description="A file to be fetched with GET.")
class ExportFile:
    name: str
    bytes: float = strawberry.field(description="A whole number.")
    sha256: str
    url: str = strawberry.field(
        description="A path on this server, signed, good for half an hour and as long as this "
        "token is. Parts of the file may be asked for by ranges."
    )
    expires_at: datetime


@strawberry.type(description="How many of the labels somebody made.")
class LabelsMadeBy:
    maker: Maker
    annotator: str = strawberry.field(description="The name that its labels have in the file.")
    labels: int


@strawberry.type(description="What the format has no place for.")
class ExportLoss:
    what: str
    count: int
    why: str


@strawberry.type(description="What was written, by whom it was made, and what was lost.")
class ExportManifest:
    made_by: list[LabelsMadeBy]
    items_labeled_twice: int = strawberry.field(
        description="Items that more than one batch labels, as where critical classes are labeled "
        "by two providers: the labels of all are in the file."
    )
    losses: list[ExportLoss]
    file: ExportFile = strawberry.field(
        description="The same as JSON, with a digest of every file in an archive."
    )

    @classmethod
    def of(cls, said: exports.ExportManifest, file: ExportFile) -> Self:
        return cls(
            made_by=[
                LabelsMadeBy(maker=one.maker, annotator=one.annotator, labels=one.labels)
                for one in said.made_by
            ],
            items_labeled_twice=said.items_labeled_twice,
            losses=[ExportLoss(what=one.what, count=one.count, why=one.why) for one in said.losses],
            file=file,
        )


@strawberry.type(description="Labels that were delivered by a moment, as a file in a format.")
class Export(Node):
    row: strawberry.Private[ExportRow]
    project_id: strawberry.ID
    batch_id: strawberry.ID | None = strawberry.field(description="Null for a project's labels.")
    task_id: strawberry.ID | None = strawberry.field(
        description="Where only labels of one task were asked for."
    )
    provider_id: strawberry.ID | None = strawberry.field(
        description="Who asked for it; null when it was the customer."
    )
    format: LabelFormat
    status: ExportStatus
    asked_at: datetime
    ended_at: datetime | None = strawberry.field(description="When it was ready, or failed.")
    items: int = strawberry.field(description="Items with a word on them, if only that of none.")
    labels: int
    machine_labels: int = strawberry.field(description="How many of the labels a machine made.")
    labels_written: int = strawberry.field(
        description="Fewer than `labels` where the format has no place for some."
    )
    failed_code: str | None
    failed_message: str | None

    @strawberry.field(description="Null until it is ready.")
    def file(self, info: Info) -> ExportFile | None:
        row = self.row
        if row.file_digest is None:
            return None
        return _file(
            info.context,
            row,
            digest=row.file_digest,
            size_bytes=row.size_bytes,
            name=file_name(row.format),
        )

    @strawberry.field(description="Null until it is ready.")
    async def manifest(self, info: Info) -> ExportManifest | None:
        row, context = self.row, info.context
        if row.manifest_digest is None:
            return None
        said = await context.call(read_manifest, context.office.blobs, row.manifest_digest)
        file = _file(
            context,
            row,
            digest=row.manifest_digest,
            size_bytes=row.manifest_size_bytes,
            name=MANIFEST_NAME,
        )
        return ExportManifest.of(said, file)

    @classmethod
    def of(cls, row: ExportRow) -> Self:
        assert row.project_id is not None, "an export is of a project"
        return cls(
            id=ids.encode("Export", row.id),
            row=row,
            project_id=ids.encode("Project", row.project_id),
            batch_id=None if row.parent_id is None else ids.encode("Batch", row.parent_id),
            task_id=None if row.task_id is None else ids.encode("Task", row.task_id),
            provider_id=None
            if row.provider_id is None
            else ids.encode("Provider", row.provider_id),
            format=row.format,
            status=row.status,
            asked_at=row.asked_at,
            ended_at=row.ended_at,
            items=row.items,
            labels=row.labels,
            machine_labels=row.machine_labels,
            labels_written=row.labels_written,
            failed_code=row.failed_code,
            failed_message=row.failed_message,
        )


def _file(
    context: Context, row: ExportRow, *, digest: str, size_bytes: int, name: str
) -> ExportFile:
    link = context.office.links.for_export(context.who, digest, export_id=row.id, name=name)
    return ExportFile(
        name=name,
        bytes=float(size_bytes),
        sha256=digest,
        url=link.path,
        expires_at=link.expires_at,
    )


async def exports_page(
    context: Context,
    *,
    first: int,
    after: str | None,
    project_id: UUID | None = None,
    batch_id: UUID | None = None,
) -> Connection[Export]:
    """One page of the exports of a project, or of a batch, that the viewer may see."""
    rows = await context.call(
        context.office.exports.page,
        context.who,
        first=check_first(first) + 1,
        after=read_cursor(after, start=0),
        project_id=project_id,
        parent_ids=None if batch_id is None else [batch_id],
    )
    return page_of(rows, first=first, shape=Export.of, place=lambda row: row.born)
