"""What the market asks of label files: digests in, digests and counts out, never an array."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

Ranges = tuple[tuple[int, int], ...]
"""Half-open, sorted, disjoint ranges of item ordinals."""

PROBLEMS_KEPT_MAX = 100
"""Problems named one by one; beyond that they are only counted."""

FILE_BYTES_MAX = 1 << 30
"""The largest label file that is read."""

ROWS_MAX = 1 << 22
"""Most rows of one list in a file; it keeps every sum of one part inside 64 bits."""

ITEMS_PAGE_MAX = 10_000
"""Most items given by one call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """One row that was left out; `row` counts in the file's own list, -1 where that is unknown."""

    row: int
    item: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsRead:
    digest: str
    items: int
    problems: tuple[RowProblem, ...]
    problems_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelsRead:
    digest: str
    labels: int
    covered: Ranges
    problems: tuple[RowProblem, ...]
    problems_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredPart:
    """The labels of one part and their sums; `kept` are the items for which it has the last word.

    Without `kept` it speaks for all that it covers and no part before it covered.
    """

    labels: str
    sums: str
    kept: Ranges | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMerged:
    digest: str
    items: int
    labels: int
    covered: Ranges
    problems_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item; `media` is the sha256 of its uploaded file, or empty."""

    ordinal: int
    key: str
    width: float
    height: float
    media: str


class UnreadableFile(Exception):
    """The whole file is refused, and nothing of it is kept."""

    def __init__(self, *, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class LabelFiles(Protocol):
    """Label files turned into columns, sums and reports, each a blob named by its digest."""

    def read_items(
        self, upload: str, *, after: tuple[str, ...], media: Mapping[str, str]
    ) -> ItemsRead:
        """Turn an upload into an item manifest whose ordinals go on where `after` ends."""
        ...

    def items(self, manifests: tuple[str, ...], *, first: int, count: int) -> tuple[Item, ...]:
        """Give the items with ordinals from `first` on, at most `count` of them."""
        ...

    def read_labels(
        self,
        upload: str,
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        within: Ranges | None,
    ) -> LabelsRead:
        """Turn an upload into label columns; a bad row is named and left out."""
        ...

    def read_gold(
        self,
        upload: str,
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
    ) -> LabelsRead:
        """Turn an upload into true labels of the items that `gold` does not speak of."""
        ...

    def measure(
        self,
        labels: str,
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
    ) -> str:
        """Store the integer sums of one part, and give their digest."""
        ...

    def merge(
        self,
        parts: tuple[MeasuredPart, ...],
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
    ) -> ReportMerged:
        """Merge parts in order; an item counts for one of them, whose `kept` names it."""
        ...

    def report(self, digest: str) -> bytes:
        """Give a merged report as canonical JSON."""
        ...


class BlobMissing(Exception):
    """No blob has this digest; text that is no digest names no blob either."""


class BlobStoreFull(Exception):
    """The disk took no more; nothing of the blob is visible."""


class DigestMismatch(Exception):
    """The bytes are not the ones that were promised."""


class TooLarge(Exception):
    """More bytes came than were allowed."""


class Receiving(AbstractContextManager["Receiving"], Protocol):
    """A blob on its way in; leaving the context unfinished leaves nothing behind."""

    def write(self, chunk: bytes) -> None: ...

    def finish(self) -> str:
        """Make the blob durable and visible, and give its digest."""
        ...


class Blobs(Protocol):
    """Bytes named by their sha256."""

    def put(self, data: bytes) -> str: ...

    def read(self, digest: str) -> bytes: ...

    def open(self, digest: str) -> BinaryIO: ...

    def size(self, digest: str) -> int: ...

    def receive(self, *, bytes_max: int, sha256: str | None = None) -> Receiving: ...
