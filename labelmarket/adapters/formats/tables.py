"""Labels in a table: a row says the class of an item, or a box in pixels."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from labelmarket.adapters.formats.cells import number, said, unguarded
from labelmarket.adapters.formats.growing import NO_BOX, Box, Growing
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.text_lines import LINE_CHARACTERS_MAX, raw_lines
from labelmarket.application.labels import UnreadableFile

ITEM = ("item", "filename", "file_name", "image", "image_id", "path", "key", "text", "id")
LABEL = ("label", "labels", "class", "class_name", "category", "choice", "sentiment")
SCORE = ("score", "confidence")
ANNOTATOR = ("annotator", "worker", "worker_id", "labeler")
CORNERS = ("xmin", "ymin", "xmax", "ymax")
SEVERAL, SEPARATOR = "labels", "|"
"""The column whose cells may hold several classes, and what parts them."""

UNREAD = "a table of labels has no such column"


@dataclass(frozen=True, slots=True)
class _Header:
    """Which column says what, -1 where none does.

    `marks` are columns of 0 and 1, one a class, `unread` those that say what nobody asks for.
    """

    width: int
    item: int
    label: int
    several: bool
    score: int
    annotator: int
    corners: tuple[int, ...]
    marks: tuple[tuple[int, str], ...]
    unread: tuple[tuple[int, str], ...]


def read_table(growing: Growing, path: Path, *, name: str) -> None:
    """Read a table with a header, parted by comma, semicolon or tab. Raises UnreadableFile."""
    rows = table_rows(path)
    _, first = next(rows, (1, []))
    header = _header(first, item_names=(*growing.keyed_by, *ITEM))
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            _read_row(growing, cells, header)
        except BadRow as bad:
            item = unguarded(cells[header.item]) if len(cells) == header.width else ""
            growing.problem(bad, file=name, place=f"line {line}", item=item)


def table_rows(path: Path, *, with_nul: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Give every row with the line that it begins in, the first one too. Raises UnreadableFile."""
    # The module's own limit is far below that of a line, and would refuse a file for one long text.
    csv.field_size_limit(LINE_CHARACTERS_MAX)
    texts = (text for _, text in raw_lines(path, with_nul=with_nul))
    head = next(texts, "")
    mark = max(",;\t", key=head.count)
    reader = csv.reader(chain([head], texts), delimiter=mark, skipinitialspace=True, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(code="NOT_CSV", message=f"line {line}: {error}") from None


def _header(names: list[str], *, item_names: tuple[str, ...]) -> _Header:
    plain = [name.strip().lower() for name in names]
    if "imageid" in plain and "labelname" in plain:
        raise UnreadableFile(
            code="UNKNOWN_FORMAT", message="tables of OpenImages, in shares of images, are not read"
        )
    item, label = _first(plain, item_names), _first(plain, LABEL)
    known = {item, label, _first(plain, SCORE), _first(plain, ANNOTATOR)}
    marks: tuple[tuple[int, str], ...] = ()
    if label < 0:
        marks = tuple((at, name.strip()) for at, name in enumerate(names) if at not in known)
    if item < 0 or item == label or (label < 0 and not marks):
        raise UnreadableFile(
            code="WRONG_SHAPE",
            message=f"the header needs an item ({ITEM[0]}, …) and a label ({LABEL[0]}, …)",
        )
    corners = tuple(plain.index(name) for name in CORNERS if name in plain)
    corners = corners if len(corners) == len(CORNERS) else ()
    read = known.union(corners, (at for at, _ in marks))
    _check_once(plain, read)
    return _Header(
        width=len(names),
        item=item,
        label=label,
        several=label >= 0 and plain[label] == SEVERAL,
        score=_first(plain, SCORE),
        annotator=_first(plain, ANNOTATOR),
        corners=corners,
        marks=marks,
        unread=tuple((at, name) for at, name in enumerate(plain) if at not in read),
    )


def _check_once(names: list[str], read: set[int]) -> None:
    """Refuse a second column of a name that is read: nobody can say which of them is meant."""
    counted = Counter(names)
    twice = [names[at] for at in sorted(read) if at >= 0 and counted[names[at]] > 1]
    if twice:
        raise UnreadableFile(
            code="WRONG_SHAPE", message=f"the header names {twice[0][:80]!r} twice"
        )


def _first(names: list[str], wanted: tuple[str, ...]) -> int:
    return next((names.index(name) for name in wanted if name in names), -1)


def _read_row(growing: Growing, cells: list[str], header: _Header) -> None:
    if len(cells) != header.width:
        raise BadRow("WRONG_SHAPE", f"{len(cells)} cells under {header.width} names")
    item = growing.item(unguarded(cells[header.item]))
    label = cells[header.label] if header.label >= 0 else ""
    score = cells[header.score].strip() if header.score >= 0 else ""
    value = number(score, name="score") if score else float("nan")
    annotator = unguarded(cells[header.annotator]) if header.annotator >= 0 else ""
    box = _box([cells[at] for at in header.corners])
    words = unguarded(label).split(SEPARATOR) if header.several else [label]
    kinds = [said(word) for word in words if word.strip()]
    for at, name in header.marks:
        growing.kind(name)
        if _marked(cells[at]):
            kinds.append(name)
    if not kinds:
        growing.none(item)
    for kind in kinds:
        growing.label(item, kind, box=box, score=value, annotator=annotator)
    for at, name in header.unread:
        if cells[at].strip():
            growing.unread(name or "column without a name", why=UNREAD)


def _box(corners: list[str]) -> Box:
    if not any(corner.strip() for corner in corners):
        return NO_BOX
    left, top, right, bottom = (
        number(text, name=name) for text, name in zip(corners, CORNERS, strict=True)
    )
    return (left, top, right - left, bottom - top)


def _marked(cell: str) -> bool:
    if cell.strip() not in {"0", "1", ""}:
        raise BadRow("WRONG_TYPE", f"a mark is 0 or 1, not {cell[:40]!r}")
    return cell.strip() == "1"
