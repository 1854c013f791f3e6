"""The play on a terminal: providers, the cascade with its countdowns, the facts, the report."""

from collections import deque
from threading import Lock
from typing import Final, Self

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from labelmarket.demo.stage import (
    CascadeShown,
    FactSeen,
    Message,
    OfferShown,
    ProvidersShown,
    ReportShown,
    SharesShown,
    Step,
)
from labelmarket.demo.tables import cascade_table, providers_table, report_table, shares_table

REDRAWS_PER_S: Final = 8
STEPS_SHOWN: Final = 8
FACTS_SHOWN: Final = 10


class LiveScreen:
    """Draws what it was last told. Use it in a `with` block; the last picture stays."""

    def __init__(self, console: Console) -> None:
        self._lock = Lock()
        self._steps: deque[Text] = deque(maxlen=STEPS_SHOWN)
        self._facts: deque[str] = deque(maxlen=FACTS_SHOWN)
        self._fact_count = 0
        self._providers: ProvidersShown | None = None
        self._cascade: tuple[OfferShown, ...] = ()
        self._shares: list[SharesShown] = []
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
                case SharesShown():
                    self._shares.append(message)
                case ReportShown():
                    self._report = message

    def __rich__(self) -> RenderableType:
        with self._lock:
            parts: list[RenderableType] = [
                Panel(Text("\n").join(self._steps), title="what happens", title_align="left")
            ]
            if self._providers is not None:
                parts.append(providers_table(self._providers))
            facts = Panel(
                "\n".join(self._facts), title=f"{self._fact_count} facts", title_align="left"
            )
            parts.append(Columns([cascade_table(self._cascade), facts], padding=(0, 2)))
            parts.extend(shares_table(one) for one in self._shares)
            if self._report is not None:
                parts.append(report_table(self._report))
        return Group(*parts)
