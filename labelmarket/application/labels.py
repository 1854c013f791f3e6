"""What the market asks of label files: digests in, digests and counts out, never an array."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO, Final, Protocol

from labelmarket.domain.slots import holds

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

TEXT_BYTES_MAX = 1 << 18
"""The longest text of one item, in UTF-8."""

TEXTS_PAGE_MAX = 1_000
"""Most texts given by one call: with the longest ones 256 MiB."""


class LabelKind(StrEnum):
    """What a label speaks of: an object in an item, or the item as a whole.

    ITEM_CLASS is one class for each item, ITEM_CLASSES any number.
    """

    OBJECTS = "objects"
    ITEM_CLASS = "item_class"
    ITEM_CLASSES = "item_classes"


KINDS: Final = {
    "object_class": LabelKind.OBJECTS,
    "region_class": LabelKind.OBJECTS,
    "item_class": LabelKind.ITEM_CLASS,
    "item_classes": LabelKind.ITEM_CLASSES,
}
"""What the labels of a task speak of, by its label schema; labels of others are not read yet."""

OBJECTS_ONLY: Final = (LabelKind.OBJECTS,)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """One row that was left out.

    `row` counts in the file's own list from 0; in a table or in lines of JSON it is the line that
    the row begins in, from 1 on. It is -1 where neither is known.
    """

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
class NamedClass:
    """A class name and where it stands; `row` is -1 where that is unknown."""

    row: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassesRead:
    classes: tuple[NamedClass, ...]
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
class Lesson:
    """What a model predicted that learned from so many items; each learned from the one before."""

    predictions: str
    examples: int
    kind: LabelKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMerged:
    digest: str
    items: int
    labels: int
    covered: Ranges
    problems_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPlace:
    """Where the text of an item lies: in which file of texts, and which of them it is."""

    file: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item; `media` is the sha256 of its uploaded file or of its text, or empty.

    `uri` is where the customer keeps it and `group` what it belongs to, each empty where the
    customer did not say so.
    """

    ordinal: int
    key: str
    width: float
    height: float
    media: str
    text: TextPlace | None = None
    uri: str = ""
    group: str = ""


class UnreadableFile(Exception):
    """The whole file is refused, and nothing of it is kept."""

    def __init__(self, *, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The classes that people are to label, which on the items in `everything` are `all`."""

    classes: tuple[str, ...]
    all: tuple[str, ...]
    everything: Ranges

    def on(self, item: int) -> tuple[str, ...]:
        """What is wanted of one item."""
        return self.all if holds(self.everything, item) else self.classes


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

    def texts(
        self, manifests: tuple[str, ...], *, ordinals: Sequence[int]
    ) -> tuple[str | None, ...]:
        """Give the texts of at most TEXTS_PAGE_MAX items, None for those that have none."""
        ...

    def read_classes(self, upload: str, *, file_name: str) -> ClassesRead:
        """Give the class names in an upload of any format, each once; its name may tell which."""
        ...

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
        """Turn an upload into label columns; a bad row is named and left out.

        So is a label of a class that nobody was `asked` for there; its item is covered
        nevertheless. A file that holds labels of none of these kinds is refused as a whole.
        """
        ...

    def read_gold(
        self,
        upload: str,
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
        kinds: tuple[LabelKind, ...] = OBJECTS_ONLY,
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
        lessons: tuple[Lesson, ...] = (),
    ) -> ReportMerged:
        """Merge parts in order; an item counts for one of them, whose `kept` names it.

        The labels are compared with the gold. What the lessons find of it, or of the labels
        themselves where there is none, tells what more labels did.
        """
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
