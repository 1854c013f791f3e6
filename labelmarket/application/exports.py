"""What the market asks of exports: a selection of labels in, a file and its manifest out."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from labelmarket.application.delivered import Layer, Maker
from labelmarket.domain.label_format import LabelFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is exported: which labels of which files, on the items of a project.

    It is all that an export depends on, so that the same selection gives the same bytes.
    """

    manifests: tuple[str, ...]
    classes: tuple[str, ...]
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants exported: a batch, or a project, or one task of a project."""

    format: LabelFormat
    project_id: UUID | None = None
    batch_id: UUID | None = None
    task_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsOf:
    """How many labels somebody made, of those that were to be written."""

    maker: Maker
    annotator: str
    labels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LostValue:
    """What a format has no place for, how often, and why."""

    what: str
    count: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerFile:
    """A file in an archive, or the one file that was written."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportManifest:
    """What was written, by whom it was made, and what was lost; kept as JSON.

    `items_labeled_twice` are those that more than one batch labels: all of it is in the file.
    """

    format: LabelFormat
    items: int
    labels: int
    labels_written: int
    items_labeled_twice: int
    made_by: tuple[LabelsOf, ...]
    losses: tuple[LostValue, ...]
    files: tuple[InnerFile, ...]

    @property
    def machine_labels(self) -> int:
        return sum(one.labels for one in self.made_by if one.maker is Maker.MACHINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileExported:
    """The file, as a blob."""

    digest: str
    size_bytes: int
    manifest: ExportManifest


class CannotExport(Exception):
    """These labels cannot be written in this format."""

    def __init__(self, *, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class ExportFiles(Protocol):
    """Writes labels in the formats that other programs read."""

    def write(self, selection: Selection, *, format: LabelFormat) -> FileExported:
        """Write a file; the same selection gives the same bytes. Raises CannotExport."""
        ...


SUFFIXES = {
    LabelFormat.YOLO: "zip",
    LabelFormat.VOC: "zip",
    LabelFormat.CSV: "csv",
    LabelFormat.JSON_LINES: "jsonl",
    LabelFormat.NATIVE: "ndjson",
    LabelFormat.CVAT: "xml",
}
"""How the names of files end; those that are not named here are JSON."""


def file_name(format: LabelFormat) -> str:
    return f"labels.{format}.{SUFFIXES.get(format, 'json')}"
