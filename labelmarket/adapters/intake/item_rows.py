"""Rows of a file as items: keys, texts, addresses and sizes, each within its bounds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

from labelmarket.adapters.formats.cells import number
from labelmarket.adapters.formats.coco_rows import COORDINATE_MAX, KEY_BYTES_MAX
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.intake.item_fields import (
    KEY,
    SIDES,
    TEXT,
    URI,
    Fields,
    Names,
    Roles,
    fields_of,
)
from labelmarket.adapters.intake.sniffing import Shape
from labelmarket.application.labels import TEXT_BYTES_MAX

URI_BYTES_MAX: Final = 4_096


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
    for row, found, roles in fields_of(path, shape=shape):
        try:
            yield _item(row, found, roles) if isinstance(found, dict) else (row, found)
        except BadRow as bad:
            yield row, bad


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
