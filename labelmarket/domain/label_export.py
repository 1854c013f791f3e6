"""An export: what was delivered at one moment, to be written as a file in one format."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from labelmarket.domain.aggregate import Aggregate, Fact, FirstFact
from labelmarket.domain.label_format import LabelFormat


class ExportStatus(StrEnum):
    WRITING = "writing"
    READY = "ready"
    FAILED = "failed"


class ExportAsked(FirstFact):
    """Somebody wants labels in a format: the customer, or a provider what it delivered itself.

    `provider_id` is null when it is the customer, who hears of the others. `selection_digest`
    names what was delivered when it was asked for.
    """

    TOPIC = "ExportAsked"
    project_id: UUID
    organisation_id: UUID
    provider_id: UUID | None
    batch_id: UUID | None
    task_id: UUID | None
    format: LabelFormat
    selection_digest: str


class ExportAskedAgain(Fact):
    """An export that failed is tried anew."""

    TOPIC = "ExportAskedAgain"

    def apply(self, export: "LabelExport", /) -> None:
        export.status = ExportStatus.WRITING
        export.attempts += 1


class ExportWritten(Fact):
    """The file is there; the manifest tells what is in it, who made it, and what was lost."""

    TOPIC = "ExportWritten"
    file_digest: str
    size_bytes: int
    manifest_digest: str
    manifest_size_bytes: int
    items: int
    labels: int
    machine_labels: int
    labels_written: int

    def apply(self, export: "LabelExport", /) -> None:
        export.status = ExportStatus.READY
        export.files = frozenset({self.file_digest, self.manifest_digest})


class ExportFailed(Fact):
    """The labels cannot be written in this format, for a reason in words."""

    TOPIC = "ExportFailed"
    code: str
    message: str

    def apply(self, export: "LabelExport", /) -> None:
        export.status = ExportStatus.FAILED


class LabelExport(Aggregate):
    TOPIC = "LabelExport"

    def __init__(
        self,
        *,
        project_id: UUID,
        organisation_id: UUID,
        provider_id: UUID | None,
        batch_id: UUID | None,
        task_id: UUID | None,
        format: LabelFormat,
        selection_digest: str,
    ) -> None:
        self.project_id = project_id
        self.organisation_id = organisation_id
        self.provider_id = provider_id
        self.batch_id = batch_id
        self.task_id = task_id
        self.format = format
        self.selection_digest = selection_digest
        self.status = ExportStatus.WRITING
        self.attempts = 1
        self.files: frozenset[str] = frozenset()

    def audience(self) -> tuple[UUID | None, UUID | None]:
        return self.project_id, self.provider_id

    def customer(self) -> UUID | None:
        return self.organisation_id

    @property
    def is_open(self) -> bool:
        return self.status is ExportStatus.WRITING

    # Decisions: when each fact may happen.

    @classmethod
    def ask(
        cls,
        *,
        export_id: UUID,
        project_id: UUID,
        organisation_id: UUID,
        provider_id: UUID | None,
        batch_id: UUID | None,
        task_id: UUID | None,
        format: LabelFormat,
        selection_digest: str,
        at: datetime,
    ) -> Self:
        return cls.begin(
            ExportAsked,
            id=export_id,
            at=at,
            project_id=project_id,
            organisation_id=organisation_id,
            provider_id=provider_id,
            batch_id=batch_id,
            task_id=task_id,
            format=format,
            selection_digest=selection_digest,
        )

    def ask_again(self, *, at: datetime) -> bool:
        """Try once more what failed; False for what is being written, or is there."""
        if self.status is not ExportStatus.FAILED:
            return False
        self.record(ExportAskedAgain, at=at)
        return True

    def finish(
        self,
        *,
        file_digest: str,
        size_bytes: int,
        manifest_digest: str,
        manifest_size_bytes: int,
        items: int,
        labels: int,
        machine_labels: int,
        labels_written: int,
        at: datetime,
    ) -> None:
        if self.is_open:
            self.record(
                ExportWritten,
                at=at,
                file_digest=file_digest,
                size_bytes=size_bytes,
                manifest_digest=manifest_digest,
                manifest_size_bytes=manifest_size_bytes,
                items=items,
                labels=labels,
                machine_labels=machine_labels,
                labels_written=labels_written,
            )

    def fail(self, *, code: str, message: str, at: datetime) -> None:
        if self.is_open:
            self.record(ExportFailed, at=at, code=code, message=message)


def export_id(
    asker_id: UUID,
    *,
    project_id: UUID,
    batch_id: UUID | None,
    task_id: UUID | None,
    format: LabelFormat,
    selection_digest: str,
) -> UUID:
    """The stream's id: whoever asks for the same labels in the same format finds it again."""
    return uuid5(asker_id, f"export:{project_id}:{batch_id}:{task_id}:{format}:{selection_digest}")
