"""Lines of a text file in UTF-8, or in UTF-16 with its mark, none of them too long."""

from collections.abc import Callable, Iterator
from pathlib import Path

from labelmarket.application.labels import FILE_BYTES_MAX, UnreadableFile

LINE_CHARACTERS_MAX = 1 << 22


def encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    return "utf-8-sig"


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Give the number of every line, from 1 on, and its text without the end.

    Raises UnreadableFile as `raw_lines` does.
    """
    return ((number, text.rstrip("\r\n")) for number, text in raw_lines(path))


def raw_lines(path: Path, *, with_nul: bool = False) -> Iterator[tuple[int, str]]:
    """Give the number of every line, from 1 on, and its text with the end as it is.

    Raises UnreadableFile for other encodings, lines too long, files too large, and NUL, unless it
    is asked for by those who refuse it row by row.
    """
    if path.stat().st_size > FILE_BYTES_MAX:
        raise UnreadableFile(
            code="FILE_TOO_LARGE", message=f"a label file has at most {FILE_BYTES_MAX} bytes"
        )
    number = 0
    with path.open(encoding=encoding_of(path), newline="") as file:
        while text := _next(file.readline, number=number):
            number += 1
            if len(text) > LINE_CHARACTERS_MAX or ("\0" in text and not with_nul):
                raise UnreadableFile(
                    code="NOT_TEXT",
                    message=f"line {number} is too long, or holds a NUL: this is no label text",
                )
            yield number, text


def _next(readline: Callable[[int], str], *, number: int) -> str:
    try:
        return readline(LINE_CHARACTERS_MAX + 1)
    except UnicodeError:
        raise UnreadableFile(
            code="NOT_TEXT", message=f"near line {number + 1} the file is not UTF-8"
        ) from None
