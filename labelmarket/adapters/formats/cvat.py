"""CVAT for images 1.1: one XML file with boxes, polygons, masks and tags of every image."""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from labelmarket.adapters.formats.cells import number
from labelmarket.adapters.formats.coco_rows import KEY_BYTES_MAX
from labelmarket.adapters.formats.growing import Growing
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.run_lengths import Mask, encoded
from labelmarket.adapters.formats.xml_rows import Node, elements
from labelmarket.application.labels import UnreadableFile

WANTED = frozenset({"image", "labels", "track"})
SHAPES = frozenset({"box", "polygon", "mask", "tag"})
MASK_PIXELS_MAX = 1 << 26
SIDES = ("width", "height")
CORNERS = ("xtl", "ytl", "xbr", "ybr")
ANNOTATOR, SCORE = "annotator", "score"
"""The attributes of a shape that columns have a place for."""


def read_cvat(growing: Growing, path: Path, *, name: str) -> None:
    """Read the images of an export. Raises UnreadableFile, also for tracks of a video."""
    for node in elements(path, wanted=WANTED):
        if node.tag == "track":
            raise UnreadableFile(
                code="UNKNOWN_FORMAT", message=f"line {node.line}: tracks of videos are not read"
            )
        if node.tag == "labels":
            _declare(growing, node, name=name)
            continue
        try:
            sides = (number(node.attributes.get(side, "0"), name=side) for side in SIDES)
            width, height = sides
            item = growing.item(node.attributes.get("name", ""), width=width, height=height)
        except BadRow as bad:
            growing.problem(bad, file=name, place=f"line {node.line}")
            continue
        for shape in node.children:
            _read_shape(growing, shape, item=item, name=name)


def _declare(growing: Growing, labels: Node, *, name: str) -> None:
    """Take the classes that a task has, those that never occur included."""
    for label in labels.all("label"):
        try:
            growing.kind(label.word("name"))
        except BadRow as bad:
            growing.problem(bad, file=name, place=f"line {label.line}", kept=True)


def _read_shape(growing: Growing, shape: Node, *, item: int, name: str) -> None:
    place = f"line {shape.line}"
    if shape.tag not in SHAPES:
        growing.unread(shape.tag, why="only boxes, polygons, masks and tags are read")
        return
    kind, said = shape.attributes.get("label", ""), _said(shape)
    try:
        _check_turn(shape)
        if shape.tag == "box":
            left, top, right, bottom = (_value(shape, side) for side in CORNERS)
            box = (left, top, right - left, bottom - top)
            growing.label(item, kind, box=box, score=said.score, annotator=said.annotator)
            growing.check_area(box, item=item, file=name, place=place)
        elif shape.tag == "polygon":
            ring = _points(shape.attributes.get("points", ""))
            growing.label(item, kind, polygons=(ring,), score=said.score, annotator=said.annotator)
        elif shape.tag == "mask":
            mask = _mask(shape, growing.size(item))
            growing.label(item, kind, mask=mask, score=said.score, annotator=said.annotator)
        else:
            growing.label(item, kind, score=said.score, annotator=said.annotator)
    except BadRow as bad:
        growing.problem(bad, file=name, place=place, item=growing.key(item))
        return
    for mark in ("occluded", "z_order"):
        if shape.attributes.get(mark, "0") != "0":
            growing.unread(mark, why="columns hold no marks of this kind")
    for _ in range(said.others):
        growing.unread("attribute", why="columns hold no attributes")


def _said(shape: Node) -> "_Said":
    """Read the attributes that are who made a label and how sure that is, where they can be."""
    said = _Said()
    for attribute in shape.all("attribute"):
        name, text = attribute.attributes.get("name"), attribute.own_word()
        if name == ANNOTATOR and not said.annotator and 0 < len(text.encode()) <= KEY_BYTES_MAX:
            said.annotator = text
        elif name == SCORE and math.isnan(said.score) and _is_number(text):
            said.score = number(text, name=SCORE)
        else:
            said.others += 1
    return said


@dataclass(slots=True)
class _Said:
    annotator: str = ""
    score: float = math.nan
    others: int = 0


def _is_number(text: str) -> bool:
    try:
        number(text, name=SCORE)
    except BadRow:
        return False
    return True


def _check_turn(shape: Node) -> None:
    if number(shape.attributes.get("rotation", "0"), name="rotation") % 360:
        raise BadRow("ROTATED", f"the {shape.tag} is turned")


def _value(shape: Node, name: str) -> float:
    return number(shape.attributes.get(name, ""), name=name)


def _points(text: str) -> list[float]:
    pairs = [pair.split(",") for pair in text.split(";") if pair.strip()]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        raise BadRow("ODD_POLYGON", "points are pairs of numbers parted by semicolons")
    return [number(side, name="a point") for pair in pairs for side in pair]


def _mask(shape: Node, size: tuple[float, float]) -> Mask:
    """Give the mask of the whole image; the file has run lengths by row of a part of it."""
    left, top, width, height = (
        int(_value(shape, name)) for name in ("left", "top", "width", "height")
    )
    across, down = int(size[0]), int(size[1])
    runs = [number(run, name="a run length") for run in shape.attributes.get("rle", "").split(",")]
    inside = 0 <= left <= left + width <= across and 0 <= top <= top + height <= down
    if not inside or across * down > MASK_PIXELS_MAX:
        raise BadRow("BAD_MASK", "the mask does not lie in its image, or the image is too large")
    if min(runs) < 0 or any(run % 1 for run in runs) or sum(runs) != width * height:
        raise BadRow("BAD_MASK", f"the runs do not fill a mask of {width} by {height} pixels")
    values = np.arange(len(runs)) % 2
    pixels = np.zeros((down, across), dtype=np.uint8)
    pixels[top : top + height, left : left + width] = np.repeat(
        values, np.array(runs, dtype=np.int64)
    ).reshape(height, width)
    return encoded(pixels)
