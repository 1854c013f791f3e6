"""A COCO file as text: its lists, with the annotations found by a scan where there are many."""

import mmap
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from msgspec import Raw
from numpy.typing import NDArray

from labelmarket.adapters.formats import json_file
from labelmarket.application.labels import ROWS_MAX, UnreadableFile

SCAN_BYTES_MIN = 1 << 22
"""Smaller files are read row by row: loading the scan costs more than it saves."""

SCAN_BYTES_THERE_MIN = 1 << 16
"""The same once it is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The rows of a list inside `text`, as `kernels.annotation_columns.Index` has them.

    `others` tells how many of the rows that are not odd say each name that is no field.
    """

    text: NDArray[np.uint8]
    spans: NDArray[np.uint32]
    odd: NDArray[np.uint8]
    values: NDArray[np.uint32]
    rings: NDArray[np.uint32]
    numbers: NDArray[np.uint32]
    others: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CocoFile:
    """The lists of a file, and what it says beside them, as `json_file.Members` has it.

    Its annotations are text, or places found by a scan.
    """

    images: Raw
    categories: Raw
    annotations: Raw | Found
    beside: Mapping[str, int]
    rows_max: int

    def rows(self) -> list[Raw] | Found:
        """Give the annotations row by row. Raises UnreadableFile when there is no such list."""
        if isinstance(self.annotations, Found):
            return self.annotations
        return json_file.rows(self.annotations, name="annotations", rows_max=self.rows_max)


def coco_file(path: Path, *, rows_max: int = ROWS_MAX) -> CocoFile:
    """Open a file of images, of categories, and of at most `rows_max` annotations.

    Memory above the mapped file: 70 bytes for each row, and the text of the other lists once.
    Raises UnreadableFile.
    """
    if path.stat().st_size >= SCAN_BYTES_MIN:
        scanned = _scanned(json_file.mapped(path), rows_max=rows_max)
        if scanned is not None:
            return scanned
    members = json_file.lists_of(path, rows_max=rows_max)
    return CocoFile(
        images=members.lists.images,
        categories=members.lists.categories,
        annotations=members.lists.annotations,
        beside=members.beside,
        rows_max=rows_max,
    )


def results(path: Path, *, rows_max: int = ROWS_MAX) -> list[Raw] | Found:
    """Open a file that is a list of annotations and nothing else. Raises UnreadableFile."""
    if path.stat().st_size >= SCAN_BYTES_MIN:
        text = json_file.mapped(path)
        found = _found(text, begin=_first(text), rows_max=rows_max)
        if found is not None and bytes(text[found[1] :]).strip(b" \t\r\n") == b"]":
            return found[0]
    listed = json_file.list_of(path, rows_max=rows_max)
    return json_file.rows(listed, name="annotations", rows_max=rows_max)


def names_if_strict(member: Raw) -> Mapping[str, int] | None:
    """Tell how many rows say each name; None unless a scan saw that all are strict JSON."""
    there = "numba" in sys.modules
    if memoryview(member).nbytes < (SCAN_BYTES_THERE_MIN if there else SCAN_BYTES_MIN):
        return None
    found = _found(bytes(member), begin=0, rows_max=ROWS_MAX)
    if found is None or found[0].odd.any():
        return None
    from labelmarket.workers.kernels.annotation_names import FIELDS  # noqa: PLC0415  (numba)

    said = np.count_nonzero(found[0].values, axis=0).tolist()
    fields = {name: rows for name, rows in zip(FIELDS, said, strict=True) if rows}
    return {**fields, **found[0].others}


def _scanned(text: mmap.mmap, *, rows_max: int) -> CocoFile | None:
    """Scan a file; None when that is not enough to tell that it is strict JSON."""
    name = text.find(b'"annotations"')
    begin = _list_at(text, name)
    found = _found(text, begin=begin, rows_max=rows_max) if name >= 0 else None
    if found is None:
        return None
    rows, end = found
    # What is strict JSON with an empty list in the place of the rows is so with them as well.
    head = text[json_file.mark_bytes(text) : begin]
    rest = memoryview(head + b"[]" + text[end:])
    try:
        members = json_file.strict_members(rest, rows_max=rows_max)
    except UnreadableFile:
        return None
    lists = members.lists
    if json_file.span_of(lists.annotations, text=rest) != (len(head), 2):
        return None
    return CocoFile(
        images=lists.images,
        categories=lists.categories,
        annotations=rows,
        beside=members.beside,
        rows_max=rows_max,
    )


def _list_at(text: mmap.mmap, at: int) -> int:
    """Give the place of the next bracket that opens a list, or -1 when there is none near."""
    return text.find(b"[", at, at + 4_096)


def _first(text: mmap.mmap) -> int:
    """Give the place of the bracket that opens the file, or -1 when anything stands before it."""
    mark, begin = json_file.mark_bytes(text), _list_at(text, 0)
    return -1 if text[mark:begin].strip(b" \t\r\n") else begin


def _found(text: mmap.mmap | bytes, *, begin: int, rows_max: int) -> tuple[Found, int] | None:
    """Index the rows of the list that opens at `begin`; None where no such list is."""
    from labelmarket.workers.kernels import annotations  # noqa: PLC0415  (numba is heavy)

    last = text.rfind(b"}")
    if begin < 0 or last < begin:
        return None
    scanned = np.frombuffer(text, dtype=np.uint8)[: last + 1]
    try:
        index, end = annotations.index_annotations(scanned, begin=begin, rows_max=rows_max)
    except annotations.NoRows as refused:
        if refused.too_many:
            raise json_file.too_many(rows_max) from None
        return None
    found = Found(
        text=scanned,
        spans=index.spans,
        odd=index.state,
        values=index.values,
        rings=index.rings,
        numbers=index.numbers,
        others={_name(text, place): rows for _, _, rows, place in index.others.tolist() if rows},
    )
    return found, end


def _name(text: mmap.mmap | bytes, place: int) -> str:
    """Give the name that begins at a place; a scan takes none beyond ASCII, and no escapes."""
    return text[place : text.find(b'"', place)].decode("ascii")
