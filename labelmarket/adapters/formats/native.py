"""Our own exchange format: lines of JSON that hold a whole dataset and lose nothing of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType

from labelmarket.adapters.formats.coco_rows import Id
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.growing import NO_BOX, Box, Growing
from labelmarket.adapters.formats.json_file import check_object
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.run_lengths import mask_of, packed
from labelmarket.adapters.formats.text_lines import lines
from labelmarket.application.labels import UnreadableFile
from labelmarket.workers.columns import (
    GEOMETRY_ITEM,
    GEOMETRY_RLE,
    NO_ANNOTATOR,
    NO_ID,
)

VERSION = 1


class Head(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """The first line."""

    labelmarket: int
    classes: list[str]
    class_ids: list[Id]
    annotators: list[str]
    items: int
    labels: int


class ItemLine(msgspec.Struct, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    item: str
    id: Id
    width: float = 0.0
    height: float = 0.0


class MaskLine(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    size: tuple[int, int]
    counts: str


class LabelLine(msgspec.Struct, gc=False, forbid_unknown_fields=True, omit_defaults=True):
    """A label: item, class and annotator by their places in the lines before."""

    on: int
    label: int
    box: Box | UnsetType = UNSET
    polygons: list[list[float]] | UnsetType = UNSET
    mask: MaskLine | UnsetType = UNSET
    score: float | UnsetType = UNSET
    area: float | UnsetType = UNSET
    crowd: int = 0
    annotator: int = NO_ANNOTATOR
    id: int = NO_ID


HEAD = msgspec.json.Decoder(Head)
ITEM = msgspec.json.Decoder(ItemLine)
LABEL = msgspec.json.Decoder(LabelLine)


def read_native(path: Path, *, name: str) -> Dataset:
    """Read a file that `write_native` wrote. Raises UnreadableFile when it is cut or no such."""
    growing, texts = Growing(), lines(path)
    head = _begin(growing, next(texts, (1, ""))[1])
    ids: list[Id] = []
    items: list[int] = []
    line = 1
    for line, text in texts:
        try:
            check_object(text.encode())
            if len(items) < head.items:
                said = ITEM.decode(text)
                items.append(growing.item(said.item, width=said.width, height=said.height))
                ids.append(said.id)
            else:
                _read_label(growing, LABEL.decode(text), head, items)
        except (msgspec.MsgspecError, UnreadableFile, BadRow) as error:
            if len(items) < head.items:
                raise UnreadableFile(code="WRONG_SHAPE", message=f"line {line}: {error}") from None
            growing.problem(_bad(error), file=name, place=f"line {line}")
    if line != 1 + head.items + head.labels or len(set(items)) != head.items:
        raise UnreadableFile(code="CUT_SHORT", message=f"the file ends at line {line}, too early")
    return growing.dataset(item_ids=tuple(ids), class_ids=tuple(head.class_ids))


def _bad(error: Exception) -> BadRow:
    return error if isinstance(error, BadRow) else BadRow("WRONG_TYPE", str(error))


def _read_label(growing: Growing, said: LabelLine, head: Head, items: list[int]) -> None:
    if not (
        0 <= said.on < len(items)
        and 0 <= said.label < len(head.classes)
        and NO_ANNOTATOR <= said.annotator < len(head.annotators)
        and 0 <= said.crowd <= 1
    ):
        raise BadRow("UNKNOWN_ID", "the line names an item, class or annotator that is not there")
    mask = None if said.mask is UNSET else mask_of(said.mask.counts, size=said.mask.size)
    growing.label(
        items[said.on],
        head.classes[said.label],
        box=NO_BOX if said.box is UNSET else said.box,
        polygons=() if said.polygons is UNSET else said.polygons,
        mask=mask,
        score=float("nan") if said.score is UNSET else said.score,
        area=float("nan") if said.area is UNSET else said.area,
        crowd=said.crowd,
        annotator="" if said.annotator < 0 else head.annotators[said.annotator],
        ident=None if said.id == NO_ID else said.id,
    )


def write_native(file: BinaryIO, dataset: Dataset) -> int:
    """Write the head, then a line for each item and for each label; give how many labels."""
    labels = dataset.labels
    head = Head(
        labelmarket=VERSION,
        classes=list(labels.class_names),
        class_ids=list(dataset.class_ids),
        annotators=list(labels.annotator_names),
        items=len(dataset.items),
        labels=len(labels),
    )
    file.write(msgspec.json.encode(head) + b"\n")
    written = 0
    for line in _lines(dataset):
        file.write(msgspec.json.encode(line) + b"\n")
        written += isinstance(line, LabelLine)
    return written


def _lines(dataset: Dataset) -> Iterator[ItemLine | LabelLine]:
    for ordinal, ident in enumerate(dataset.item_ids):
        width, height = dataset.items.sizes[ordinal].tolist()
        yield ItemLine(item=dataset.key(ordinal), id=ident, width=width, height=height)
    labels = dataset.labels
    for row in range(len(labels)):
        line = LabelLine(
            on=int(labels.items[row]),
            label=int(labels.classes[row]),
            crowd=int(labels.crowd[row]),
            annotator=int(labels.annotators[row]),
            id=int(labels.ids[row]),
        )
        if labels.geometry[row] != GEOMETRY_ITEM:
            x, y, width, height = labels.boxes[row].tolist()
            line.box = (x, y, width, height)
        if not np.isnan(labels.scores[row]):
            line.score = float(labels.scores[row])
        if not np.isnan(labels.areas[row]):
            line.area = float(labels.areas[row])
        if rings := dataset.outlines.rings(row):
            line.polygons = [ring.ravel().tolist() for ring in rings]
        if labels.geometry[row] == GEOMETRY_RLE:
            height, width = dataset.outlines.mask_sizes[row].tolist()
            line.mask = MaskLine((int(height), int(width)), packed(dataset.outlines.runs(row)))
        yield line


def _begin(growing: Growing, text: str) -> Head:
    """Read the first line: the version, the classes and the annotators."""
    try:
        head = HEAD.decode(text)
    except msgspec.MsgspecError as error:
        raise UnreadableFile(code="WRONG_SHAPE", message=f"line 1: {error}") from None
    if head.labelmarket != VERSION or len(head.class_ids) != len(head.classes):
        raise UnreadableFile(code="WRONG_SHAPE", message=f"only version {VERSION} is read")
    if len(set(head.classes)) != len(head.classes):
        raise UnreadableFile(code="WRONG_SHAPE", message="line 1: a class is named twice")
    try:
        for kind in head.classes:
            growing.kind(kind)
        for who in head.annotators:
            growing.annotator(who)
    except BadRow as bad:
        raise UnreadableFile(code="WRONG_SHAPE", message=f"line 1: {bad.message}") from None
    return head
