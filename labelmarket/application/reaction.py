"""A reaction hears of a fact and says what is to be done: commands, never changes."""

from collections.abc import Iterable
from typing import Protocol

from labelmarket.application.access import MARKET
from labelmarket.application.market import Market, fingerprint_of
from labelmarket.application.view import Entry
from labelmarket.application.work import Command


class Reaction(Protocol):
    name: str

    def react(self, entry: Entry, /) -> Iterable[Command]: ...


def carry_out(reaction: Reaction, entry: Entry, market: Market) -> None:
    """Do what the reaction says, once, however often the fact is heard.

    The key names reaction, fact and command, so hearing twice changes nothing; a number
    would not do, for what a reaction says may depend on what it has done already.
    """
    envelope = entry.fact.envelope
    by = MARKET.caused_by(
        f"reaction:{reaction.name}:{entry.position}",
        correlation_id=envelope.correlation_id if envelope else "",
    )
    for command in reaction.react(entry):
        fingerprint = fingerprint_of(command)
        key = f"{reaction.name}:{entry.position}:{fingerprint.hex()}"
        market.handle(command, by=by, key=key, fingerprint=fingerprint).must_be_recorded()
