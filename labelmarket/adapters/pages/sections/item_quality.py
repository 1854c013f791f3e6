"""How well the classes of whole items fit the true ones: figures, every class, confusion."""

from collections.abc import Iterator, Sequence

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.charts import meter
from labelmarket.adapters.pages.frame import Section
from labelmarket.adapters.pages.markup import Html, tag, together
from labelmarket.adapters.pages.sections.confusion import CONFUSIONS_MAX, confusion
from labelmarket.adapters.pages.tables import Cell, Column, Number, facts, table
from labelmarket.workers.insight.quality_types import ItemClassQuality, ItemQuality
from labelmarket.workers.insight.registry import measures_of_labels

FIGURES = measures_of_labels(whole_items=True).titles


def item_quality(found: ItemQuality) -> Section:
    return Section(
        name="quality",
        title="Quality",
        content=(
            tag("p", in_words(found)),
            facts((FIGURES[name], words.figure(value)) for name, value in found["figures"].items()),
            tag("h3", "Class by class"),
            _classes(found["classes"]),
            tag("h3", "What is taken for what"),
            *confusion(found),
        ),
    )


def in_words(found: ItemQuality) -> str:
    """Say the counts behind the accuracy."""
    items = words.counted(found["items"], "item has", "items have")
    said = f"{words.count(found['right'])} of {items} exactly the classes of gold."
    if not found["setAside"]:
        return said
    others = words.counted(found["setAside"], "other was", "others were")
    return f"{said} Only the surest class of an item counts: {others} put aside."


def confused(found: ItemQuality) -> Iterator[tuple[str, str, int]]:
    """Give the most frequent confusions: the true class, the one that was given, how often."""
    names = found["confusionClasses"]
    cells = sorted(
        (-count, i, j)
        for i, row in enumerate(found["confusion"])
        for j, count in enumerate(row)
        if count and i != j
    )
    for less, i, j in cells[:CONFUSIONS_MAX]:
        yield names[i], names[j], -less


def _classes(listed: Sequence[ItemClassQuality]) -> Html:
    columns = (
        Column("Class", number=False),
        Column("F1"),
        Column("F1 lies within", "With 95 % confidence", number=False),
        Column("Precision"),
        Column("Recall"),
        Column("Gold"),
        Column("Found"),
        Column("Not found"),
        Column("Wrong"),
    )
    rows = map(_class, sorted(listed, key=lambda one: (-one["gold"], one["name"])))
    return table("Figures and counts of every class", columns, rows, name="class-quality")


def _class(one: ItemClassQuality) -> tuple[Cell, ...]:
    f1 = together((words.figure(one["f1"]), meter(one["f1"] or 0.0)))
    counts = (one["gold"], one["right"], one["notFound"], one["wrong"])
    return (
        words.shown(one["name"]),
        Number(shown=f1, value=one["f1"]),
        words.interval(one["value"], low=one["low"], high=one["high"]),
        *(
            Number(shown=words.figure(value), value=value)
            for value in (one["precision"], one["recall"])
        ),
        *map(words.amount, counts),
    )
