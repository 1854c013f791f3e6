"""How good predictions are against gold: average precision, kinds of errors, confusion."""

from collections.abc import Sequence

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.charts import meter
from labelmarket.adapters.pages.frame import Section
from labelmarket.adapters.pages.markup import Html, tag, together
from labelmarket.adapters.pages.sections.confusion import confusion
from labelmarket.adapters.pages.tables import Cell, Column, Number, facts, table
from labelmarket.workers.insight.registry import measures_of_labels
from labelmarket.workers.insight.report_types import ClassQuality, ErrorCount, Quality

FIGURES = measures_of_labels(whole_items=False).titles

ERRORS = {
    "class": "at the right place, of another class",
    "location": "of the right class, too far off",
    "both": "of another class, and too far off",
    "duplicate": "a second prediction of what was found",
    "background": "where gold has nothing",
    "missed": "gold that no prediction came near",
}


def quality(found: Quality) -> Section:
    return Section(
        name="quality",
        title="Quality",
        content=(
            tag("p", in_words(found)),
            _figures(found),
            tag("h3", "What goes wrong"),
            _errors(found["errors"]),
            tag("h3", "Class by class"),
            _classes(found["classes"]),
            tag("h3", "What is taken for what"),
            *confusion(found),
        ),
    )


def in_words(found: Quality) -> str:
    """Say the counts behind the figures."""
    gold = words.counted(found["right"] + found["notFound"], "gold label", "gold labels")
    said = (
        f"{words.count(found['right'])} of {gold} found at an IoU of 0.5 or more, "
        f"{words.count(found['notFound'])} not found. Predictions that found no gold label of "
        f"their class, or one that was found already: {words.count(found['wrong'])}."
    )
    if not found["ignored"]:
        return said
    return f"{said} Inside of crowds, and neither: {words.count(found['ignored'])}."


def _figures(found: Quality) -> Html:
    explained = (
        f"Of {'masks' if found['geometry'] == 'mask' else 'boxes'}, from 0 to 1: average precision "
        "(AP) and average recall (AR), over IoU 0.50 to 0.95 where a figure names none."
    )
    return together(
        (
            tag("h3", "COCO's twelve figures"),
            tag("p", explained, class_="soft"),
            facts((FIGURES[name], words.figure(value)) for name, value in found["figures"].items()),
        )
    )


def _errors(errors: Sequence[ErrorCount]) -> Html:
    rows = [
        (
            together((tag("strong", one["kind"]), f": {ERRORS[one['kind']]}")),
            words.amount(one["count"]),
            Number(shown=words.figure(one["apGain"]), value=one["apGain"]),
        )
        for one in errors
    ]
    columns = (
        Column("Kind", number=False),
        Column("Count"),
        Column("AP to be gained", "How much higher AP at IoU 0.5 would be without them"),
    )
    return table("Errors by kind, and what each kind costs", columns, rows, name="errors")


def _classes(listed: Sequence[ClassQuality]) -> Html:
    columns = (
        Column("Class", number=False),
        Column("AP"),
        Column("AP lies within", "With 95 % confidence", number=False),
        Column("AP50"),
        Column("AP75"),
        Column("AR100"),
        Column("Gold"),
        Column("Found"),
        Column("Not found"),
        Column("Wrong"),
    )
    rows = map(_class, sorted(listed, key=lambda one: (-one["gold"], one["name"])))
    return table("Figures and counts of every class", columns, rows, name="class-quality")


def _class(one: ClassQuality) -> tuple[Cell, ...]:
    figures = (one["ap50"], one["ap75"], one["ar100"])
    counts = (one["gold"], one["right"], one["notFound"], one["wrong"])
    return (
        words.shown(one["name"]),
        Number(shown=together((words.figure(one["ap"]), meter(one["ap"] or 0.0))), value=one["ap"]),
        words.interval(one["value"], low=one["low"], high=one["high"]),
        *(Number(shown=words.figure(value), value=value) for value in figures),
        *map(words.amount, counts),
    )
