"""The known label sets, read from the text files beside this module."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
COMMENT = "# "
ORDER = (
    *("coco", "open-images", "lvis", "pascal-voc"),
    *("ag-news", "sst-2", "conll-2003", "ontonotes-5", "20-newsgroups"),
    *("go-emotions", "dbpedia-14", "trec", "upos"),
)
"""The sets, those first whose names are preferred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownClass:
    """A name that a set uses, other words for it, and what it is a kind of."""

    name: str
    synonyms: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    source: str
    """The set's title, or who else knows the name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSet:
    title: str
    data_types: tuple[str, ...]
    classes: tuple[KnownClass, ...]


def known_sets() -> tuple[KnownSet, ...]:
    """Read all sets, in the order in which their names are preferred."""
    return tuple(_read(FOLDER / "sets" / f"{name}.txt") for name in ORDER)


def pairs(name: str) -> Mapping[str, str]:
    """Read a file of two words a line."""
    return dict(line.split() for line in _lines(FOLDER / "words" / name))


def words(name: str) -> frozenset[str]:
    """Read a file of words, several a line."""
    return frozenset(word for line in _lines(FOLDER / "words" / name) for word in line.split())


def _read(path: Path) -> KnownSet:
    head = [
        line.removeprefix(COMMENT)
        for line in path.read_text("utf-8").splitlines()
        if line.startswith(COMMENT)
    ]
    title = head[0].rpartition(", ")[0]
    kinds = next(line.removeprefix("for: ") for line in head if line.startswith("for: "))
    return KnownSet(
        title=title,
        data_types=tuple(kinds.split(", ")),
        classes=tuple(_class(line, source=title) for line in _lines(path)),
    )


def _class(line: str, *, source: str) -> KnownClass:
    name, synonyms, broader = (*(part.strip() for part in line.split("|")), "", "")[:3]
    return KnownClass(
        name=name, synonyms=_parted(synonyms), broader=_parted(broader), source=source
    )


def _parted(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _lines(path: Path) -> list[str]:
    texts = path.read_text("utf-8").splitlines()
    return [text for text in texts if text and not text.startswith(COMMENT)]
