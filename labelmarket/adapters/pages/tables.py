"""Tables with captions and headings, sortable and searchable where a script may run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from labelmarket.adapters.pages.markup import Content, Html, tag, together

SEARCHED_ROWS_MIN = 20
"""From this many rows on a table is searched rather than read."""

LEVELS = 10
"""Steps of the palette: the lowest for nothing at all, the others for growing shares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A cell that is sorted by its value, not by how it is written; no value sorts last."""

    shown: Content
    value: float | None


Cell = Content | Number


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    explained: str = ""
    number: bool = True


def table(
    caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, name: str
) -> Html:
    """Give a table whose first column names the row; `name` is unlike that of other tables."""
    body = [tag("tr", *_cells(row)) for row in rows]
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption, id=f"{name}-caption"),
            tag("thead", tag("tr", *map(_heading, columns))),
            tag("tbody", *body),
            class_="sortable",
            data_search="yes" if len(body) >= SEARCHED_ROWS_MIN else None,
        ),
        class_="scroll",
        role="region",
        aria_labelledby=f"{name}-caption",
        tabindex=0,
    )


def heat_table(
    caption: str,
    *,
    name: str,
    corner: str,
    names: Sequence[Content],
    across: Sequence[Content],
    cells: Sequence[Sequence[tuple[str, float]]],
) -> Html:
    """Give a matrix whose cells are coloured by their share of one, and say their text."""
    heading = tag(
        "tr",
        tag("th", corner, scope="col", class_="corner"),
        *(tag("th", tag("span", one), scope="col", class_="up") for one in across),
    )
    body = [
        tag(
            "tr",
            tag("th", one, scope="row"),
            *(tag("td", text, class_=f"l{level(value)}") for text, value in row),
        )
        for one, row in zip(names, cells, strict=True)
    ]
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption, id=f"{name}-caption"),
            tag("thead", heading),
            tag("tbody", *body),
            class_="heat",
        ),
        class_="scroll",
        role="region",
        aria_labelledby=f"{name}-caption",
        tabindex=0,
    )


def level(value: float) -> int:
    """Give the step of the palette for a share of one; only nothing has the lowest."""
    if value <= 0:
        return 0
    return min(LEVELS - 1, 1 + int(value * (LEVELS - 1)))


def facts(pairs: Iterable[tuple[str, Content]]) -> Html:
    """Give a list of names and what they stand for."""
    return tag(
        "dl",
        together(tag("div", tag("dt", term), tag("dd", said)) for term, said in pairs),
        class_="facts",
    )


def _heading(column: Column) -> Html:
    return tag(
        "th",
        column.title,
        scope="col",
        class_="number" if column.number else None,
        title=column.explained or None,
    )


def _cells(row: Sequence[Cell]) -> list[Html]:
    first, *others = row
    assert not isinstance(first, Number)
    return [tag("th", first, scope="row"), *map(_cell, others)]


def _cell(cell: Cell) -> Html:
    if not isinstance(cell, Number):
        return tag("td", cell)
    value = "" if cell.value is None else f"{cell.value:.9g}"
    return tag("td", cell.shown, class_="number", data_value=value)
