"""One row of a COCO file, decoded and judged on its own."""

import math
from typing import TypeVar

import msgspec
from msgspec import UNSET, Raw, UnsetType

from labelmarket.adapters.formats.json_file import check_int, check_object, check_row
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.run_lengths import Mask, mask_of

COORDINATE_MAX = 1e9
ANNOTATOR_MAX = 2**31 - 1
KEY_BYTES_MAX = 1_024

Id = int | str

ABSENT = Raw()

SIDES = frozenset({"width", "height"})
SIDES_WANTED = f"width and height lie from 0 to {COORDINATE_MAX:g}"


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
    bbox: tuple[float, float, float, float] | UnsetType = UNSET
    id: Id | UnsetType | None = UNSET
    iscrowd: int | bool | UnsetType | None = UNSET
    area: float | UnsetType | None = UNSET
    score: float | UnsetType | None = UNSET
    annotator: Id | UnsetType | None = UNSET
    segmentation: Raw = ABSENT


class RunLengths(msgspec.Struct, gc=False):
    counts: list[int] | str
    size: tuple[int, int]


class Annotation(msgspec.Struct, gc=False, kw_only=True):
    """An annotation whose every value is in bounds; a box that the file does not give is NaN.

    `others` are the names in it that are not read.
    """

    image_id: Id
    category_id: Id
    id: Id | None
    box: tuple[float, float, float, float]
    crowd: int
    area: float
    score: float
    annotator: Id | None
    polygons: list[list[float]]
    mask: Mask | None
    others: tuple[str, ...]


NAMES = frozenset(AnnotationRow.__struct_fields__)
"""The names of an annotation that are read."""

Row = TypeVar("Row", ImageRow, CategoryRow, AnnotationRow)

IMAGE = msgspec.json.Decoder(ImageRow)
IMAGES = msgspec.json.Decoder(list[ImageRow])
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
    try:
        check_row(text)
    except BadRow:
        said = MEMBERS.decode(text)
        check_object(msgspec.json.encode({n: v for n, v in said.items() if n not in SIDES}))
        raise BadRow("OUT_OF_RANGE", SIDES_WANTED) from None
    return judged(decoded(IMAGE, text))


def judged(row: ImageRow) -> tuple[Id, bytes, tuple[float, float]]:
    """Give id, key and size of an image whose text is known to be strict JSON. Raises BadRow."""
    check_int(row.id)
    key = (row.file_name or str(row.id)).encode()
    if not 0 < len(key) <= KEY_BYTES_MAX or b"\0" in key:
        raise BadRow("BAD_KEY", f"a key has 1 to {KEY_BYTES_MAX} bytes and no NUL")
    width, height = row.width or 0.0, row.height or 0.0
    if not (0.0 <= width <= COORDINATE_MAX and 0.0 <= height <= COORDINATE_MAX):
        raise BadRow("OUT_OF_RANGE", SIDES_WANTED)
    return row.id, key, (width, height)


def image_named(text: bytes) -> str:
    """The key of an image row that is bad otherwise, or else its id; empty when it has neither."""
    ident = _id_at(text, "file_name") or _id_at(text, "id")
    return "" if ident is None else str(ident)


def image_id(text: bytes) -> Id | None:
    """The image that an annotation names, even when the rest of it is bad."""
    return _id_at(text, "image_id")


def unread(text: bytes, *, row: type[msgspec.Struct]) -> list[str]:
    """Give the names of a row that are not read, even when the rest of it is bad."""
    try:
        return [name for name in MEMBERS.decode(text) if name not in row.__struct_fields__]
    except msgspec.MsgspecError:
        # Such text is refused with its reason where its values are read.
        return []


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
    outline, members = _outline(row.segmentation)
    others = _other_names(text, row, members=members)
    return Annotation(
        image_id=row.image_id,
        category_id=row.category_id,
        id=None if row.id is UNSET else row.id,
        box=_box(row.bbox),
        crowd=_crowd(row.iscrowd),
        area=_measure(row.area, name="area", low=0.0),
        score=_measure(row.score, name="score", low=-COORDINATE_MAX),
        annotator=_annotator(row.annotator),
        polygons=_polygons(outline) if isinstance(outline, list) else [],
        mask=mask_of(outline.counts, size=outline.size)
        if isinstance(outline, RunLengths)
        else None,
        others=others,
    )


def _other_names(text: bytes, row: AnnotationRow, *, members: int) -> tuple[str, ...]:
    """Refuse a name said twice, and give those that are not read.

    A colon follows every name: a row with no more colons than known names says each of them once
    and no other. Only other rows need the slow look.
    """
    missing = (
        (row.id is UNSET)
        + (row.bbox is UNSET)
        + (row.iscrowd is UNSET)
        + (row.area is UNSET)
        + (row.score is UNSET)
        + (row.annotator is UNSET)
        + (row.segmentation is ABSENT)
    )
    others: tuple[str, ...] = ()
    if text.count(b":") != len(NAMES) - missing + members:
        said = check_object(text)
        assert isinstance(said, dict), "a row that was decoded is an object"
        others = tuple(name for name in said if name not in NAMES)
    check_int(row.image_id)
    check_int(row.category_id)
    return others


def _outline(segmentation: Raw) -> tuple[list[list[float]] | RunLengths | None, int]:
    """Give an outline as the row says it, and how many names that takes."""
    if segmentation is ABSENT:
        return None, 0
    try:
        outline: list[list[float]] | RunLengths | None = SEGMENTATION.decode(segmentation)
    except msgspec.ValidationError as error:
        raise BadRow("WRONG_TYPE", f"segmentation: {error}") from None
    return outline, 2 * isinstance(outline, RunLengths)


def _polygons(rings: list[list[float]]) -> list[list[float]]:
    for ring in rings:
        if len(ring) % 2:
            raise BadRow("ODD_POLYGON", f"a polygon has {len(ring)} numbers, which is odd")
        if any(abs(side) > COORDINATE_MAX for side in ring):
            raise BadRow("OUT_OF_RANGE", f"a coordinate is beyond {COORDINATE_MAX:g}")
    return rings


def _box(box: tuple[float, float, float, float] | UnsetType) -> tuple[float, float, float, float]:
    if box is UNSET:
        return (math.nan, math.nan, math.nan, math.nan)
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


def _annotator(value: Id | UnsetType | None) -> Id | None:
    if value is UNSET or value is None:
        return None
    if isinstance(value, int) and not 0 <= value <= ANNOTATOR_MAX:
        raise BadRow("OUT_OF_RANGE", f"a numbered annotator lies from 0 to {ANNOTATOR_MAX}")
    if isinstance(value, str) and not 0 < len(value.encode()) <= KEY_BYTES_MAX:
        raise BadRow("BAD_KEY", f"the name of an annotator has 1 to {KEY_BYTES_MAX} bytes")
    return value
