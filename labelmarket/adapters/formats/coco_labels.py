"""The annotations of a COCO file as label columns."""

from array import array
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from labelmarket.adapters.formats import coco_rows
from labelmarket.adapters.formats.coco_places import Place, Places, categories, images
from labelmarket.adapters.formats.coco_rows import Annotation, Id
from labelmarket.adapters.formats.json_file import lists_of, rows
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.workers.columns import ItemTable, LabelColumns, Outlines, Spans
from labelmarket.workers.insight import spans

LABELS_PER_ITEM_MAX = 10_000
"""Most labels of one item: it bounds the pairs of boxes that a measure compares."""


@dataclass(slots=True)
class _Growing:
    """Columns while rows still come: machine values, not objects."""

    items: "array[int]" = field(default_factory=lambda: array("i"))
    classes: "array[int]" = field(default_factory=lambda: array("i"))
    boxes: "array[float]" = field(default_factory=lambda: array("d"))
    crowd: bytearray = field(default_factory=bytearray)
    areas: "array[float]" = field(default_factory=lambda: array("d"))
    scores: "array[float]" = field(default_factory=lambda: array("d"))
    annotators: "array[int]" = field(default_factory=lambda: array("i"))
    geometry: bytearray = field(default_factory=bytearray)
    outlines: bytearray = field(default_factory=bytearray)
    offsets: "array[int]" = field(default_factory=lambda: array("q", [0]))
    held: dict[int, int] = field(default_factory=dict)

    def add(self, row: Annotation, *, item: int, kind: int) -> None:
        held = self.held.get(item, 0)
        if held >= LABELS_PER_ITEM_MAX:
            raise BadRow("TOO_MANY_LABELS", f"an item has at most {LABELS_PER_ITEM_MAX} labels")
        self.held[item] = held + 1
        self.items.append(item)
        self.classes.append(kind)
        self.boxes.extend(row.box)
        self.crowd.append(row.crowd)
        self.areas.append(row.area)
        self.scores.append(row.score)
        self.annotators.append(row.annotator)
        self.geometry.append(row.geometry)
        self.outlines += row.outline
        self.offsets.append(len(self.outlines))


def read_labels(
    path: Path,
    *,
    items: ItemTable,
    classes: tuple[str, ...],
    within: Spans | None,
    known: Spans = spans.NOTHING,
) -> tuple[LabelColumns, Outlines, Problems]:
    """Read the annotations of a file on the project's items, without those in `known`.

    The file covers every item that its images list, with labels or without. A delivery (`within`)
    does not cover an item that lost a row: it stays owed, and can be delivered again. Memory peaks
    above the mapped file at about 150 bytes for each annotation, 500 for each image, and the text
    of the outlines once (at most the file's size). Raises UnreadableFile.
    """
    problems = Problems()
    lists = lists_of(path)
    listed = images(lists.images, items=items, within=within, known=known, problems=problems)
    kinds = categories(lists.categories, classes=classes, problems=problems)
    growing = _Growing()
    lost: set[int] = set()
    for place, raw in enumerate(rows(lists.annotations, name="annotations")):
        text = bytes(raw)
        try:
            row = coco_rows.annotation(text)
            item = _found(listed, row.image_id, what="image")
            kind = _found(kinds, row.category_id, what="category")
            growing.add(row, item=item.ordinal, kind=kind.ordinal)
        except BadRow as bad:
            ident = coco_rows.image_id(text)
            about = None if ident is None else listed.get(ident)
            if within is not None and isinstance(about, Place):
                lost.add(about.ordinal)
            problems.add(bad, row=place, item=_item_of(text, listed))
    named = {one.ordinal for one in listed.values() if isinstance(one, Place)}
    covered = sorted(named - lost)
    columns = _columns(
        growing,
        classes=classes,
        covered=spans.of(np.array(covered, dtype=np.int64)),
        problems=problems.total,
    )
    outlines = Outlines(
        text=np.frombuffer(growing.outlines, dtype=np.uint8),
        offsets=np.frombuffer(growing.offsets, dtype=np.int64),
    )
    return columns, outlines, problems


def _columns(
    growing: _Growing, *, classes: tuple[str, ...], covered: Spans, problems: int
) -> LabelColumns:
    return LabelColumns(
        class_names=classes,
        items=np.frombuffer(growing.items, dtype=np.int32),
        classes=np.frombuffer(growing.classes, dtype=np.int32),
        boxes=np.frombuffer(growing.boxes, dtype=np.float64).reshape(-1, 4),
        crowd=np.frombuffer(growing.crowd, dtype=np.uint8),
        areas=np.frombuffer(growing.areas, dtype=np.float64),
        scores=np.frombuffer(growing.scores, dtype=np.float64),
        annotators=np.frombuffer(growing.annotators, dtype=np.int32),
        geometry=np.frombuffer(growing.geometry, dtype=np.uint8),
        covered=covered,
        problems=problems,
    )


def _item_of(text: bytes, listed: Places) -> str:
    """Name the item of a bad row: by its key where the file tells it, else by the id it says."""
    ident = coco_rows.image_id(text)
    place = None if ident is None else listed.get(ident)
    if isinstance(place, Place):
        return place.key
    if place is not None and place.item:
        return place.item
    return "" if ident is None else str(ident)


def _found(places: Places, ident: Id, *, what: str) -> Place:
    place = places.get(ident)
    if place is None:
        raise BadRow("UNKNOWN_ID", f"the file lists no {what} {ident!r:.80}")
    if isinstance(place, BadRow):
        raise BadRow(place.code, place.message)
    return place
