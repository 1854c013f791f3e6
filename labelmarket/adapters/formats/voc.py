"""Pascal VOC: one XML file for each image, corners in pixels."""

from pathlib import Path, PurePosixPath

from labelmarket.adapters.formats.cells import number
from labelmarket.adapters.formats.growing import Box, Growing
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.xml_rows import Node, elements
from labelmarket.application.labels import UnreadableFile

WANTED = frozenset({"annotation"})
READ = frozenset({"name", "bndbox"})
NOTHING = frozenset({"", "0", "Unspecified"})
"""What a mark holds that says nothing."""


def read_voc(growing: Growing, path: Path, *, name: str) -> None:
    """Read one file. A box reaches from xmin to xmax: its width is their difference.

    Raises UnreadableFile when the file is no annotation.
    """
    found = False
    for node in elements(path, wanted=WANTED):
        found = True
        try:
            item = _item(growing, node, name=name)
        except BadRow as bad:
            growing.problem(bad, file=name, place=f"line {node.line}", item=name)
            continue
        for row in node.all("object"):
            _read_object(growing, row, item=item, name=name)
    if not found:
        raise UnreadableFile(code="WRONG_SHAPE", message="the file has no annotation element")


def _item(growing: Growing, node: Node, *, name: str) -> int:
    size = node.first("size")
    sides = [size.word(side) if size is not None else "" for side in ("width", "height")]
    width, height = (number(side, name="size") if side else 0.0 for side in sides)
    key = node.word("filename") or PurePosixPath(name).stem
    return growing.item(key, width=width, height=height)


def _read_object(growing: Growing, row: Node, *, item: int, name: str) -> None:
    place = f"line {row.line}"
    try:
        box = _box(row)
        growing.label(item, row.word("name"), box=box)
    except BadRow as bad:
        growing.problem(bad, file=name, place=place, item=growing.key(item))
        return
    growing.check_area(box, item=item, file=name, place=place)
    for inner in row.children:
        if inner.tag in READ:
            continue
        if inner.children:
            growing.unread(inner.tag, why="only the object itself is read")
        elif inner.text.strip() not in NOTHING:
            growing.unread(inner.tag, why="columns hold no marks of this kind")


def _box(row: Node) -> Box:
    around = row.first("bndbox")
    if around is None:
        raise BadRow("NO_BOX", "the object has no bndbox")
    left, top, right, bottom = (
        number(around.word(side), name=side) for side in ("xmin", "ymin", "xmax", "ymax")
    )
    return (left, top, right - left, bottom - top)
