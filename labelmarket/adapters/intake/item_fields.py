"""What rows say of items by names of columns: of a table, of JSON objects, of a plain list."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from labelmarket.adapters.formats.cells import unguarded
from labelmarket.adapters.formats.json_rows import members_of, object_texts
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.tables import table_rows
from labelmarket.adapters.formats.text_lines import raw_lines
from labelmarket.adapters.intake.places import row_of
from labelmarket.adapters.intake.sniffing import Shape
from labelmarket.application.labels import UnreadableFile

KEY: Final = ("item", "key", "id")
TEXT: Final = ("text",)
URI: Final = ("uri", "url", "file", "file_name", "filename", "image", "path")
GROUP: Final = ("group",)
SIDES: Final = ("width", "height")
READ: Final = frozenset({*KEY, *TEXT, *URI, *GROUP, *SIDES})
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
"""The number of a row, what it says or why that is not read, and which names say what."""

WORD = msgspec.json.Decoder(str | int | float | None)


def fields_of(path: Path, *, shape: Shape) -> Iterator[Found]:
    """Give what every row says. Raises UnreadableFile."""
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
