"""How near the labels are to the true ones: boxes that were found, or items that are right."""

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.charts import meter
from labelmarket.adapters.pages.frame import Section
from labelmarket.adapters.pages.markup import Html, tag, together
from labelmarket.adapters.pages.tables import Cell, Column, Number, table
from labelmarket.workers.insight.report_types import GoldClass, Report


def gold(report: Report) -> Section | None:
    """Give the section, or None where nothing was compared with gold."""
    content = [*_boxes(report), *_items(report)]
    if not content:
        return None
    return Section(name="gold", title="Against gold", content=tuple(content))


def _boxes(report: Report) -> list[Html]:
    boxes, matched = report["goldBoxes"], report["goldMatched"]
    if not boxes:
        return []
    said = (
        f"{words.count(matched)} of {words.counted(boxes, 'gold box', 'gold boxes')} found at an "
        f"IoU of 0.5 or more ({words.share(matched / boxes)}). Mean of the best IoU: "
        f"{words.figure(report['meanBestIou'])}."
    )
    return [tag("p", said)]


def _items(report: Report) -> list[Html]:
    items, right = report["goldItems"], report["goldItemsRight"]
    if not items:
        return []
    said = (
        f"{words.count(right)} of {words.counted(items, 'checked item', 'checked items')} "
        f"have the very classes of the gold ({words.share(right / items)})."
    )
    columns = (
        Column("Class", number=False),
        Column("Precision", "Share of the items said to have it that have it"),
        Column("Recall", "Share of the items that have it that are said to"),
        Column("Gold"),
        Column("Given"),
        Column("Right"),
    )
    listed = sorted(report["goldClasses"], key=lambda one: (-one["gold"], one["name"]))
    rows = map(_class, listed)
    return [
        tag("p", said),
        table("Every class on the items checked", columns, rows, name="gold-classes"),
    ]


def _class(one: GoldClass) -> tuple[Cell, ...]:
    precision, recall = one["precision"], one["recall"]
    return (
        words.shown(one["name"]),
        Number(shown=together((words.figure(precision), meter(precision or 0.0))), value=precision),
        Number(shown=words.figure(recall), value=recall),
        *(words.amount(one[name]) for name in ("gold", "given", "right")),
    )
