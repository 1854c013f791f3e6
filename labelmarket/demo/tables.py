"""The tables of the live view: providers, offers with countdowns, and the report."""

from datetime import UTC, datetime
from typing import Final

from rich.table import Table
from rich.text import Text

from labelmarket.demo.plain import estimates, iou
from labelmarket.demo.refusals import Json
from labelmarket.demo.stage import OfferShown, ProvidersShown, ReportShown, SharesShown

CLASSES_SHOWN: Final = 12
BAR_CELLS: Final = 24

OUTCOMES: Final = {
    "": ("…", "yellow"),
    "expired": ("– expired", "dim"),
    "declined": ("✗ declined", "red"),
    "accepted": ("✓ accepted", "green"),
}


def providers_table(shown: ProvidersShown) -> Table:
    table = Table(title="recommended by the market", title_justify="left", box=None)
    for heading in ("provider", "expected", "price", "remark"):
        table.add_column(heading, header_style="dim")
    for choice in shown.choices:
        style = "dim" if choice.remark else ""
        expected = "" if choice.remark else estimates(choice)
        # Names and reasons come from the market: as Text they are never read as markup.
        cells = (choice.name, expected, choice.price, choice.remark)
        table.add_row(*(Text(cell) for cell in cells), style=style)
    return table


def cascade_table(offers: tuple[OfferShown, ...]) -> Table:
    table = Table(title="offers, one after the other", title_justify="left", box=None)
    for heading in ("", "provider", "outcome"):
        table.add_column(heading, header_style="dim")
    for place, offer in enumerate(offers, start=1):
        words, style = OUTCOMES.get(offer.outcome, (offer.outcome, ""))
        if not offer.outcome:
            words = f"⏱ {seconds_left(offer.answer_by):.1f} s to answer"
        table.add_row(str(place), Text(offer.provider), Text(words, style=style))
    return table


def seconds_left(answer_by: str) -> float:
    """Give the seconds until an instant, never below zero."""
    left = datetime.fromisoformat(answer_by) - datetime.now(UTC)
    return max(0.0, left.total_seconds())


def shares_table(shown: SharesShown) -> Table:
    """Who labeled what: blue is the machine, orange people, each named in words as well."""
    table = Table(title=shown.title, title_justify="left", box=None)
    for heading in ("class", "goes to", "metric", "by machine", "by people", "why"):
        table.add_column(heading, header_style="dim")
    for name, row in shown.shares["classes"].items():
        metric = "–" if row["metric"] is None else f"{row['metric']:.3f}"
        machine = row["route"] == "MACHINE"
        table.add_row(
            Text(name),
            Text(*(("machine", "blue") if machine else ("people", "dark_orange"))),
            metric,
            f"{row['byMachine']:,}",
            f"{row['byPeople']:,}",
            Text(row["reason"], style="dim"),
        )
    return table


def report_table(shown: ReportShown) -> Table:
    delivered, gold = shown.delivered, shown.gold
    title = (
        f"{delivered['labels']:,} labels on {delivered['images']:,} images, "
        f"mean best IoU {iou(delivered['meanBestIou'])}"
    )
    table = Table(title=title, title_justify="left", box=None)
    for heading in ("class", "delivered", "true", "images", "", "most in one", "gini"):
        table.add_column(heading, header_style="dim")
    classes: Json = delivered["classes"]
    most = max((row["labels"] for row in classes.values()), default=0) or 1
    ordered = sorted(classes.items(), key=lambda entry: -int(entry[1]["labels"]))
    for name, row in ordered[:CLASSES_SHOWN]:
        true = gold["classes"].get(name, {"labels": 0})["labels"]
        density = delivered["density"].get(name, {"maxInOneImage": 0, "gini": 0.0})
        table.add_row(
            Text(name),
            f"{row['labels']:,}",
            f"{true:,}",
            f"{row['images']:,}",
            Text("█" * round(BAR_CELLS * row["labels"] / most), style="cyan"),
            str(density["maxInOneImage"]),
            f"{density['gini']:.2f}",
        )
    return table
