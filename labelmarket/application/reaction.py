"""A reaction hears of a fact and says what is to be done: commands, never changes."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Protocol

from labelmarket.application.access import MARKET
from labelmarket.application.deciding import Asked
from labelmarket.application.market import Market
from labelmarket.application.saving import fingerprint_of
from labelmarket.application.view import Entry
from labelmarket.application.work import Command

Heard = tuple[Entry, Exception | None]
"""A fact, and what went wrong with the reaction to it, if anything did."""


class Reaction(Protocol):
    """`topics` are the facts that it may react to; all others are passed over unread."""

    name: str
    topics: frozenset[str]

    def react(self, entry: Entry, /) -> Iterable[Command]:
        """What is to be done about a fact.

        A tuple says all of it at once, from the fact alone; it may be carried out in one save
        with what follows from other facts. Anything else is asked for one command after the
        other, each when the one before it was carried out.
        """
        ...


def carry_out(reaction: Reaction, entry: Entry, market: Market) -> None:
    """Do what the reaction says, once, however often the fact is heard."""
    for command in reaction.react(entry):
        asked = _asked(reaction, entry, command)
        market.handle(
            command, by=asked.by, key=asked.key, fingerprint=asked.fingerprint
        ).must_be_recorded()


def carry_out_all(reaction: Reaction, entries: Iterable[Entry], market: Market) -> Iterator[Heard]:
    """Do what the reaction says to each of these facts, in order; tell how each went.

    Whoever stops listening leaves the later ones to another time.
    """
    waiting: list[tuple[Entry, tuple[Asked, ...]]] = []
    for entry in entries:
        said = _said_at_once(reaction, entry)
        if said is not None:
            waiting.append((entry, said))
            continue
        yield from _together(waiting, market)
        waiting = []
        try:
            carry_out(reaction, entry, market)
        except Exception as error:  # the caller's to judge
            yield entry, error
        else:
            yield entry, None
    yield from _together(waiting, market)


def _said_at_once(reaction: Reaction, entry: Entry) -> tuple[Asked, ...] | None:
    """All that is to be done; None when it is not said at once, or cannot be said."""
    try:
        commands = reaction.react(entry)
    except Exception:  # it is raised again when the fact is heard by itself
        return None
    if not isinstance(commands, tuple):
        return None
    return tuple(_asked(reaction, entry, command) for command in commands)


def _together(
    waiting: Sequence[tuple[Entry, tuple[Asked, ...]]], market: Market
) -> Iterator[Heard]:
    outcomes = market.handle_each([asked for _, all_asked in waiting for asked in all_asked])
    for entry, asked in waiting:
        failures = [o for o in islice(outcomes, len(asked)) if isinstance(o, Exception)]
        yield entry, failures[0] if failures else None


def _asked(reaction: Reaction, entry: Entry, command: Command) -> Asked:
    """The command under a key that names reaction, fact and command.

    So hearing twice changes nothing; a number would not do, for what a reaction says may
    depend on what it has done already.
    """
    fingerprint = fingerprint_of(command)
    envelope = entry.fact.envelope
    return Asked(
        command=command,
        by=MARKET.caused_by(
            f"reaction:{reaction.name}:{entry.position}",
            correlation_id=envelope.correlation_id if envelope else "",
        ),
        key=f"{reaction.name}:{entry.position}:{fingerprint.hex()}",
        fingerprint=fingerprint,
    )
