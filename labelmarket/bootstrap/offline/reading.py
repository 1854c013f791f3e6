"""Label files read for a report or a comparison: what cannot be used is told by its name."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.detect import Format
from labelmarket.adapters.formats.reading import read
from labelmarket.application.labels import UnreadableFile

Tell = Callable[[str], None]
"""Hears what is being done, one line at a time."""


class Unusable(Exception):
    """A file that nothing can be done with; the words name it and say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """A file and what was in it."""

    path: Path
    dataset: Dataset


def read_file(
    path: Path, *, tell: Tell, images: Path | None = None, format: Format | None = None
) -> FileRead:
    """Read a file, a folder or an archive of any format. Raises Unusable."""
    tell(f"reading {path}")
    try:
        dataset = read(path, format=format, images=images)
    except UnreadableFile as error:
        raise Unusable(f"{path}: {error.message} ({error.code})") from None
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from None
    if not len(dataset.items):
        raise Unusable(f"{path}: nothing in it can be used{_first_problem(dataset)}")
    return FileRead(path=path, dataset=dataset)


def _first_problem(dataset: Dataset) -> str:
    if not dataset.problems:
        return ", it has no items"
    first = dataset.problems[0]
    return f"; {first.file} {first.place}: {first.message} ({first.code})"
