"""How often each class occurs."""

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.charts import meter
from labelmarket.adapters.pages.frame import Section
from labelmarket.adapters.pages.markup import tag, together
from labelmarket.adapters.pages.tables import Column, Number, table
from labelmarket.workers.insight.report_types import ClassCount, Report


def classes(report: Report) -> Section:
    thing = words.thing_of(report)
    columns = (
        Column("Class", number=False),
        Column("Labels"),
        Column("Share of labels"),
        Column(f"{thing.title()}s"),
        Column(f"Share of {thing}s"),
    )
    listed = report["classes"]
    most = max((one["shareOfLabels"] for one in listed), default=0.0) or 1.0
    rows = [
        (
            words.shown(one["name"]),
            words.amount(one["labels"]),
            Number(
                shown=together(
                    (words.share(one["shareOfLabels"]), meter(one["shareOfLabels"] / most))
                ),
                value=one["shareOfLabels"],
            ),
            words.amount(one["images"]),
            words.part(one["shareOfImages"]),
        )
        for one in sorted(listed, key=lambda one: (-one["labels"], one["name"]))
    ]
    return Section(
        name="classes",
        title="Classes",
        content=(
            tag("p", _in_words(listed)),
            table(f"Labels and {thing}s of every class", columns, rows, name="class-counts"),
        ),
    )


def _in_words(listed: list[ClassCount]) -> str:
    held = [one["labels"] for one in listed if one["labels"]]
    if not held:
        return "No class has a label."
    held.sort(reverse=True)
    half, total = 0, 0
    while total * 2 < sum(held):
        total += held[half]
        half += 1
    most = words.counted(half, "class holds", "classes hold")
    empty = len(listed) - len(held)
    without = "" if not empty else f" {words.counted(empty, 'class has', 'classes have')} none."
    return (
        f"{words.count(len(held))} of {words.counted(len(listed), 'class', 'classes')} occur; "
        f"{most} half of all labels or more.{without}"
    )
