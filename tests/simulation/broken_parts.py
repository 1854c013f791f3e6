"""Parts with a mistake planted in them, for the simulation to find."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from labelmarket.adapters.postgres.feed import BATCH_MAX
from labelmarket.application import timing
from labelmarket.application.access import MARKET
from labelmarket.application.market import Market
from labelmarket.application.measuring import NothingLeftToDo
from labelmarket.application.ports import Timer
from labelmarket.application.view import Entry
from labelmarket.application.work import TooEarly
from labelmarket.domain.offer import OfferExpired, OfferSent, ProviderDeclined
from simulation.database import entries_of
from simulation.facts import Facts
from simulation.follow import Follow
from simulation.followers import ReactionFollower, ViewFollower, read_on
from simulation.server_clock import SimulatedClock
from simulation.sessions import Session

ENDINGS = (OfferExpired, ProviderDeclined)


class SkippingViews(ViewFollower):
    """Passes over an offer that was sent, unless it stands last."""

    def _look(self, session: Session) -> Sequence[Entry]:
        entries = super()._look(session)
        sent = [entry for entry in entries[:-1] if isinstance(entry.fact, OfferSent)]
        return [entry for entry in entries if entry not in sent[:1]]


class FollowSkippingViews(Follow):
    views = SkippingViews


class SkippingReactions(ReactionFollower):
    """Takes an offer that ended for a fact that was heard of before."""

    def _look(self, session: Session) -> Sequence[Entry]:
        first = entries_of(self._process.database.facts.read(after=0, limit=1))
        return [
            replace(entry, fact=first[0].fact) if isinstance(entry.fact, ENDINGS) else entry
            for entry in super()._look(session)
        ]


class FollowSkippingReactions(Follow):
    reactions = SkippingReactions


class Unlocked(ViewFollower):
    """Leads a view whether or not another one does."""

    def _look(self, _: Session) -> Sequence[Entry]:
        position = self._process.database.views[self._view].position
        return read_on(self._process.database, after=position, limit=BATCH_MAX)


class FollowUnlocked(Follow):
    views = Unlocked


give_all = timing.give_all


def give_or_drop(market: Market, timers: Sequence[Timer]) -> dict[str, Exception]:
    """A timer that fires early is thought to be done."""
    failed = give_all(market, timers)
    for timer_id in [name for name, error in failed.items() if isinstance(error, TooEarly)]:
        market.handle(NothingLeftToDo(job_id=timer_id), by=MARKET, done_timers=(timer_id,))
        del failed[timer_id]
    return failed


class ForgetfulFacts(Facts):
    """Does not look whether a key was used."""

    def check_key(self, key: str) -> None:
        pass


class WallClock(SimulatedClock):
    """Takes the machine's own clock for the market's."""

    def reading(self) -> datetime:
        return self.scheduler.now + timedelta(microseconds=self.machine.wall_skew_us)
