"""Pascal VOC and CVAT, written."""

from collections.abc import Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from labelmarket.adapters.formats.cells import spelled
from labelmarket.adapters.formats.cvat import ANNOTATOR, SCORE
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.grouping import file_names, rows_of_items
from labelmarket.adapters.formats.marking import annotator_of, made_by_machine
from labelmarket.adapters.formats.output import CannotWrite, Output
from labelmarket.adapters.formats.run_lengths import decoded
from labelmarket.adapters.formats.xml_rows import PRESERVE, SPACE
from labelmarket.workers.columns import (
    GEOMETRY_ITEM,
    GEOMETRY_POLYGONS,
    GEOMETRY_RLE,
    NO_ANNOTATOR,
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
    declared = _declared(dataset)
    for name in dataset.labels.class_names:
        yield f"<label>{_named('name', name)}{declared}</label>"
    yield "</labels></task></meta>"
    by_machine = made_by_machine(dataset.labels)
    for ordinal, rows in rows_of_items(dataset):
        width, height = map(spelled, dataset.items.sizes[ordinal].tolist())
        name = _attribute(dataset.key(ordinal))
        yield f'<image id="{ordinal}" name={name} width="{width}" height="{height}">'
        for row in rows.tolist():
            yield _shape(dataset, row, marks=_marks(dataset, row), by_machine=by_machine[row])
        yield "</image>"
    yield "</annotations>"


def _declared(dataset: Dataset) -> str:
    """Declare the attributes that shapes have: CVAT takes no others."""
    labels = dataset.labels
    there = {
        ANNOTATOR: bool((labels.annotators != NO_ANNOTATOR).any()),
        SCORE: not bool(np.isnan(labels.scores).all()),
    }
    rest = "<mutable>False</mutable><input_type>text</input_type><default_value></default_value>"
    each = "".join(
        f"<attribute><name>{name}</name>{rest}<values></values></attribute>"
        for name, used in there.items()
        if used
    )
    return f"<attributes>{each}</attributes>" if each else ""


def _marks(dataset: Dataset, row: int) -> str:
    """Say who made a label and how sure that is."""
    who, score = annotator_of(dataset.labels, row), spelled(float(dataset.labels.scores[row]))
    said = _named("attribute", who, ANNOTATOR) if who else ""
    return said + (_named("attribute", score, SCORE) if score else "")


def _shape(dataset: Dataset, row: int, *, marks: str, by_machine: bool) -> str:
    labels, outlines = dataset.labels, dataset.outlines
    label = f"label={_attribute(labels.class_names[labels.classes[row]])}"
    if labels.annotators[row] != NO_ANNOTATOR:
        label += f' source="{"auto" if by_machine else "manual"}"'
    if labels.geometry[row] == GEOMETRY_ITEM:
        return _element("tag", label, marks)
    if labels.geometry[row] == GEOMETRY_RLE:
        return _element("mask", f"{label} {_mask(dataset, row)}", marks)
    if labels.geometry[row] == GEOMETRY_POLYGONS and len(rings := outlines.rings(row)) == 1:
        points = ";".join(f"{spelled(x)},{spelled(y)}" for x, y in rings[0].tolist())
        return _element("polygon", f'{label} points="{points}"', marks)
    left, top, right, bottom = map(spelled, _corners(dataset, row))
    sides = f'xtl="{left}" ytl="{top}" xbr="{right}" ybr="{bottom}"'
    return _element("box", f"{label} {sides}", marks)


def _element(tag: str, attributes: str, inner: str) -> str:
    return f"<{tag} {attributes}>{inner}</{tag}>" if inner else f"<{tag} {attributes}/>"


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


def _named(tag: str, text: str, name: str = "") -> str:
    """Give an element with a text in it; blanks around the text are marked as part of it."""
    mark = f' name="{name}"' if name else ""
    mark += f' {SPACE}="{PRESERVE}"' if text != text.strip() else ""
    return f"<{tag}{mark}>{escape(_legal(text), {chr(13): '&#13;'})}</{tag}>"


def _attribute(text: str) -> str:
    return quoteattr(_legal(text))


def _legal(text: str) -> str:
    """Give text that XML can hold. Raises CannotWrite."""
    if any((ord(char) < 32 and char not in "\t\n\r") or char in "\ufffe\uffff" for char in text):
        raise CannotWrite(code="BAD_NAME", message=f"XML cannot spell the name {text[:80]!r}")
    return text
