"""A large JSON file, opened strictly and without building it in memory."""

import codecs
import json
import mmap
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import msgspec
import numpy as np
from msgspec import Raw

from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.refusing import CHUNK_BYTES, line_of, refusing
from labelmarket.adapters.formats.text_lines import encoding_of
from labelmarket.application.labels import FILE_BYTES_MAX, ROWS_MAX, UnreadableFile

TOO_BIG = "NUMBER_TOO_LARGE"

REST_BYTES_MAX = 1 << 22
"""Most bytes of a file outside its long lists; they are parsed in full, to be strict with them."""

INT_MIN, INT_MAX = -(2**63), 2**64 - 1


class Lists(msgspec.Struct):
    """The lists of a COCO file as text that is known to be JSON; empty where one is missing."""

    images: Raw = Raw()
    annotations: Raw = Raw()
    categories: Raw = Raw()


@dataclass(frozen=True, slots=True)
class Members:
    """The lists of a COCO file, and what else it has: how many rows of each name, 1 for no list."""

    lists: Lists
    beside: Mapping[str, int]


class _Object(msgspec.Struct, gc=False):
    """Any JSON object, nothing of it kept."""


_ROWS = msgspec.json.Decoder(list[Raw])
_OBJECTS = msgspec.json.Decoder(list[_Object])


def lists_of(path: Path, *, rows_max: int = ROWS_MAX) -> Members:
    """Map a file, refuse it unless it is strict JSON, and give its lists.

    More than twice as many objects as `rows_max` are refused before any of them is held.

    Memory peaks at the mapped file, which the system may take back, plus some 40 times the bytes
    outside the lists (at most 4 MiB are allowed). Raises UnreadableFile.
    """
    return strict_members(without_mark(mapped(path)), rows_max=rows_max)


def list_of(path: Path, *, rows_max: int = ROWS_MAX) -> Raw:
    """Map a file that is one list, and give it; the rows are to be looked at one by one."""
    text = without_mark(mapped(path))
    _check_text(text, rows_max=rows_max)
    with refusing(text=text):
        # That it is JSON is seen first: a wrong shape is seen before the end.
        whole: Raw = msgspec.json.decode(text, type=Raw)
        msgspec.json.decode(text, type=list[Raw])
        return whole


def mapped(path: Path) -> mmap.mmap:
    """Map a file of at least one byte and at most FILE_BYTES_MAX."""
    size = path.stat().st_size
    if size > FILE_BYTES_MAX:
        raise UnreadableFile(
            code="FILE_TOO_LARGE", message=f"a label file has at most {FILE_BYTES_MAX} bytes"
        )
    if size == 0:
        raise UnreadableFile(code="NOT_JSON", message="the file is empty")
    if encoding_of(path) != "utf-8-sig":
        raise UnreadableFile(
            code="NOT_JSON", message="the file is UTF-16, and such JSON is read in UTF-8"
        )
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def mark_bytes(text: mmap.mmap) -> int:
    """Tell how long a byte order mark is: it says nothing in UTF-8, and some programs write one."""
    return len(BOM_UTF8) if text[: len(BOM_UTF8)] == BOM_UTF8 else 0


def without_mark(text: mmap.mmap) -> memoryview:
    return memoryview(text)[mark_bytes(text) :]


def strict_members(text: memoryview, *, rows_max: int) -> Members:
    """Give the lists of a text that is strict JSON. Raises UnreadableFile."""
    _check_text(text, rows_max=rows_max)
    with refusing(text=text):
        lists = _lists(text)
    said = check_object(_rest(text, lists))
    assert isinstance(said, dict), "what holds lists by name is an object"
    beside = {
        name: len(value) if isinstance(value, list) else 1
        for name, value in said.items()
        if name not in Lists.__struct_fields__
    }
    return Members(lists, beside)


def rows(member: Raw, *, name: str, rows_max: int = ROWS_MAX) -> list[Raw]:
    """Give the rows of a list as text; about 70 bytes of memory for each, beside the mapping."""
    if not memoryview(member).nbytes:
        raise UnreadableFile(code="WRONG_SHAPE", message=f"the file has no list named {name!r}")
    with refusing(name):
        count = len(_OBJECTS.decode(member))
        if count > rows_max:
            raise too_many(rows_max)
        return _ROWS.decode(member)


def check_object(text: bytes) -> object:
    """Refuse what parsers disagree on: a name said twice, NaN, numbers beyond 64 bits."""
    with refusing():
        said: object = _STRICT.decode(text.decode())
    return said


def check_row(text: bytes) -> None:
    """Refuse the same of one row; numbers beyond 64 bits cost no more than that row.

    Raises UnreadableFile, and BadRow for such a number.
    """
    try:
        check_object(text)
    except UnreadableFile as refused:
        if refused.code != TOO_BIG:
            raise
        raise BadRow(refused.code, refused.message) from None


def check_int(value: int | str) -> None:
    if isinstance(value, int) and not INT_MIN <= value <= INT_MAX:
        _too_big(f"of {value.bit_length()} bits")


def _lists(text: memoryview) -> Lists:
    try:
        return msgspec.json.decode(text, type=Lists)
    except msgspec.ValidationError:
        # A wrong shape is seen before the end: a file that is no JSON shall hear that instead.
        msgspec.json.decode(text, type=Raw)
        raise


def _check_text(text: memoryview, *, rows_max: int) -> None:
    """Read once through: UTF-8 everywhere, and no more objects than can be held."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    objects = 0
    for at in range(0, len(text), CHUNK_BYTES):
        chunk = bytes(text[at : at + CHUNK_BYTES])
        objects += chunk.count(b"{")
        try:
            decoder.decode(chunk, final=at + CHUNK_BYTES >= len(text))
        except UnicodeDecodeError:
            message = f"line {line_of(text, at)} or later, near byte {at}: the text is not UTF-8"
            raise UnreadableFile(code="NOT_JSON", message=message) from None
    if objects > 2 * rows_max:
        raise too_many(rows_max)


def _rest(text: memoryview, lists: Lists) -> bytes:
    """Give the file with its lists cut out.

    Two lists of one name leave the first one standing here, where it is found.
    """
    pieces, at = [], 0
    for begin, length in sorted(span_of(raw, text=text) for raw in _given(lists)):
        pieces.append(text[at:begin])
        at = begin + length
    pieces.append(text[at:])
    if sum(map(len, pieces)) > REST_BYTES_MAX:
        raise UnreadableFile(
            code="FILE_TOO_LARGE",
            message=f"outside its lists the file has more than {REST_BYTES_MAX} bytes",
        )
    return b"null".join(pieces)


def _given(lists: Lists) -> Iterator[Raw]:
    for raw in (lists.images, lists.annotations, lists.categories):
        if memoryview(raw).nbytes:
            yield raw


def span_of(raw: Raw, *, text: memoryview) -> tuple[int, int]:
    """Give where a raw member begins in the text that it was decoded from, and its length."""
    size = memoryview(raw).nbytes
    if not size:
        return 0, 0
    begin = np.frombuffer(raw, np.uint8).ctypes.data - np.frombuffer(text, np.uint8).ctypes.data
    assert 0 <= begin < FILE_BYTES_MAX, "raw members are views into the text"
    return begin, size


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    unique = dict(pairs)
    if len(unique) != len(pairs):
        times = Counter(name for name, _ in pairs)
        [(twice, _)] = times.most_common(1)
        raise UnreadableFile(code="DUPLICATE_KEY", message=f"an object names {twice[:80]!r} twice")
    return unique


def _int64(text: str) -> int:
    if len(text) > 20:
        _too_big(text[:30])
    value = int(text)
    check_int(value)
    return value


def _constant(text: str) -> NoReturn:
    raise UnreadableFile(code="NOT_JSON", message=f"{text} is no JSON number")


def _too_big(text: str) -> NoReturn:
    raise UnreadableFile(code=TOO_BIG, message=f"the whole number {text} does not fit into 64 bits")


def too_many(rows_max: int) -> UnreadableFile:
    return UnreadableFile(
        code="TOO_MANY_ROWS", message=f"a list has at most {rows_max} rows; send several files"
    )


_STRICT = json.JSONDecoder(object_pairs_hook=_once, parse_int=_int64, parse_constant=_constant)
