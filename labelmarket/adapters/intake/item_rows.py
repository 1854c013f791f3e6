"""Rows that name items: of a table, of JSON objects, or of a plain list of keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

import msgspec

from labelmarket.adapters.formats.cells import number, unguarded
from labelmarket.adapters.formats.coco_rows import COORDINATE_MAX, KEY_BYTES_MAX
from labelmarket.adapters.formats.json_rows import members_of, object_texts
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.tables import table_rows
from labelmarket.adapters.formats.text_lines import raw_lines
from labelmarket.adapters.intake.places import row_of
from labelmarket.adapters.intake.sniffing import Shape
from labelmarket.application.labels import TEXT_BYTES_MAX, UnreadableFile

KEY: Final = ("item", "key", "id")
TEXT: Final = ("text",)
URI: Final = ("uri", "url", "file", "file_name", "filename", "image", "path")
GROUP: Final = ("group",)
SIDES: Final = ("width", "height")
URI_BYTES_MAX: Final = 4_096
PARTING: Final = (",", ";", "\t")

Fields = dict[str, str]
"""What a row says, by the names of its columns in lower case; a missing one says nothing."""

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roles:
    """Which names say what, the first that says something wins; a table has few of them."""

    key: Names = KEY
    text: Names = TEXT
    uri: Names = URI
    group: Names = GROUP
    sides: Names = SIDES

    def among(self, names: list[str]) -> "Roles":
        """Give the roles of the columns of one table."""
        kept = {
            role: tuple(name for name in getattr(self, role) if name in names)
            for role in ("key", "text", "uri", "group", "sides")
        }
        return Roles(**kept)


EVERY: Final = Roles()
Found = tuple[int, Fields | BadRow, Roles]

WORD = msgspec.json.Decoder(str | int | float | None)


class ItemRow(NamedTuple):
    """One item; what is not said is empty, or 0."""

    row: int
    key: bytes
    text: bytes = b""
    uri: bytes = b""
    group: bytes = b""
    size: tuple[float, float] = (0.0, 0.0)


def item_rows(path: Path, *, shape: Shape) -> Iterator[ItemRow | tuple[int, BadRow]]:
    """Give every row as an item, or its number and why it is none. Raises UnreadableFile."""
    for row, found, roles in _fields(path, shape=shape):
        try:
            yield _item(row, found, roles) if isinstance(found, dict) else (row, found)
        except BadRow as bad:
            yield row, bad


def _fields(path: Path, *, shape: Shape) -> Iterator[Found]:
    if shape is Shape.OBJECTS:
        yield from _objects(path)
        return
    head = next((text for _, text in raw_lines(path, with_nul=True)), "").strip()
    names = _names(head)
    if any(name in names for name in (*KEY, *TEXT, *URI)):
        yield from _table(path)
    elif any(mark in head for mark in PARTING):
        raise UnreadableFile(
            code="WRONG_SHAPE",
            message=f"the first line names no column of items ({', '.join(KEY)}, {URI[0]}, …); a"
            " list of names with commas needs a first line `key` and quotes",
        )
    else:
        for line, text in raw_lines(path, with_nul=True):
            if text.strip():
                yield line, {KEY[0]: text.strip()}, EVERY


def _names(head: str) -> list[str]:
    mark = max(PARTING, key=head.count)
    return [name.strip(' "').lower() for name in head.split(mark)]


def _table(path: Path) -> Iterator[Found]:
    rows = table_rows(path, with_nul=True)
    _, first = next(rows)
    names = [name.strip().lower() for name in first]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        raise UnreadableFile(code="WRONG_SHAPE", message=f"two columns are named {twice[:80]!r}")
    roles = EVERY.among(names)
    keyed = [place for place, name in enumerate(names) if name in {*roles.key, *roles.uri}]
    if not keyed:
        raise UnreadableFile(
            code="WRONG_SHAPE", message=f"texts need a column of keys: {', '.join(KEY)}"
        )
    for line, cells in rows:
        if len(cells) == len(names):
            # Keys are written in a way that no spreadsheet runs; a text is what it is.
            for place in keyed:
                cells[place] = unguarded(cells[place])
            yield line, dict(zip(names, cells, strict=True)), roles
        elif any(cell.strip() for cell in cells):
            yield line, BadRow("WRONG_SHAPE", f"{len(cells)} cells under {len(names)} names"), roles


def _objects(path: Path) -> Iterator[Found]:
    for place, text in object_texts(path):
        row = row_of(place)
        try:
            fields = {name.lower(): _word(raw, name) for name, raw in members_of(text).items()}
            yield row, fields, EVERY
        except BadRow as bad:
            yield row, bad, EVERY


def _word(raw: msgspec.Raw, name: str) -> str:
    """Give a word or a number as text; other members say nothing of an item, so they are empty."""
    if name.lower() not in READ:
        return ""
    try:
        value = WORD.decode(raw)
    except msgspec.ValidationError:
        raise BadRow("WRONG_TYPE", f"{name[:80]} is neither a word nor a number") from None
    return "" if value is None else str(value)


READ: Final = frozenset({*KEY, *TEXT, *URI, *GROUP, *SIDES})


def _item(row: int, fields: Fields, roles: Roles) -> ItemRow:
    text, uri = _first(fields, roles.text), _first(fields, roles.uri)
    key = _first(fields, roles.key) or uri
    try:
        if not key.strip():
            _refuse("NO_KEY", f"the row has no {KEY[0]}, {KEY[1]}, {KEY[2]} or {URI[0]}")
        if TEXT[0] in fields and not (text.strip() or uri):
            _refuse("NO_TEXT", "the row has no text, and no file either")
        return ItemRow(
            row=row,
            key=_bounded(key, code="BAD_KEY", what="a key", bytes_max=KEY_BYTES_MAX),
            text=_bounded(text, code="BAD_TEXT", what="a text", bytes_max=TEXT_BYTES_MAX),
            uri=_bounded(uri, code="BAD_URI", what="an address", bytes_max=URI_BYTES_MAX),
            group=_bounded(
                _first(fields, roles.group),
                code="BAD_GROUP",
                what="a group",
                bytes_max=KEY_BYTES_MAX,
            ),
            size=_size(fields, roles.sides),
        )
    except BadRow as bad:
        named = key[:KEY_BYTES_MAX].encode(errors="replace").decode()
        raise BadRow(bad.code, bad.message, item=named) from None


def _refuse(code: str, message: str) -> NoReturn:
    raise BadRow(code, message)


def _first(fields: Fields, names: Names) -> str:
    for name in names:
        if said := fields.get(name):
            return said
    return ""


def _bounded(text: str, *, code: str, what: str, bytes_max: int) -> bytes:
    if not text:
        return b""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        raise BadRow(code, f"{what} holds half of a character") from None
    if len(data) > bytes_max:
        raise BadRow(code, f"{what} has {len(data)} bytes, and {bytes_max} at the most")
    if b"\0" in data:
        raise BadRow(code, f"{what} holds a NUL")
    return data


def _size(fields: Fields, names: Names) -> tuple[float, float]:
    if not names:
        return 0.0, 0.0
    width, height = (fields.get(name, "").strip() for name in SIDES)
    sides = (
        number(width, name="width") if width else 0.0,
        number(height, name="height") if height else 0.0,
    )
    if not all(0.0 <= side <= COORDINATE_MAX for side in sides):
        raise BadRow("OUT_OF_RANGE", f"width and height lie from 0 to {COORDINATE_MAX:g}")
    return sides
