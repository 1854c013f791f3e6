"""How the labels of each class are spread over the images."""

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.cards import card, cards, histogram
from labelmarket.adapters.pages.frame import Section
from labelmarket.adapters.pages.markup import Html, tag
from labelmarket.adapters.pages.tables import Column, Number, table
from labelmarket.workers.insight.report_types import Report, Spread

HISTOGRAM_LENGTH_MAX = 65


def density(report: Report) -> Section:
    thing = words.thing_of(report)
    labels = {one["name"]: one["labels"] for one in report["classes"]}
    spread = sorted(
        (one for one in report["density"] if one["maxInOneImage"]),
        key=lambda one: (-labels[one["name"]], one["name"]),
    )
    return Section(
        name="density",
        title="Density",
        content=(
            tag(
                "p",
                f"Effective {thing}s is how many {thing}s would hold the labels if they were "
                f"spread evenly: one {thing} with most of a class teaches little more than one "
                f"{thing}. The Gini coefficient is 0 where every {thing} has as many, and close to "
                "1 where one has all.",
            ),
            cards(spread, _card),
            tag(
                "p",
                f"Bars: {thing}s with 0, 1, 2, … labels of the class; heights go by the logarithm.",
                class_="soft",
            ),
            _table(spread, thing=thing),
        ),
    )


def _card(one: Spread) -> Html:
    last = len(one["histogram"]) - 1
    end = f"{last} or more" if len(one["histogram"]) == HISTOGRAM_LENGTH_MAX else str(last)
    spoken = f"{one['name']}: {one['words']}"
    return card(
        words.shown(one["name"]),
        histogram(one["histogram"], first="0", last=end, spoken=spoken, under="labels"),
        said=one["words"],
    )


def _table(spread: list[Spread], *, thing: str) -> Html:
    columns = (
        Column("Class", number=False),
        Column(f"Most on one {thing}"),
        Column(f"Share of that {thing}"),
        Column(f"That {thing}", number=False),
        Column(f"Effective {thing}s"),
        Column("Gini"),
    )
    rows = [
        (
            words.shown(one["name"]),
            words.amount(one["maxInOneImage"]),
            words.part(one["shareOfTopImage"]),
            words.shown(one["topImage"] or words.NONE),
            Number(
                shown=words.figure(one["effectiveImages"], digits=2), value=one["effectiveImages"]
            ),
            Number(shown=words.figure(one["gini"], digits=2), value=one["gini"]),
        )
        for one in spread
    ]
    return table(f"How every class is spread over the {thing}s", columns, rows, name="spread")
