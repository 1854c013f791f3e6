"""The class names in a file: of a list, a table, a COCO file, or labels of any format."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path, PurePosixPath

from labelmarket.adapters.formats import coco_rows
from labelmarket.adapters.formats.cells import unguarded
from labelmarket.adapters.formats.coco_file import coco_file
from labelmarket.adapters.formats.detect import detect
from labelmarket.adapters.formats.json_file import rows
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.adapters.formats.reading import read
from labelmarket.adapters.formats.tables import ITEM, LABEL, SEPARATOR, SEVERAL, table_rows
from labelmarket.adapters.formats.text_lines import lines
from labelmarket.adapters.formats.yolo import class_names
from labelmarket.application.labels import NamedClass, UnreadableFile
from labelmarket.domain.bounds import check_name, same_name
from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.label_format import LabelFormat
from labelmarket.domain.values import CLASSES_MAX

NAMING = ("class", "name", *LABEL)
"""Titles of the column that names classes, those first that are looked for first."""

SUFFIX = re.compile(r"\.[a-z0-9]{1,10}")
TABLES, LISTS, SETTINGS = (".csv", ".tsv"), (".txt", ".names"), (".yaml", ".yml")
STRUCTURED = {"{": ".json", "[": ".json", "<": ".xml"}
"""How a file begins that is no list of names, and the end that its name should have."""

HEAD_BYTES = 1_024


def read_classes(path: Path, *, file_name: str) -> tuple[tuple[NamedClass, ...], Problems]:
    """Read class names, each once and in their order; the end of `file_name` tells the format.

    Raises UnreadableFile when the file is of no format, or names too many classes.
    """
    names = _Names()
    with _named(path, file_name) as file:
        kind = file.suffix.lower()
        if kind in TABLES:
            _read_table(names, file)
        elif kind in SETTINGS:
            names.add_all(class_names(file))
        elif (found := _format(file)) is None:
            _read_lines(names, file)
        elif found is LabelFormat.COCO:
            _read_categories(names, file)
        else:
            _read_labels(names, file)
    return tuple(names.found), names.problems


class _Names:
    """Gathers names; what is no name is a problem, and so is one that stands there twice."""

    def __init__(self) -> None:
        self.found: list[NamedClass] = []
        self.problems = Problems()
        self._known: set[str] = set()

    def add(self, name: str, *, row: int, again: bool = False) -> None:
        """Take a name; `again` says that one may stand there many times."""
        plain = name.strip()
        try:
            check_name(plain, path=("name",))
        except InvalidInput as bad:
            self.problems.add(BadRow("BAD_CLASS", bad.message), row=row, item=plain)
            return
        if same_name(plain) in self._known:
            if not again:
                twice = BadRow("DUPLICATE_CLASS", "the file names this class twice")
                self.problems.add(twice, row=row, item=plain)
            return
        if len(self.found) == CLASSES_MAX:
            raise UnreadableFile(
                code="TOO_MANY_CLASSES", message=f"a file has at most {CLASSES_MAX} classes"
            )
        self._known.add(same_name(plain))
        self.found.append(NamedClass(row=row, name=plain))

    def add_all(self, names: Sequence[str]) -> None:
        for row, name in enumerate(names):
            self.add(name, row=row)


@contextmanager
def _named(path: Path, file_name: str) -> Iterator[Path]:
    """Give the file a name whose end tells its format, as long as it is read."""
    suffix = PurePosixPath(file_name).suffix.lower()
    if not SUFFIX.fullmatch(suffix):
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES).decode("utf-8-sig", errors="replace").lstrip()
        suffix = STRUCTURED.get(head[:1], "")
    with tempfile.TemporaryDirectory(prefix="classes-") as folder:
        link = Path(folder, f"file{suffix}")
        link.symlink_to(path.resolve())
        yield link


def _format(path: Path) -> LabelFormat | None:
    """Tell the format of the labels; None for a plain list of names."""
    try:
        return detect(path)
    except UnreadableFile as refused:
        first = next((text for _, text in lines(path) if text.strip()), "")
        if refused.code != "UNKNOWN_FORMAT" or first.lstrip().startswith(tuple(STRUCTURED)):
            raise
        return None


def _read_lines(names: _Names, path: Path) -> None:
    for number, text in lines(path):
        if text.strip():
            names.add(text, row=number)


def _read_table(names: _Names, path: Path) -> None:
    """Read the column that is called so, or the first one of a table without such a title."""
    table = table_rows(path)
    first = next(table, (1, []))
    titles = [cell.strip().lower() for cell in first[1]]
    column = next((titles.index(title) for title in NAMING if title in titles), -1)
    labels = any(title in ITEM for at, title in enumerate(titles) if at != column)
    if column < 0 and labels and len(titles) > 1:
        _read_labels(names, path)
        return
    several = column >= 0 and titles[column] == SEVERAL
    for line, cells in table if column >= 0 else chain([first], table):
        if not any(cell.strip() for cell in cells):
            continue
        if column >= len(cells):
            bad = BadRow("WRONG_SHAPE", f"{len(cells)} cells, and none for the class")
            names.problems.add(bad, row=line)
            continue
        cell = unguarded(cells[max(column, 0)])
        for name in cell.split(SEPARATOR) if several else [cell]:
            names.add(name, row=line, again=labels)


def _read_categories(names: _Names, path: Path) -> None:
    for row, text in enumerate(rows(coco_file(path).categories, name="categories")):
        try:
            name = coco_rows.category(bytes(text)).name
        except BadRow as bad:
            names.problems.add(bad, row=row)
            continue
        names.add(name, row=row)


def _read_labels(names: _Names, path: Path) -> None:
    """Read labels for the sake of their classes; rows that are lost may lose some."""
    dataset = read(path)
    if dataset.numbered:
        raise UnreadableFile(
            code="NO_CLASSES", message="the file has numbers for its classes, and no names"
        )
    for one in dataset.problems:
        names.problems.add(BadRow(one.code, f"{one.place}: {one.message}"), row=-1, item=one.item)
    for name in dataset.labels.class_names:
        names.add(name, row=-1)
