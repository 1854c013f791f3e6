"""Probabilities in a table: a column for each class, or a row for each item and class."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np

from labelmarket.adapters.formats.cells import unguarded
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.tables import CORNERS, ITEM, LABEL, SCORE
from labelmarket.adapters.oracles.item_scores import ItemScores
from labelmarket.adapters.oracles.said_rows import ROWS_AT_ONCE, UNKNOWN, SaidRows
from labelmarket.adapters.oracles.text_blocks import text_lines
from labelmarket.adapters.oracles.wrong_task import not_items
from labelmarket.application.labels import UnreadableFile
from labelmarket.workers.columns import Floats

Rows = list[tuple[int, list[str]]]
"""Rows with the line that each begins in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """Which column says what: either `label` and `score`, or `kinds`, a column for each class."""

    width: int
    item: int
    label: int = -1
    score: int = -1
    kinds: tuple[tuple[int, int], ...] = ()


def read_table(scores: ItemScores, path: Path) -> None:
    """Read a table with a header, parted by comma, semicolon or tab. Raises UnreadableFile."""
    header: _Header | None = None
    ordinals = {name: kind for kind, name in enumerate(scores.classes)}
    for rows in _chunks(path):
        if header is None:
            header = _header(scores, rows.pop(0)[1], ordinals)
        if good := _readable(scores, header, rows):
            scores.take(_said(header, good, ordinals))
    if header is None:
        raise UnreadableFile(code="WRONG_SHAPE", message="the file is empty")


def _chunks(path: Path) -> Iterator[Rows]:
    texts = text_lines(path)
    head = next(texts, "")
    mark = max(",;\t", key=head.count)
    reader = csv.reader(chain([head], texts), delimiter=mark, skipinitialspace=True, strict=True)
    rows: Rows = []
    line = 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
            if len(rows) == ROWS_AT_ONCE:
                yield rows
                rows = []
    except csv.Error as error:
        place = f"line {reader.line_num}"
        raise UnreadableFile(code="NOT_CSV", message=f"{place}: {error}") from None
    if rows:
        yield rows


def _header(scores: ItemScores, names: list[str], ordinals: dict[str, int]) -> _Header:
    plain = [unguarded(name).strip() for name in names]
    lower = [name.lower() for name in plain]
    item, label, score = _first(lower, ITEM), _first(lower, LABEL), _first(lower, SCORE)
    if set(CORNERS) <= set(lower):
        raise not_items("the table has columns of boxes")
    if len(set(plain)) != len(plain):
        raise UnreadableFile(code="WRONG_SHAPE", message="the header names a column twice")
    if item < 0:
        raise UnreadableFile(
            code="WRONG_SHAPE", message=f"the header names no item ({', '.join(ITEM)})"
        )
    if label >= 0 and score >= 0:
        return _Header(width=len(names), item=item, label=label, score=score)
    kinds = tuple((at, ordinals.get(name, UNKNOWN)) for at, name in enumerate(plain) if at != item)
    if all(kind == UNKNOWN for _, kind in kinds):
        raise UnreadableFile(
            code="WRONG_SHAPE",
            message="the header has neither a class and a score, nor a column for a class of the "
            "project",
        )
    for at, kind in kinds:
        if kind == UNKNOWN:
            scores.foreign(plain[at], row=1)
    return _Header(width=len(names), item=item, kinds=kinds)


def _first(names: list[str], wanted: tuple[str, ...]) -> int:
    return next((names.index(name) for name in wanted if name in names), -1)


def _readable(scores: ItemScores, header: _Header, rows: Rows) -> Rows:
    """Give the rows as wide as the header; others are named unless they are blank."""
    if set(map(len, (cells for _, cells in rows))) == {header.width}:
        return rows
    kept: Rows = []
    for line, cells in rows:
        if len(cells) == header.width:
            kept.append((line, cells))
        elif any(cell.strip() for cell in cells):
            item = unguarded(cells[header.item]) if header.item < len(cells) else ""
            wide = BadRow(
                "WRONG_SHAPE", f"{len(cells)} cells under {header.width} names", item=item
            )
            scores.refuse(wide, row=line)
    return kept


def _said(header: _Header, rows: Rows, ordinals: dict[str, int]) -> SaidRows:
    lines = np.array([line for line, _ in rows], dtype=np.int64)
    columns: Sequence[Sequence[str]] = list(zip(*(cells for _, cells in rows), strict=True))
    keys = [unguarded(cell) for cell in columns[header.item]]
    if header.kinds:
        return SaidRows(
            lines=lines,
            keys=keys,
            owners=np.repeat(np.arange(len(rows)), len(header.kinds)),
            kinds=np.tile(np.array([kind for _, kind in header.kinds], np.int32), len(rows)),
            scores=np.column_stack([_numbers(columns[at]) for at, _ in header.kinds]).ravel(),
            whole=True,
        )
    names = (unguarded(cell).strip() for cell in columns[header.label])
    return SaidRows(
        lines=lines,
        keys=keys,
        owners=np.arange(len(rows)),
        kinds=np.array([ordinals.get(name, UNKNOWN) for name in names], dtype=np.int32),
        scores=_numbers(columns[header.score]),
        whole=False,
    )


def _numbers(cells: Sequence[str]) -> Floats:
    """Give numbers, NaN where there is none; the plain case takes 0.1 µs for each."""
    try:
        if "_" not in "".join(cells):
            return np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
    except ValueError:
        pass
    return np.array([_number(cell) for cell in cells], dtype=np.float64)


def _number(cell: str) -> float:
    plain = unguarded(cell).strip()
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return float(plain) if "_" not in plain else float("nan")
    except ValueError:
        return float("nan")
