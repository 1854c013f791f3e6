"""A report as one page."""

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.frame import page
from labelmarket.adapters.pages.markup import together
from labelmarket.adapters.pages.sections.advice import advice
from labelmarket.adapters.pages.sections.classes import classes
from labelmarket.adapters.pages.sections.cooccurrence import cooccurrence
from labelmarket.adapters.pages.sections.density import density
from labelmarket.adapters.pages.sections.gold import gold
from labelmarket.adapters.pages.sections.health import health
from labelmarket.adapters.pages.sections.item_quality import item_quality
from labelmarket.adapters.pages.sections.location import location
from labelmarket.adapters.pages.sections.quality import quality
from labelmarket.adapters.pages.sections.shapes import shapes
from labelmarket.adapters.pages.sections.summary import summary
from labelmarket.workers.insight.report_types import Report

BUILT = {
    "advice": advice,
    "classes": classes,
    "cooccurrence": cooccurrence,
    "density": density,
    "location": location,
    "shapes": shapes,
    "health": health,
}
"""The sections in the order of the page, after the summary and the quality of predictions."""


def report_page(report: Report, *, title: str) -> str:
    """Give the HTML of a report; the same report gives the same bytes.

    About 2 KB for each class, and 4 KB more for each of the 60 most frequent ones.
    """
    sections = [summary(report)]
    if (found := report["quality"]) is not None:
        sections.append(item_quality(found) if found["geometry"] == "item" else quality(found))
    if (compared := gold(report)) is not None:
        sections.append(compared)
    sections += [build(report) for name, build in BUILT.items() if name in report["sections"]]
    thing = words.thing_of(report)
    used = sum(1 for one in report["classes"] if one["labels"])
    lead = (
        f"{words.counted(report['labels'], 'label', 'labels')} of "
        f"{words.counted(used, 'class', 'classes')} on "
        f"{words.counted(report['images'], thing, thing + 's')}"
    )
    return page(
        title=together(("Report on ", words.shown(title))),
        plain_title=f"Report on {words.short(title)}",
        lead=lead,
        sections=sections,
    )
