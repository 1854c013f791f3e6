"""The annotations of a COCO file as columns, under the ids that the file gives."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass

import msgspec
import numpy as np
from msgspec import Raw

from labelmarket.adapters.formats import coco_rows
from labelmarket.adapters.formats.coco_fields import Fields
from labelmarket.adapters.formats.coco_file import Found
from labelmarket.adapters.formats.coco_rows import Annotation, Id
from labelmarket.adapters.formats.coco_values import Values, room
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.refusing import refusing
from labelmarket.workers.columns import NO_ID, Int64s

ODD = 255
ROWS_MIN = 2_048


@dataclass(frozen=True, slots=True)
class BadAnnotation:
    """Why a row cannot be taken, the image that it names, if any, and the names not read in it."""

    refused: BadRow
    image_id: Id | None
    others: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """Every row of a file, in its order; the values of those in `bad` mean nothing.

    `fields` are the names that are not read, `ids_lost` the rows whose ids are no whole numbers
    below 2**63.
    """

    values: Values
    bad: dict[int, BadAnnotation]
    fields: Fields
    ids_lost: tuple[int, ...]


def annotations(rows: list[Raw] | Found) -> Annotations:
    """Read every row.

    Plain rows of a scanned file are read by kernels on all cores, the others one by one; both ways
    give the same. Memory beside the rows: about 90 bytes for each row, 8 for each coordinate, and
    300 for each row that is read by itself. Raises UnreadableFile when a row is no strict JSON.
    """
    bad: dict[int, BadAnnotation] = {}
    if isinstance(rows, list):
        alone = np.arange(len(rows))
        rings, numbers = np.zeros((2, len(rows)), dtype=np.int64)
    else:
        alone = np.flatnonzero(rows.odd)
        rings, numbers = rows.rings.astype(np.int64), rows.numbers.astype(np.int64)
    said = dict(_decoded(rows, alone, bad=bad))
    for place in alone.tolist():
        polygons = said[place].polygons if place in said else []
        rings[place], numbers[place] = len(polygons), sum(map(len, polygons))
    fields = _fields(rows, said, bad)
    values = room(rings=rings, numbers=numbers)
    if isinstance(rows, Found):
        missed = _filled(rows, values)
        said |= _decoded(rows, missed, bad=bad)
    for place, row in said.items():
        values.put(place, row)
    for place in bad:
        values.spoil(place)
    lost = (at for at, one in said.items() if one.id is not None and values.ids[at] == NO_ID)
    return Annotations(values=values, bad=bad, fields=fields, ids_lost=tuple(lost))


def _fields(
    rows: list[Raw] | Found, alone: dict[int, Annotation], bad: dict[int, BadAnnotation]
) -> Fields:
    """Count the names that are not read: a scan has counted those of the rows plain to it."""
    fields = Fields()
    if isinstance(rows, Found):
        fields.add_all(rows.others)
    for row in alone.values():
        fields.say(row.others)
    for one in bad.values():
        fields.say(one.others)
    return fields


def _filled(found: Found, values: Values) -> Int64s:
    """Let the kernel read what is plain, and give the rows that turn out to be odd."""
    from labelmarket.workers.kernels import annotation_columns, annotations, threads  # noqa: PLC0415  (numba)

    values.outcome[:] = np.where(found.odd, ODD, 0)
    into = annotation_columns.Values(
        **{name: getattr(values, name) for name in annotation_columns.Values._fields}
    )

    def read(first: int, stop: int) -> None:
        annotations.read_annotations(found.text, found.values, into, first=first, stop=stop)

    threads.in_blocks(read, rows=len(found.odd), rows_min=ROWS_MIN, per_thread=4)
    return np.flatnonzero((values.outcome == ODD) & (found.odd == 0))


def _decoded(
    rows: list[Raw] | Found, places: Int64s, *, bad: dict[int, BadAnnotation]
) -> Iterator[tuple[int, Annotation]]:
    """Decode rows one by one; those that cannot be taken go to `bad`."""
    for place in places.tolist():
        with _refusing(rows, place):
            text = _text(rows, place)
            try:
                row = coco_rows.annotation(text)
            except BadRow as refused:
                others = coco_rows.unread(text, row=coco_rows.AnnotationRow)
                bad[place] = BadAnnotation(refused, coco_rows.image_id(text), others)
                continue
        yield place, row


def _refusing(rows: list[Raw] | Found, place: int) -> AbstractContextManager[None]:
    """Name a row that is no strict JSON, with its line where the whole file is at hand."""
    name = f"annotations[{place}]"
    if isinstance(rows, list):
        return refusing(name)
    return refusing(name, text=rows.text.data, begin=int(rows.spans[place, 0]))


def _text(rows: list[Raw] | Found, place: int) -> bytes:
    if isinstance(rows, list):
        return bytes(rows[place])
    begin, end = rows.spans[place].tolist()
    text = rows.text[begin:end].tobytes()
    text.decode()
    # A wrong type is seen before the end of a row: one that is no JSON shall be told apart.
    msgspec.json.decode(text, type=Raw)
    return text
