"""Pascal VOC and CVAT, written."""

from collections.abc import Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from labelmarket.adapters.formats.cells import spelled
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.grouping import file_names, rows_of_items
from labelmarket.adapters.formats.output import CannotWrite, Output
from labelmarket.adapters.formats.run_lengths import decoded
from labelmarket.adapters.formats.xml_rows import PRESERVE, SPACE
from labelmarket.workers.columns import (
    GEOMETRY_ITEM,
    GEOMETRY_POLYGONS,
    GEOMETRY_RLE,
    Int64s,
)


def write_voc(output: Output, dataset: Dataset) -> int:
    """Write a file for each image; every label with an outline is written as its box.

    Give how many labels were written.
    """
    names, written = file_names(dataset, suffix=".xml"), 0
    for ordinal, rows in rows_of_items(dataset):
        boxed = rows[dataset.labels.geometry[rows] != GEOMETRY_ITEM]
        with output.file(names[ordinal]) as file:
            _write(file, _voc_lines(dataset, ordinal, boxed))
        written += len(boxed)
    return written


def _voc_lines(dataset: Dataset, ordinal: int, rows: Int64s) -> Iterator[str]:
    width, height = map(spelled, dataset.items.sizes[ordinal].tolist())
    yield "<annotation>"
    yield f"  {_named('filename', dataset.key(ordinal))}"
    yield f"  <size><width>{width}</width><height>{height}</height><depth>3</depth></size>"
    for row in rows.tolist():
        name = _named("name", dataset.labels.class_names[dataset.labels.classes[row]])
        sides = zip(("xmin", "ymin", "xmax", "ymax"), _corners(dataset, row), strict=True)
        corners = "".join(f"<{side}>{spelled(value)}</{side}>" for side, value in sides)
        yield f"  <object>{name}<bndbox>{corners}</bndbox></object>"
    yield "</annotation>"


def write_cvat(file: BinaryIO, dataset: Dataset) -> int:
    """Write classes, then the images with their boxes, polygons, masks and tags; give how many."""
    _write(file, _cvat_lines(dataset))
    return len(dataset.labels)


def _cvat_lines(dataset: Dataset) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield "<annotations><version>1.1</version><meta><task><labels>"
    for name in dataset.labels.class_names:
        yield f"<label>{_named('name', name)}</label>"
    yield "</labels></task></meta>"
    for ordinal, rows in rows_of_items(dataset):
        width, height = map(spelled, dataset.items.sizes[ordinal].tolist())
        name = _attribute(dataset.key(ordinal))
        yield f'<image id="{ordinal}" name={name} width="{width}" height="{height}">'
        yield from (_shape(dataset, row) for row in rows.tolist())
        yield "</image>"
    yield "</annotations>"


def _shape(dataset: Dataset, row: int) -> str:
    labels, outlines = dataset.labels, dataset.outlines
    label = f"label={_attribute(labels.class_names[labels.classes[row]])}"
    if labels.geometry[row] == GEOMETRY_ITEM:
        return f"<tag {label}/>"
    if labels.geometry[row] == GEOMETRY_RLE:
        return f"<mask {label} {_mask(dataset, row)}/>"
    if labels.geometry[row] == GEOMETRY_POLYGONS and len(rings := outlines.rings(row)) == 1:
        points = ";".join(f"{spelled(x)},{spelled(y)}" for x, y in rings[0].tolist())
        return f'<polygon {label} points="{points}"/>'
    left, top, right, bottom = map(spelled, _corners(dataset, row))
    return f'<box {label} xtl="{left}" ytl="{top}" xbr="{right}" ybr="{bottom}"/>'


def _mask(dataset: Dataset, row: int) -> str:
    """Spell a mask by rows of the box around it."""
    height, width = dataset.outlines.mask_sizes[row].tolist()
    pixels = decoded(dataset.outlines.runs(row), height=height, width=width)
    ys, xs = np.nonzero(pixels)
    top, bottom = (int(ys.min()), int(ys.max()) + 1) if len(ys) else (0, 0)
    left, right = (int(xs.min()), int(xs.max()) + 1) if len(xs) else (0, 0)
    flat = pixels[top:bottom, left:right].ravel()
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flat))))
    runs = np.diff(np.concatenate(([0], edges, [len(flat)])))
    sides = f'left="{left}" top="{top}" width="{right - left}" height="{bottom - top}"'
    return f'rle="{", ".join(map(str, runs.tolist()))}" {sides}'


def _corners(dataset: Dataset, row: int) -> tuple[float, float, float, float]:
    x, y, width, height = dataset.labels.boxes[row].tolist()
    return x, y, x + width, y + height


def _write(file: BinaryIO, lines: Iterator[str]) -> None:
    for line in lines:
        file.write(line.encode() + b"\n")


def _named(tag: str, text: str) -> str:
    """Give an element with a name in it; blanks around a name are marked as part of it."""
    mark = f' {SPACE}="{PRESERVE}"' if text != text.strip() else ""
    return f"<{tag}{mark}>{escape(_legal(text), {chr(13): '&#13;'})}</{tag}>"


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))


def _legal(text: str) -> str:
    """Give text that XML can hold. Raises CannotWrite."""
    if any((ord(char) < 32 and char not in "\t\n\r") or char in "\ufffe\uffff" for char in text):
        raise CannotWrite(code="BAD_NAME", message=f"XML cannot spell the name {text[:80]!r}")
    return text
