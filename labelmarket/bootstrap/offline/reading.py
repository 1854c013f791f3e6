"""Label files read for a report or a comparison: what cannot be used is told by its name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.image_folder import ImageFolder
from labelmarket.adapters.formats.reading import read
from labelmarket.adapters.formats.yolo import TextLayout, class_names, sizes_in
from labelmarket.application.labels import UnreadableFile
from labelmarket.domain.label_format import LabelFormat

T = TypeVar("T")

Tell = Callable[[str], None]
"""Hears what is being done, one line at a time."""


class Unusable(Exception):
    """A file that nothing can be done with; the words name it and say why."""


class WrongWords(Exception):
    """What was asked does not go with what the files hold, or says too little."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRead:
    """A file and what was in it."""

    path: Path
    dataset: Dataset


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What text files of YOLO and its relatives do not say, and somebody else does."""

    images: ImageFolder | None = None
    sizes: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    layout: TextLayout = TextLayout.YOLO


NO_HINTS = Hints()


def hints_from(
    *, images: Path | None, sizes: Path | None, names: Path | None, layout: str
) -> Hints:
    """Take what is said: a folder, a table, a list of classes and a layout. Raises Unusable."""
    return Hints(
        images=None if images is None else ImageFolder(images),
        sizes={} if sizes is None else _said(sizes, _sizes),
        names=() if names is None else _said(names, class_names),
        layout=TextLayout(layout),
    )


def _sizes(path: Path) -> dict[str, tuple[float, float]]:
    return {item: size for _, item, size in sizes_in(path)}


def _said(path: Path, read: Callable[[Path], T]) -> T:
    try:
        return read(path)
    except UnreadableFile as error:
        raise Unusable(f"{path}: {error.message} ({error.code})") from None
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from None


def read_file(
    path: Path, *, tell: Tell, hints: Hints = NO_HINTS, format: LabelFormat | None = None
) -> FileRead:
    """Read a file, a folder or an archive of any format. Raises Unusable."""
    tell(f"reading {path}")

    def whole(path: Path) -> Dataset:
        return read(
            path,
            format=format,
            images=hints.images,
            sizes=hints.sizes,
            names=hints.names,
            layout=hints.layout,
        )

    dataset = _said(path, whole)
    if not len(dataset.items) or (dataset.labels.problems and not len(dataset.labels)):
        raise Unusable(f"{path}: nothing in it can be used{_first_problem(dataset)}")
    return FileRead(path=path, dataset=dataset)


def _first_problem(dataset: Dataset) -> str:
    first = next((one for one in dataset.problems if not one.kept), None)
    if first is None:
        return "" if dataset.problems else ", it has no items"
    return f"; {first.file} {first.place}: {first.message} ({first.code})"
