"""Which classes are taken for which others."""

from collections.abc import Sequence

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.charts import meter
from labelmarket.adapters.pages.markup import Html, tag, together
from labelmarket.adapters.pages.tables import Column, Number, heat_table, table
from labelmarket.workers.insight.report_types import ItemQuality, Quality

MATRIX_CLASSES_MAX = 60
"""Most classes of a matrix: beyond, its cells are smaller than what an eye can find."""

CONFUSIONS_MAX = 100
"""Most lines of the table of confusions."""


def confusion(quality: Quality | ItemQuality) -> list[Html]:
    """Give the matrix where it can be read, and the most frequent confusions in any case."""
    names, counts = quality["confusionClasses"], quality["confusion"]
    *kinds, nothing = range(len(names))
    down = [sum(column) for column in zip(*counts, strict=True)]
    often = [k for k in kinds if down[k] or any(counts[k])]
    often.sort(key=lambda k: (-sum(counts[k]), -down[k], names[k]))
    cut = ""
    if len(often) > MATRIX_CLASSES_MAX:
        cut = f" The {MATRIX_CLASSES_MAX} most frequent of {words.count(len(often))} classes."
    explained = "Gold in rows, predictions in columns; the stronger a colour, the larger the share "
    return [
        tag("p", f"{explained}of its row.{cut}", class_="soft"),
        _matrix(names, counts, [*often[:MATRIX_CLASSES_MAX], nothing]),
        _most(names, counts),
    ]


def _matrix(names: Sequence[str], counts: Sequence[Sequence[int]], used: Sequence[int]) -> Html:
    cells = []
    for i in used:
        whole = sum(counts[i]) or 1
        row = [counts[i][j] for j in used]
        cells.append([(str(count) if count else "", count / whole) for count in row])
    shown = [words.shown(names[k]) for k in used]
    return heat_table(
        "Confusion",
        name="confusion",
        corner="gold ↓ predicted →",
        names=shown,
        across=shown,
        cells=cells,
    )


def _most(names: Sequence[str], counts: Sequence[Sequence[int]]) -> Html:
    confused = sorted(
        (-count, i, j)
        for i, row in enumerate(counts)
        for j, count in enumerate(row)
        if count and i != j
    )
    rows = []
    for less, i, j in confused[:CONFUSIONS_MAX]:
        part = -less / sum(counts[i])
        shared = Number(shown=together((words.share(part), meter(part))), value=part)
        rows.append((words.shown(names[i]), words.shown(names[j]), words.amount(-less), shared))
    columns = (
        Column("Gold", number=False),
        Column("Predicted", number=False),
        Column("Count"),
        Column("Share of the gold"),
    )
    caption = "The most frequent confusions" if rows else "Nothing was confused"
    if len(confused) > len(rows):
        caption = f"The {len(rows)} most frequent of {words.count(len(confused))} confusions"
    return table(caption, columns, rows, name="confusions")
