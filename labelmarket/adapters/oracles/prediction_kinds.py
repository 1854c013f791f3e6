"""What a file of predictions is, told by what stands in it: an upload has no name."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from labelmarket.adapters.formats.json_file import mapped
from labelmarket.adapters.formats.text_lines import encoding_of

HEAD_BYTES: Final = 1 << 16
NAN_BYTES_MAX: Final = 1 << 28
"""In larger files a number that is none is not looked for, and the file is refused as no JSON."""

MEMBERS: Final = ("images", "annotations", "categories")
TOKENS: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|-?\b(?:NaN|Infinity)\b')


class Kind(StrEnum):
    INSTANCES = "a COCO file"
    RESULTS = "COCO results"
    ROWS = "rows of JSON"
    TABLE = "a table"
    EMPTY = "an empty list"


def kind_of(path: Path) -> Kind:
    """Tell what a file of at least one byte is; what is no JSON is held for a table."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    text = head.decode("utf-8-sig", errors="replace").lstrip()
    if encoding_of(path) == "utf-16" or not text.startswith(("{", "[")):
        return Kind.TABLE
    if text.startswith("["):
        if '"image_id"' in text and '"category_id"' in text:
            return Kind.RESULTS
        return Kind.EMPTY if text[1:].strip() == "]" else Kind.ROWS
    first = text.partition("\n")[0]
    try:
        names: set[str] = set(msgspec.json.decode(first, type=dict[str, msgspec.Raw]))
    except msgspec.MsgspecError:
        whole = mapped(path)
        names = {name for name in MEMBERS if whole.find(f'"{name}"'.encode()) >= 0}
    return Kind.INSTANCES if names & set(MEMBERS) else Kind.ROWS


@contextmanager
def without_nan(path: Path) -> Iterator[Path]:
    """Give a JSON file in which NaN and Infinity, which are no JSON, are null.

    Programs write them for scores that they do not have: those rows are bad, not the file. Memory
    peaks at three times the file where one is found.
    """
    text = mapped(path)
    if len(text) > NAN_BYTES_MAX or (text.find(b"NaN") < 0 and text.find(b"Infinity") < 0):
        yield path
        return
    with tempfile.NamedTemporaryFile(suffix=".json") as strict:
        strict.write(TOKENS.sub(_or_null, text))
        strict.flush()
        yield Path(strict.name)


def _or_null(token: re.Match[bytes]) -> bytes:
    found = token.group()
    return found if found.startswith(b'"') else b"null"
