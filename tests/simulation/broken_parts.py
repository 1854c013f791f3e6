"""Parts with a mistake planted in them, for the simulation to find."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from labelmarket.application import timing
from labelmarket.application.access import MARKET
from labelmarket.application.market import Market
from labelmarket.application.measuring import NothingLeftToDo
from labelmarket.application.view import Entry
from labelmarket.application.work import TooEarly
from labelmarket.domain.aggregate import Fact
from labelmarket.domain.offer import OfferExpired, OfferSent
from simulation.facts import Facts
from simulation.follow import Follow
from simulation.followers import ReactionFollower, ViewFollower
from simulation.server_clock import SimulatedClock
from simulation.sessions import Session


class SkippingViews(ViewFollower):
    """Passes over an offer that was sent, unless it stands alone."""

    def _look(self, session: Session) -> Sequence[Entry]:
        return _without_first(super()._look(session), OfferSent)


class SkippingReactions(ReactionFollower):
    """Passes over an offer that expired, unless it stands alone."""

    def _look(self, session: Session) -> Sequence[Entry]:
        return _without_first(super()._look(session), OfferExpired)


def _without_first(entries: Sequence[Entry], kind: type[Fact]) -> Sequence[Entry]:
    of_kind = [entry for entry in entries[:-1] if isinstance(entry.fact, kind)]
    return [entry for entry in entries if entry not in of_kind[:1]]


class FollowSkippingViews(Follow):
    views = SkippingViews


class FollowSkippingReactions(Follow):
    reactions = SkippingReactions


give = timing.give


def give_or_drop(
    market: Market, *, timer_id: str, command: str, args: Mapping[str, Any]
) -> None:
    """A timer that fires early is thought to be done."""
    try:
        give(market, timer_id=timer_id, command=command, args=args)
    except TooEarly:
        market.handle(NothingLeftToDo(job_id=timer_id), by=MARKET, done_timers=(timer_id,))


class ForgetfulFacts(Facts):
    """Does not look whether a key was used."""

    def check_key(self, key: str) -> None:
        pass


class WallClock(SimulatedClock):
    """Takes the machine's own clock for the market's."""

    def reading(self) -> datetime:
        return self.scheduler.now + timedelta(microseconds=self.machine.wall_skew_us)
