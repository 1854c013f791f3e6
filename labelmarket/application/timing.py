"""Gives the commands of timers that have fallen due."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from labelmarket.application.access import MARKET
from labelmarket.application.commands.batches import MarkOverdue
from labelmarket.application.commands.offers import ExpireOffer
from labelmarket.application.market import Market
from labelmarket.application.work import Command

TIMED: Mapping[str, Callable[[Mapping[str, Any]], Command]] = {
    kind.__name__: lambda args, kind=kind: msgspec.convert(args, kind)  # type: ignore[misc]
    for kind in (ExpireOffer, MarkOverdue)
}
"""What a timer may say, by the name that it is stored under."""


def give(market: Market, *, timer_id: str, command: str, args: Mapping[str, Any]) -> None:
    """Give a timer's command; the append that carries it out ends the timer.

    Raises `TooEarly` when the market's clock is not there yet; then the timer is kept.
    """
    by = MARKET.caused_by(f"timer:{timer_id}", correlation_id=f"timer:{timer_id}")
    outcome = market.handle(
        TIMED[command](args), by=by, key=f"timer:{timer_id}", done_timers=(timer_id,)
    )
    outcome.must_be_recorded()
