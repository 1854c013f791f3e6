"""What an upload is, told by how it begins: an upload has no name to go by."""

from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from labelmarket.application.labels import UnreadableFile

HEAD_BYTES: Final = 1 << 16
ARCHIVES: Final = (
    *(b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf"),
    *(b"\x28\xb5\x2f\xfd", b"Rar!"),
)
TAR_MARK: Final = (257, b"ustar")
UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
UTF32_MARKS: Final = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")
COCO_MEMBERS: Final = ("images", "annotations", "categories")


class Shape(StrEnum):
    """OBJECTS are JSON objects with one item each, in lines or in one list; TEXT is all else."""

    COCO = "COCO"
    COCO_RESULTS = "COCO results"
    LABEL_STUDIO = "Label Studio"
    NATIVE = "labelmarket lines"
    OBJECTS = "JSON objects"
    VOC = "Pascal VOC"
    CVAT = "CVAT"
    TEXT = "text"


MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])


def shape_of(path: Path) -> Shape:
    """Tell the shape. Raises UnreadableFile for what is empty, packed, or in an unnamed UTF-16."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    _refuse_what_is_no_text(head)
    text = _decoded(head)
    if text.startswith("<"):
        return _xml(text)
    if text[:1] not in {"{", "["}:
        return Shape.TEXT
    shape = _list(text) if text[0] == "[" else _object(text, whole=len(head) < HEAD_BYTES)
    if head.startswith(UTF16_MARKS) and shape is not Shape.OBJECTS:
        raise UnreadableFile(code="NOT_JSON", message="JSON is written in UTF-8, not in UTF-16")
    return shape


def _refuse_what_is_no_text(head: bytes) -> None:
    if not head:
        raise UnreadableFile(code="EMPTY_FILE", message="the file is empty")
    at, mark = TAR_MARK
    if head.startswith(ARCHIVES) or head[at : at + len(mark)] == mark:
        raise UnreadableFile(
            code="ARCHIVE",
            message="archives and spreadsheets are not unpacked here: send the one file that holds"
            " all of it, such as COCO, CSV or JSON lines",
        )
    unmarked = not head.startswith(UTF16_MARKS) and _is_mostly_nul(head)
    if unmarked or head.startswith(UTF32_MARKS):
        raise UnreadableFile(
            code="NOT_TEXT",
            message="the file is in UTF-16 without its mark, or in UTF-32: write it in UTF-8",
        )


def _is_mostly_nul(head: bytes) -> bool:
    """Tell whether every other byte is a NUL nearly everywhere, as in Latin text in UTF-16."""
    return any(3 * half.count(0) > 2 * len(half) for half in (head[::2], head[1::2]) if half)


def _decoded(head: bytes) -> str:
    encoding = "utf-16" if head.startswith(UTF16_MARKS) else "utf-8-sig"
    return head.decode(encoding, errors="replace").lstrip()


def _xml(text: str) -> Shape:
    while text.startswith(("<?", "<!")):
        closing = {"<?": "?>", "<!": "-->" if text.startswith("<!--") else ">"}[text[:2]]
        text = text.partition(closing)[2].lstrip()
    root = text.removeprefix("<").split(">", 1)[0].rstrip("/").split(None, 1)
    shapes = {"annotation": Shape.VOC, "annotations": Shape.CVAT}
    if not root or root[0] not in shapes:
        raise UnreadableFile(
            code="UNKNOWN_FORMAT", message="the XML is neither Pascal VOC's nor CVAT's"
        )
    return shapes[root[0]]


def _list(text: str) -> Shape:
    if '"image_id"' in text and '"category_id"' in text:
        return Shape.COCO_RESULTS
    if '"data"' in text and any(f'"{name}"' in text for name in ("annotations", "completions")):
        return Shape.LABEL_STUDIO
    return Shape.OBJECTS


def _object(text: str, *, whole: bool) -> Shape:
    """Tell lines of objects from one object over many lines, or in one that is very long."""
    if text.startswith('{"labelmarket":'):
        return Shape.NATIVE
    line, end, _ = text.partition("\n")
    try:
        names = MEMBERS.decode(line).keys()
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        said = any(f'"{name}"' in text for name in COCO_MEMBERS)
        spread = line.strip() == "{" or (whole and not end)
        return Shape.COCO if said or spread else Shape.OBJECTS
    return Shape.COCO if names & set(COCO_MEMBERS) else Shape.OBJECTS
