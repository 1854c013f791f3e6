"""One row of a COCO file, decoded and judged on its own."""

import math
from typing import TypeVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from labelmarket.adapters.formats.json_file import check_int, check_object
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.workers.columns import (
    GEOMETRY_NONE,
    GEOMETRY_POLYGONS,
    GEOMETRY_RLE,
    NO_ANNOTATOR,
)

COORDINATE_MAX = 1e9
ANNOTATOR_MAX = 2**31 - 1
KEY_BYTES_MAX = 1_024

Id = int | str

ABSENT = Raw()


class ImageRow(msgspec.Struct, gc=False):
    id: Id
    file_name: str | None = None
    width: float | None = None
    height: float | None = None


class CategoryRow(msgspec.Struct, gc=False):
    id: Id
    name: str


class AnnotationRow(msgspec.Struct, gc=False):
    image_id: Id
    category_id: Id
    bbox: tuple[float, float, float, float]
    id: Id | UnsetType | None = UNSET
    iscrowd: int | bool | UnsetType | None = UNSET
    area: float | UnsetType | None = UNSET
    score: float | UnsetType | None = UNSET
    annotator: int | UnsetType | None = UNSET
    segmentation: Raw = ABSENT


class RunLengths(msgspec.Struct, gc=False):
    counts: list[int] | str
    size: tuple[int, int]


class Annotation(msgspec.Struct, gc=False, kw_only=True):
    """An annotation whose every value is in bounds; the outline is the text of the file."""

    image_id: Id
    category_id: Id
    box: tuple[float, float, float, float]
    crowd: int
    area: float
    score: float
    annotator: int
    geometry: int
    outline: bytes


NAMES = len(AnnotationRow.__struct_fields__)
"""How many names of an annotation are read."""

Row = TypeVar("Row", ImageRow, CategoryRow, AnnotationRow)

IMAGE = msgspec.json.Decoder(ImageRow)
CATEGORY = msgspec.json.Decoder(CategoryRow)
ANNOTATION = msgspec.json.Decoder(AnnotationRow)
ID = msgspec.json.Decoder(Id)
MEMBERS = msgspec.json.Decoder(dict[str, Raw])
SEGMENTATION = msgspec.json.Decoder(list[list[float]] | RunLengths | None)


def decoded(decoder: "msgspec.json.Decoder[Row]", text: bytes) -> Row:
    """Decode one row, whose text is known to be JSON. Raises BadRow for wrong types."""
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        raise BadRow("WRONG_TYPE", str(error)) from None


def image(text: bytes) -> tuple[Id, bytes, tuple[float, float]]:
    """Give id, key and size of an image row. Raises BadRow, UnreadableFile."""
    check_object(text)
    row = decoded(IMAGE, text)
    key = (row.file_name or str(row.id)).encode()
    if not 0 < len(key) <= KEY_BYTES_MAX or b"\0" in key:
        raise BadRow("BAD_KEY", f"a key has 1 to {KEY_BYTES_MAX} bytes and no NUL")
    size = (row.width or 0.0, row.height or 0.0)
    if not all(0.0 <= side <= COORDINATE_MAX for side in size):
        raise BadRow("OUT_OF_RANGE", f"width and height lie from 0 to {COORDINATE_MAX:g}")
    return row.id, key, size


def image_named(text: bytes) -> str:
    """The key of an image row that is bad otherwise, or else its id; empty when it has neither."""
    ident = _id_at(text, "file_name") or _id_at(text, "id")
    return "" if ident is None else str(ident)


def image_id(text: bytes) -> Id | None:
    """The image that an annotation names, even when the rest of it is bad."""
    return _id_at(text, "image_id")


def _id_at(text: bytes, name: str) -> Id | None:
    try:
        found: Id = ID.decode(MEMBERS.decode(text)[name])
    except (LookupError, msgspec.MsgspecError):
        return None
    return found


def category(text: bytes) -> CategoryRow:
    check_object(text)
    return decoded(CATEGORY, text)


def annotation(text: bytes) -> Annotation:
    """Give one annotation. Raises BadRow, UnreadableFile."""
    row = decoded(ANNOTATION, text)
    geometry, members = _geometry(row.segmentation)
    _check_names(text, row, members=members)
    return Annotation(
        image_id=row.image_id,
        category_id=row.category_id,
        box=_box(row.bbox),
        crowd=_crowd(row.iscrowd),
        area=_measure(row.area, name="area", low=0.0),
        score=_measure(row.score, name="score", low=-COORDINATE_MAX),
        annotator=_annotator(row.annotator),
        geometry=geometry,
        outline=bytes(row.segmentation) if geometry != GEOMETRY_NONE else b"",
    )


def _check_names(text: bytes, row: AnnotationRow, *, members: int) -> None:
    """Refuse a name said twice.

    A colon follows every name: a row with no more colons than known names says each of them once.
    Only other rows need the slow look.
    """
    missing = (
        (row.id is UNSET)
        + (row.iscrowd is UNSET)
        + (row.area is UNSET)
        + (row.score is UNSET)
        + (row.annotator is UNSET)
        + (row.segmentation is ABSENT)
    )
    if text.count(b":") != NAMES - missing + members:
        check_object(text)
    check_int(row.image_id)
    check_int(row.category_id)


def _geometry(segmentation: Raw) -> tuple[int, int]:
    """Tell what kind of outline it is, and how many names it says."""
    if segmentation is ABSENT:
        return GEOMETRY_NONE, 0
    try:
        outline = SEGMENTATION.decode(segmentation)
    except msgspec.ValidationError as error:
        raise BadRow("WRONG_TYPE", f"segmentation: {error}") from None
    if isinstance(outline, RunLengths):
        return GEOMETRY_RLE, 2
    return (GEOMETRY_POLYGONS if outline else GEOMETRY_NONE), 0


def _box(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x, y, width, height = box
    if width < 0.0 or height < 0.0:
        raise BadRow("NEGATIVE_SIZE", f"the box is {width:g} wide and {height:g} high")
    if max(abs(x), abs(y), width, height) > COORDINATE_MAX:
        raise BadRow("OUT_OF_RANGE", f"a coordinate is beyond {COORDINATE_MAX:g}")
    return box


def _crowd(value: int | bool | UnsetType | None) -> int:  # noqa: FBT001  (COCO files hold both)
    if value is UNSET or value is None:
        return 0
    if value not in {0, 1}:
        raise BadRow("WRONG_TYPE", "iscrowd is 0 or 1")
    return int(value)


def _measure(value: float | UnsetType | None, *, name: str, low: float) -> float:
    if value is UNSET or value is None:
        return math.nan
    if value < low:
        raise BadRow("OUT_OF_RANGE", f"{name} is below {low:g}")
    return value


def _annotator(value: int | UnsetType | None) -> int:
    if value is UNSET or value is None:
        return NO_ANNOTATOR
    if not 0 <= value <= ANNOTATOR_MAX:
        raise BadRow("OUT_OF_RANGE", f"annotator lies from 0 to {ANNOTATOR_MAX}")
    return value
