"""Gives the commands of timers that have fallen due, many in a save, each under its own key."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from labelmarket.application.access import MARKET
from labelmarket.application.commands.batches import MarkOverdue
from labelmarket.application.commands.offers import ExpireOffer
from labelmarket.application.deciding import Asked
from labelmarket.application.market import Market
from labelmarket.application.ports import Timer, Unavailable
from labelmarket.application.saving import fingerprint_of
from labelmarket.application.work import Command

TIMED: Mapping[str, Callable[[Mapping[str, Any]], Command]] = {
    kind.__name__: lambda args, kind=kind: msgspec.convert(args, kind)  # type: ignore[misc]
    for kind in (ExpireOffer, MarkOverdue)
}
"""What a timer may say, by the name that it is stored under."""


def give_all(market: Market, timers: Sequence[Timer]) -> dict[str, Exception]:
    """Give the timers' commands in this order; tell which failed, and at what.

    The append that carries a command out ends its timer. One that fails stops no other,
    unless the database is silent: then the later ones fail with it. `TooEarly` is told of
    one that the market's clock is not there for yet. What failed is kept, to be given again.
    """
    failed: dict[str, Exception] = {}
    asked: dict[str, Asked] = {}
    for timer in timers:
        try:
            asked[timer.id] = _asked(timer)
        except (KeyError, msgspec.ValidationError) as error:
            failed[timer.id] = error
    silent: Unavailable | None = None
    outcomes = market.handle_each(list(asked.values()))
    for timer_id in asked:
        outcome = silent or next(outcomes)
        if isinstance(outcome, Exception):
            failed[timer_id] = outcome
        if isinstance(outcome, Unavailable):
            silent = outcome
    return failed


def _asked(timer: Timer) -> Asked:
    key = f"timer:{timer.id}"
    command = TIMED[timer.command](timer.args)
    return Asked(
        command=command,
        by=MARKET.caused_by(key, correlation_id=key),
        key=key,
        fingerprint=fingerprint_of(command),
        done_timers=(timer.id,),
    )
