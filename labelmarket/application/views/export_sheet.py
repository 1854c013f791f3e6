"""Exports as they stand: what was asked for, and the file that came of it."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from labelmarket.application.view import Entry, Row, topics_of
from labelmarket.domain.aggregate import Fact
from labelmarket.domain.label_export import (
    ExportAsked,
    ExportAskedAgain,
    ExportFailed,
    ExportStatus,
    ExportWritten,
)
from labelmarket.domain.label_format import LabelFormat


class ExportRow(Row, frozen=True, kw_only=True):
    """`parent_id` is the batch, where it is of one."""

    task_id: UUID | None
    format: LabelFormat
    asked_at: datetime
    ended_at: datetime | None = None
    file_digest: str | None = None
    size_bytes: int = 0
    manifest_digest: str | None = None
    manifest_size_bytes: int = 0
    items: int = 0
    labels: int = 0
    machine_labels: int = 0
    labels_written: int = 0
    failed_code: str | None = None
    failed_message: str | None = None

    @property
    def status(self) -> ExportStatus:
        return ExportStatus(self.state)


class ExportSheet:
    name = "export_sheet"
    version = 1
    row = ExportRow
    topics = topics_of(ExportAsked, ExportAskedAgain, ExportWritten, ExportFailed)

    def keys(self, fact: Fact, /) -> tuple[UUID, ...]:
        return (fact.originator_id,) if fact.TOPIC in self.topics else ()

    def evolve(self, row: ExportRow | None, entry: Entry, /) -> ExportRow | None:
        fact = entry.fact
        if isinstance(fact, ExportAsked):
            return _asked(fact, born=entry.position)
        assert row is not None, "an export is asked for before anything else"
        match fact:
            case ExportAskedAgain():
                return replace(
                    row,
                    state=ExportStatus.WRITING,
                    ended_at=None,
                    failed_code=None,
                    failed_message=None,
                )
            case ExportWritten():
                return replace(
                    row,
                    state=ExportStatus.READY,
                    ended_at=fact.timestamp,
                    file_digest=fact.file_digest,
                    size_bytes=fact.size_bytes,
                    manifest_digest=fact.manifest_digest,
                    manifest_size_bytes=fact.manifest_size_bytes,
                    items=fact.items,
                    labels=fact.labels,
                    machine_labels=fact.machine_labels,
                    labels_written=fact.labels_written,
                )
            case ExportFailed():
                return replace(
                    row,
                    state=ExportStatus.FAILED,
                    ended_at=fact.timestamp,
                    failed_code=fact.code,
                    failed_message=fact.message,
                )
            case _:
                raise AssertionError(f"no change is known for {fact.TOPIC}")


def _asked(fact: ExportAsked, *, born: int) -> ExportRow:
    return ExportRow(
        id=fact.originator_id,
        born=born,
        state=ExportStatus.WRITING,
        project_id=fact.project_id,
        parent_id=fact.batch_id,
        organisation_id=fact.organisation_id,
        provider_id=fact.provider_id,
        task_id=fact.task_id,
        format=fact.format,
        asked_at=fact.timestamp,
    )
