"""Reactions go down the log, and what they ask for is done once whatever happens."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from labelmarket.adapters.postgres.feed import ViewFollower
from labelmarket.adapters.postgres.health import MarketHealth
from labelmarket.adapters.postgres.reactions import (
    ATTEMPTS_MAX,
    ReactionFollower,
    errors,
    set_aside,
)
from labelmarket.adapters.valkey.ping import ping
from labelmarket.application.access import MARKET
from labelmarket.application.commands.tokens import RevokeToken
from labelmarket.application.mapping import FactUnreadable
from labelmarket.application.market import WRITE_ATTEMPTS_MAX
from labelmarket.application.ports import LogConflict, NotYet, OutcomeUnknown, Unavailable
from labelmarket.application.reaction import Reaction
from labelmarket.application.view import Entry, topics_of
from labelmarket.application.views.all import VIEWS
from labelmarket.application.work import Answer, Command, Work
from labelmarket.bootstrap.core import Core
from labelmarket.domain.access_token import TokenIssued
from tests.adapters.postgres.scene import Record, all_at_once, append_raw, one, select
from tests.bootstrap.up_runs import free_port

REVOKED = "SELECT count(*) FROM market.facts WHERE topic = 'TokenRevoked'"
POSITION = "SELECT position FROM market.reactions"
HEAD = "SELECT max(notification_id) FROM market.facts"
KILL_LEADER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND state = 'idle in transaction'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Records a fact of its own each time it is carried out."""

    because_of: UUID

    def decide(self, work: Work, /) -> Answer:
        return Record(ids=(work.new_id(),)).decide(work)


@dataclass(kw_only=True)
class RevokeAtOnce:
    """Revokes each token that is issued; `meanwhile` happens after the command."""

    name = "revoke_at_once"
    topics = topics_of(TokenIssued)
    meanwhile: Callable[[], None] = lambda: None

    def react(self, entry: Entry, /) -> Iterable[Command]:
        if isinstance(entry.fact, TokenIssued):
            yield RevokeToken(token_id=entry.fact.originator_id)
            self.meanwhile()


@dataclass(kw_only=True)
class RevokeWhatIsLeft:
    """Asks for what is not done yet, so that it says less when it hears of a fact again."""

    name = "revoke_what_is_left"
    topics = topics_of(TokenIssued)
    left: list[UUID]
    interruptions: Iterator[bool] = field(default_factory=lambda: iter([False, True]))

    def react(self, entry: Entry, /) -> Iterable[Command]:
        for token_id in list(self.left) if isinstance(entry.fact, TokenIssued) else ():
            yield RevokeToken(token_id=token_id)
            self.left.remove(token_id)
            if next(self.interruptions, False):
                raise ConnectionError("cut")


def follower_of(core: Core, reaction: Reaction) -> ReactionFollower:
    follower = ReactionFollower(core.pool, reaction, market=core.market, mapper=core.mapper)
    follower.register()
    return follower


def test_a_reaction_hears_of_each_fact_and_answers_with_a_command(
    core: Core, database_url: str
) -> None:
    core.market.handle(Record(ids=(uuid4(), uuid4(), uuid4())), by=MARKET)
    follower = follower_of(core, RevokeAtOnce())

    while follower.advance():
        pass

    assert one(database_url, REVOKED) == 3
    assert one(database_url, POSITION) == one(database_url, HEAD)


def test_what_a_reaction_caused_names_the_fact_that_it_heard_of(
    core: Core, database_url: str
) -> None:
    core.market.handle(Record(), by=MARKET, key="k")
    follower_of(core, RevokeAtOnce()).advance()

    envelope = one(
        database_url,
        "SELECT convert_from(state, 'UTF8')::jsonb -> 'envelope' FROM market.facts"
        " WHERE topic = 'TokenRevoked'",
    )

    first = one(database_url, "SELECT min(notification_id) FROM market.facts")
    assert envelope["causation_id"] == f"reaction:revoke_at_once:{first}"
    assert envelope["correlation_id"] == "k"


def test_a_cut_between_command_and_position_repeats_nothing(core: Core, database_url: str) -> None:
    cuts = iter([True])

    def cut() -> None:
        if next(cuts, False):
            assert select(database_url, KILL_LEADER) == [(True,)]

    @dataclass(kw_only=True)
    class CountAtOnce(RevokeAtOnce):
        def react(self, entry: Entry, /) -> Iterable[Command]:
            if entry.position == first:
                yield Count(because_of=entry.fact.originator_id)
                self.meanwhile()

    first = core.market.handle(Record(), by=MARKET).position
    follower = follower_of(core, CountAtOnce(meanwhile=cut))
    with pytest.raises(psycopg.OperationalError):
        follower.advance()
    after_the_cut = one(database_url, "SELECT count(*) FROM market.facts")

    while follower.advance():
        pass

    assert after_the_cut == 2
    assert one(database_url, "SELECT count(*) FROM market.facts") == 2
    assert one(database_url, POSITION) == one(database_url, HEAD)


def test_a_reaction_that_says_less_the_second_time_still_goes_on(
    core: Core, database_url: str
) -> None:
    tokens = [uuid4(), uuid4(), uuid4()]
    core.market.handle(Record(ids=tuple(tokens)), by=MARKET)
    follower = follower_of(core, RevokeWhatIsLeft(left=tokens))
    with pytest.raises(ConnectionError):
        follower.advance()

    while follower.advance():
        pass

    assert one(database_url, REVOKED) == 3
    assert one(database_url, POSITION) == one(database_url, HEAD)


def test_two_followers_of_one_reaction_do_nothing_twice(core: Core, database_url: str) -> None:
    core.market.handle(Record(ids=tuple(uuid4() for _ in range(60))), by=MARKET)

    def work(follower: ReactionFollower) -> None:
        while one(database_url, POSITION) < one(database_url, HEAD):
            follower.advance()

    all_at_once([partial(work, follower_of(core, RevokeAtOnce())) for _ in range(2)])

    assert one(database_url, REVOKED) == 60


def test_a_reaction_stands_before_a_fact_that_it_cannot_read_and_says_so(
    core: Core, database_url: str
) -> None:
    core.market.handle(Record(), by=MARKET)
    follower = follower_of(core, RevokeAtOnce())
    follower.advance()
    before = one(database_url, POSITION)
    append_raw(core, topic="Unheard", state=b"{}")

    with pytest.raises(FactUnreadable) as unreadable:
        follower.advance()
    follower.tell(unreadable.value)

    assert one(database_url, POSITION) == before
    ((name, position, words),) = errors(core.pool)
    assert (name, position) == ("revoke_at_once", before)
    assert "Unheard" in words


def test_a_command_that_was_crowded_out_is_asked_for_again(core: Core, database_url: str) -> None:
    crowd = iter(range(WRITE_ATTEMPTS_MAX))

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Open:
        """While it is decided, somebody else opens the same stream, as often as can be."""

        because_of: UUID

        def decide(self, work: Work, /) -> Answer:
            stream = work.new_id()
            if next(crowd, None) is not None:
                core.market.handle(Record(ids=(stream,)), by=MARKET)
            return Record(ids=(stream,)).decide(work)

    class OpenOnce(RevokeAtOnce):
        def react(self, entry: Entry, /) -> Iterable[Command]:
            if entry.position == first:
                yield Open(because_of=entry.fact.originator_id)

    first = core.market.handle(Record(), by=MARKET).position
    follower = follower_of(core, OpenOnce())
    with pytest.raises(LogConflict):
        follower.advance()
    before = one(database_url, POSITION)

    while follower.advance():
        pass

    assert before == 0
    assert one(database_url, POSITION) == one(database_url, HEAD)
    mine = "SELECT count(*) FROM market.commands WHERE key LIKE 'revoke_at_once:%%'"
    assert one(database_url, mine) == 1


@dataclass(kw_only=True)
class FailOnce(RevokeAtOnce):
    """Fails on one fact, in one way, as long as it is not mended."""

    name = "fail_once"
    poison: UUID
    error: Exception
    mended: bool = False

    def react(self, entry: Entry, /) -> Iterable[Command]:
        if entry.fact.originator_id == self.poison and not self.mended:
            raise self.error
        yield from super().react(entry)


def try_to_advance(follower: ReactionFollower, *, times: int) -> list[int | None]:
    """What each attempt gave, None for one that failed."""
    found: list[int | None] = []
    for _ in range(times):
        try:
            found.append(follower.advance())
        except Exception:
            found.append(None)
    return found


def test_a_fact_that_a_reaction_fails_on_again_and_again_stops_no_other(
    core: Core, database_url: str
) -> None:
    good, poison, better = uuid4(), uuid4(), uuid4()
    core.market.handle(Record(ids=(good, poison, better)), by=MARKET)
    reaction = FailOnce(poison=poison, error=ValueError("no"))
    follower = follower_of(core, reaction)

    *failed, went_on = try_to_advance(follower, times=ATTEMPTS_MAX)

    assert failed == [None] * (ATTEMPTS_MAX - 1)
    assert went_on is not None

    (aside,) = set_aside(core.pool)
    assert (aside.reaction, aside.attempts) == ("fail_once", ATTEMPTS_MAX)
    assert aside.error == "ValueError: no"
    while follower.advance():
        pass
    assert one(database_url, REVOKED) == 2
    assert one(database_url, POSITION) == one(database_url, HEAD)

    reaction.mended = True
    follower.retry(aside.position)

    assert one(database_url, REVOKED) == 3
    assert set_aside(core.pool) == []


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeUnless:
    """Revokes a token, but not the one that it fails on."""

    token_id: UUID
    poison: UUID

    def decide(self, work: Work, /) -> Answer:
        if self.token_id == self.poison:
            raise ValueError("no")
        return RevokeToken(token_id=self.token_id).decide(work)


@dataclass(kw_only=True)
class RevokeTogether:
    """Says all of it at once, so that many facts are answered in one save."""

    poison: UUID
    name = "revoke_together"
    topics = topics_of(TokenIssued)

    def react(self, entry: Entry, /) -> tuple[Command, ...]:
        return (RevokeUnless(token_id=entry.fact.originator_id, poison=self.poison),)


def test_what_a_reaction_says_at_once_to_many_facts_is_one_save(
    core: Core, database_url: str
) -> None:
    core.market.handle(Record(ids=tuple(uuid4() for _ in range(40))), by=MARKET)

    follower_of(core, RevokeTogether(poison=uuid4())).advance()

    assert one(database_url, REVOKED) == 40
    saves = "SELECT count(DISTINCT recorded_at) FROM market.facts WHERE topic = 'TokenRevoked'"
    assert one(database_url, saves) == 1
    keys = "SELECT count(*) FROM market.commands WHERE key LIKE 'revoke_together:%%'"
    assert one(database_url, keys) == 40


def test_a_fact_that_fails_among_many_is_set_aside_alone(core: Core, database_url: str) -> None:
    ids = [uuid4() for _ in range(9)]
    core.market.handle(Record(ids=tuple(ids)), by=MARKET)
    follower = follower_of(core, RevokeTogether(poison=ids[4]))

    *failed, went_on = try_to_advance(follower, times=ATTEMPTS_MAX)

    assert failed == [None] * (ATTEMPTS_MAX - 1)
    assert went_on is not None
    (aside,) = set_aside(core.pool)
    assert aside.attempts == ATTEMPTS_MAX
    while follower.advance():
        pass
    assert one(database_url, REVOKED) == len(ids) - 1
    assert one(database_url, POSITION) == one(database_url, HEAD)


def test_a_fact_that_goes_well_after_all_is_not_set_aside(core: Core, database_url: str) -> None:
    poison = uuid4()
    core.market.handle(Record(ids=(poison,)), by=MARKET)
    reaction = FailOnce(poison=poison, error=ValueError("no"))
    follower = follower_of(core, reaction)
    try_to_advance(follower, times=ATTEMPTS_MAX - 1)

    reaction.mended = True
    follower.advance()

    assert one(database_url, REVOKED) == 1
    assert one(database_url, "SELECT count(*) FROM market.set_aside") == 0


@pytest.mark.parametrize(
    "error",
    [Unavailable("no"), OutcomeUnknown("no"), psycopg.OperationalError("no"), NotYet(1)],
    ids=lambda error: type(error).__name__,
)
def test_a_trouble_that_passes_sets_no_fact_aside(
    core: Core, database_url: str, error: Exception
) -> None:
    poison = uuid4()
    core.market.handle(Record(ids=(poison,)), by=MARKET)
    follower = follower_of(core, FailOnce(poison=poison, error=error))

    assert try_to_advance(follower, times=2 * ATTEMPTS_MAX) == [None] * (2 * ATTEMPTS_MAX)

    assert one(database_url, POSITION) == 0
    assert set_aside(core.pool) == []


def test_a_market_with_a_fact_set_aside_is_not_ready(core: Core, tmp_path: Path) -> None:
    poison = uuid4()
    core.market.handle(Record(ids=(poison,)), by=MARKET)
    follower = follower_of(core, FailOnce(poison=poison, error=ValueError("no")))
    health = MarketHealth(pool=core.pool, clock=core.clock, blobs=tmp_path)
    for view in VIEWS:
        ViewFollower(core.pool, view, core.mapper).register()
    assert health.look()["ready"]

    try_to_advance(follower, times=ATTEMPTS_MAX)

    found = health.look()
    assert not found["ready"]
    assert [one["reaction"] for one in found["setAside"]] == ["fail_once"]


def test_whether_valkey_answers_is_told_and_not_needed(
    core: Core, tmp_path: Path, redis_url: str
) -> None:
    for view in VIEWS:
        ViewFollower(core.pool, view, core.mapper).register()

    def look(url: str) -> dict[str, Any]:
        return MarketHealth(
            pool=core.pool, clock=core.clock, blobs=tmp_path, valkey=partial(ping, url)
        ).look()

    assert look(redis_url)["valkey"] == "ok"
    away = look(f"redis://127.0.0.1:{free_port()}")
    assert (away["valkey"], away["ready"]) == ("ConnectionError", True)
