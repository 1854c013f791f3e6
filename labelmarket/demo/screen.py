"""The play on a terminal: providers, the cascade with its countdowns, the facts, the report."""

from collections import deque
from datetime import UTC, datetime
from threading import Lock
from typing import Final, Self

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from labelmarket.demo.client import Json
from labelmarket.demo.plain import estimates, iou
from labelmarket.demo.stage import (
    CascadeShown,
    FactSeen,
    Message,
    OfferShown,
    ProvidersShown,
    ReportShown,
    Step,
)

REDRAWS_PER_S: Final = 8
STEPS_SHOWN: Final = 8
FACTS_SHOWN: Final = 10
CLASSES_SHOWN: Final = 12
BAR_CELLS: Final = 24

OUTCOMES: Final = {
    "": ("…", "yellow"),
    "expired": ("⌛ expired", "dim"),
    "declined": ("✗ declined", "red"),
    "accepted": ("✓ accepted", "green"),
}


class LiveScreen:
    """Draws what it was last told. Use it in a `with` block; the last picture stays."""

    def __init__(self, console: Console) -> None:
        self._lock = Lock()
        self._steps: deque[Text] = deque(maxlen=STEPS_SHOWN)
        self._facts: deque[str] = deque(maxlen=FACTS_SHOWN)
        self._fact_count = 0
        self._providers: ProvidersShown | None = None
        self._cascade: tuple[OfferShown, ...] = ()
        self._report: ReportShown | None = None
        self._live = Live(
            self,
            console=console,
            refresh_per_second=REDRAWS_PER_S,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        self._live.start(refresh=True)
        return self

    def __exit__(self, *failure: object) -> None:
        self._live.stop()

    def say(self, message: Message) -> None:
        with self._lock:
            match message:
                case Step(who=who, text=text):
                    self._steps.append(Text.assemble((who, "bold"), " ", text))
                case FactSeen(type=kind, at=at):
                    self._fact_count += 1
                    self._facts.append(f"{at[11:19]}  {kind}")
                case ProvidersShown():
                    self._providers = message
                case CascadeShown(offers=offers):
                    self._cascade = offers
                case ReportShown():
                    self._report = message

    def __rich__(self) -> RenderableType:
        with self._lock:
            parts: list[RenderableType] = [
                Panel(Text("\n").join(self._steps), title="what happens", title_align="left")
            ]
            if self._providers is not None:
                parts.append(_providers(self._providers))
            facts = Panel(
                "\n".join(self._facts), title=f"{self._fact_count} facts", title_align="left"
            )
            parts.append(Columns([_cascade(self._cascade), facts], padding=(0, 2)))
            if self._report is not None:
                parts.append(_report(self._report))
        return Group(*parts)


def _providers(shown: ProvidersShown) -> Table:
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


def _cascade(offers: tuple[OfferShown, ...]) -> Table:
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


def _report(shown: ReportShown) -> Table:
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
