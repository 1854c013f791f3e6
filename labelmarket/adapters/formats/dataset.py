"""What every label file becomes, whatever its format: items, labels, and what was wrong with it."""

from dataclasses import dataclass

from labelmarket.adapters.formats.coco_rows import Id
from labelmarket.workers.columns import ItemColumns, LabelColumns
from labelmarket.workers.outlines import Outlines

LABELS_MAX = 1 << 24
"""Most labels of a file that is read here, without a server: about 200 bytes of memory for each."""

CLASSES_MAX = 1 << 16
"""Most classes of a file that is read here. A report has fewer, as a project has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in a file: `place` is a line or a JSON path; what is `kept` costs nothing."""

    file: str
    place: str
    item: str
    code: str
    message: str
    kept: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What was left out on the way, how often, and why."""

    what: str
    count: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """The items of a file, in its order and from ordinal 0 on, and the labels on them.

    `item_ids` and `class_ids` are the numbers that the file knows them by, in their order, for
    formats that have such. `numbered` says that a file knows them by nothing else. Of `problems`
    the first hundred are named, `problems_total` counts them all; `unread` is what the file says
    and the columns cannot hold.
    """

    items: ItemColumns
    labels: LabelColumns
    outlines: Outlines
    item_ids: tuple[Id, ...]
    class_ids: tuple[Id, ...]
    problems: tuple[Problem, ...] = ()
    problems_total: int = 0
    unread: tuple[Loss, ...] = ()
    numbered: bool = False

    def key(self, ordinal: int) -> str:
        return self.items.key(ordinal).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """One file that was written; `name` is its path below the place that was asked for."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What was written: the format, how much of it, and a digest of every file.

    `labels` are those there were to write, `labels_written` those that stand in the files.
    """

    format: str
    items: int
    labels: int
    labels_written: int
    files: tuple[WrittenFile, ...]
    losses: tuple[Loss, ...]
