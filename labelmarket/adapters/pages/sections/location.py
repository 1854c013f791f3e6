"""Where on their images the labels of each class lie."""

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.cards import card, cards, scale
from labelmarket.adapters.pages.charts import heatmap
from labelmarket.adapters.pages.frame import Section
from labelmarket.adapters.pages.markup import Html, tag
from labelmarket.adapters.pages.tables import Cell, Column, Number, table
from labelmarket.workers.insight.report_types import Location, Report


def location(report: Report) -> Section:
    placed = (one for one in report["location"] if _placed(one) or one["unplaced"])
    places = sorted(placed, key=lambda one: (-_placed(one), one["name"]))
    return Section(
        name="location",
        title="Location",
        content=(
            tag(
                "p",
                "All images are laid over one another, whatever their sizes. On the left where the "
                "centres of boxes lie, on the right what the boxes cover.",
            ),
            scale(),
            cards(places, _card),
            _table(places),
        ),
    )


def _placed(one: Location) -> int:
    return sum(map(sum, one["quadrants"]))


def _card(one: Location) -> Html:
    name = one["name"]
    return card(
        words.shown(name),
        tag(
            "div",
            tag(
                "div",
                heatmap(one["centres"], words=words.sentence(f"Centres of {name}: {one['words']}")),
                tag("span", "centres"),
            ),
            tag(
                "div",
                heatmap(one["coverage"], words=f"What boxes of {words.short(name)} cover"),
                tag("span", "covered"),
            ),
            class_="pair",
        ),
        said=one["words"],
    )


def _table(places: list[Location]) -> Html:
    columns = (
        Column("Class", number=False),
        Column("Boxes"),
        Column("Top left"),
        Column("Top right"),
        Column("Bottom left"),
        Column("Bottom right"),
        Column("By chance", "The chance of quadrants this uneven if none were preferred"),
        Column("Not placed", "Boxes on images of unknown size, or with their centre outside"),
    )
    caption = "Shares of the four quarters of the image, of every class"
    return table(caption, columns, map(_row, places), name="quadrants")


def _row(one: Location) -> tuple[Cell, ...]:
    placed = _placed(one)
    quarters = [count for row in one["quadrants"] for count in row]
    return (
        words.shown(one["name"]),
        words.amount(placed),
        *(words.part(count / placed if placed else None) for count in quarters),
        Number(shown=_chance(one["p"]) if placed else words.NONE, value=one["p"]),
        words.amount(one["unplaced"]),
    )


def _chance(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}"
