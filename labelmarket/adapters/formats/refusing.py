"""Every way in which text fails to be the JSON that is read, as one refusal that says where."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from labelmarket.application.labels import UnreadableFile

CHUNK_BYTES = 1 << 20
BYTE = re.compile(r" \(byte (\d+)\)$")


@contextmanager
def refusing(name: str = "", *, text: memoryview | None = None, begin: int = 0) -> Iterator[None]:
    """Turn what is raised into UnreadableFile.

    `name` says which list or row is read. Where the whole file is at hand as `text`, the refusal
    says the line; what is read then begins at the byte `begin` of it.
    """
    place = f"{name}: " if name else ""
    try:
        yield
    except msgspec.ValidationError as error:
        raise UnreadableFile(code="WRONG_SHAPE", message=f"{place}{error}") from None
    except (msgspec.DecodeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        said = str(error) if text is None else _placed(error, text=text, begin=begin)
        raise UnreadableFile(code="NOT_JSON", message=f"{place}{said}") from None
    except RecursionError:
        raise UnreadableFile(
            code="TOO_DEEP", message=f"{place}lists and objects are nested too deeply"
        ) from None


def line_of(text: memoryview, at: int) -> int:
    """Tell the line of a byte, from 1 on; memory is that of one chunk."""
    starts = range(0, at, CHUNK_BYTES)
    return 1 + sum(bytes(text[one : min(one + CHUNK_BYTES, at)]).count(b"\n") for one in starts)


def _placed(error: Exception, *, text: memoryview, begin: int) -> str:
    """Say an error with its line and its byte in the file; text that is cut off ends there."""
    said, at = str(error), len(text)
    if isinstance(error, UnicodeDecodeError):
        said, at = "the text is not UTF-8", begin + error.start
    elif isinstance(error, json.JSONDecodeError):
        said, at = error.msg, begin + len(error.doc[: error.pos].encode())
    elif found := BYTE.search(said):
        said, at = said[: found.start()], begin + int(found[1])
    return f"line {line_of(text, at)}, byte {at}: {said}"
