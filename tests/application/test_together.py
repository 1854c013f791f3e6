"""Many commands in one save: as if each was given by itself, and none is another's trouble."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from labelmarket.application.access import MARKET
from labelmarket.application.commands.tokens import IssueToken, RevokeToken
from labelmarket.application.deciding import TOGETHER_FACTS_MAX, TOGETHER_MAX, Asked
from labelmarket.application.mapping import FactUnreadable
from labelmarket.application.market import Market, Outcome
from labelmarket.application.ports import KeyReused, Unavailable
from labelmarket.application.saving import fingerprint_of
from labelmarket.application.timing import give_all
from labelmarket.application.work import Answer, Command, Work
from labelmarket.domain.access_token import AccessToken, Role
from labelmarket.domain.errors import Conflict
from labelmarket.domain.offer import Offer
from tests.application.stage import ANSWER_WITHIN_S, Stage
from tests.memory_log import CountedIds, ManualClock, MemoryRecorder


class Watched(MemoryRecorder):
    """Tells how many facts each save had, and how many streams each load."""

    def __init__(self) -> None:
        super().__init__(ManualClock())
        self.saves: list[int] = []
        self.loads: list[int] = []
        self.silent = False
        self.damaged: UUID | None = None

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        if self.silent:
            raise Unavailable("no answer")
        positions = super().insert_events(stored_events, **kwargs)
        self.saves.append(len(stored_events))
        return positions

    def select_streams(self, originator_ids: Collection[UUID]) -> Sequence[StoredEvent]:
        self.loads.append(len(originator_ids))
        return self._as_it_is(super().select_streams(originator_ids))

    def select_events(self, originator_id: UUID | str, **bounds: Any) -> Sequence[StoredEvent]:
        return self._as_it_is(super().select_events(originator_id, **bounds))

    def _as_it_is(self, events: Sequence[StoredEvent]) -> Sequence[StoredEvent]:
        return [
            replace(one, state=b"{}") if one.originator_id == self.damaged else one
            for one in events
        ]


@pytest.fixture
def recorder() -> Watched:
    return Watched()


@pytest.fixture
def market(recorder: Watched) -> Market:
    return Market(recorder, now=ManualClock(), new_id=CountedIds(), pause=lambda _: None)


def asked(command: Command, key: str) -> Asked:
    return Asked(command=command, by=MARKET, key=key, fingerprint=fingerprint_of(command))


def issue(token_id: UUID) -> IssueToken:
    return IssueToken(
        token_id=token_id,
        name="n",
        role=Role.AUDITOR,
        organisation_id=None,
        secret_sha256="0" * 64,
        expires_in_s=60,
    )


def token(number: int) -> UUID:
    return UUID(int=1_000 + number, version=4)


def tokens(market: Market, count: int) -> list[UUID]:
    ids = [token(number) for number in range(count)]
    for one in ids:
        market.handle(issue(one), by=MARKET)
    return ids


def each(market: Market, commands: Sequence[Command]) -> list[Outcome | Exception]:
    """Each command under the key of its place."""
    return list(market.handle_each([asked(c, f"k{n}") for n, c in enumerate(commands)]))


def is_revoked(market: Market, token_id: UUID) -> bool:
    found = market.find(AccessToken, token_id)
    assert found is not None
    return found.revoked


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeUnless:
    """Revokes a token, and then goes wrong in some way, after something happened meanwhile."""

    token_id: UUID
    error: Exception | None = None
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    def decide(self, work: Work, /) -> Answer:
        found = work.get(AccessToken, self.token_id)
        found.revoke(at=work.at)
        if self.meanwhile:
            self.meanwhile.pop()()
        if self.error is not None:
            raise self.error
        return Answer(thing=self.token_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAt:
    token_id: UUID

    def decide(self, work: Work, /) -> Answer:
        return Answer(thing=work.get(AccessToken, self.token_id).id)


def test_many_commands_are_one_save_each_under_its_own_key(
    market: Market, recorder: Watched
) -> None:
    ids = tokens(market, 5)
    recorder.saves.clear()

    outcomes = each(market, [RevokeToken(token_id=one) for one in ids])

    assert recorder.saves == [5]
    assert recorder.loads == [5]
    assert all(is_revoked(market, one) for one in ids)
    for number, outcome in enumerate(outcomes):
        kept = recorder.recorded(f"k{number}")
        assert isinstance(outcome, Outcome)
        assert kept is not None
        assert kept.positions == (outcome.position,)
        assert recorder.log[kept.positions[0] - 1].originator_id == ids[number]


def test_a_command_waits_for_the_next_save_when_it_needs_what_this_one_changes(
    market: Market, recorder: Watched
) -> None:
    (one,) = tokens(market, 1)
    recorder.saves.clear()

    first, second = each(market, [RevokeToken(token_id=one), RevokeToken(token_id=one)])

    assert recorder.saves == [1, 0]
    assert isinstance(first, Outcome)
    assert isinstance(second, Outcome)
    assert second.position is None


def test_a_refusal_is_remembered_and_spoils_no_other(market: Market, recorder: Watched) -> None:
    good, better = tokens(market, 2)
    recorder.saves.clear()

    outcomes = each(market, [RevokeToken(token_id=one) for one in (good, token(99), better)])

    codes = [o.answer.refused and o.answer.refused.code for o in outcomes if isinstance(o, Outcome)]
    assert codes == [None, "NOT_FOUND", None]
    assert recorder.saves == [2]
    again = market.handle(RevokeToken(token_id=token(99)), by=MARKET, key="k1")
    assert again == outcomes[1]


def test_what_a_refused_command_changed_is_not_seen_by_the_next(market: Market) -> None:
    (one,) = tokens(market, 1)
    refused = RevokeUnless(token_id=one, error=Conflict("no"))

    outcomes = list(
        market.handle_each(
            [
                Asked(command=refused, by=MARKET, key="a", fingerprint=b"a"),
                asked(RevokeToken(token_id=one), "b"),
            ]
        )
    )

    assert [isinstance(outcome, Outcome) for outcome in outcomes] == [True, True]
    assert is_revoked(market, one)


@pytest.mark.parametrize("error", [Conflict("no"), ValueError("no")])
def test_what_a_failing_command_changed_is_not_stored_for_one_that_only_looked(
    market: Market, recorder: Watched, error: Exception
) -> None:
    (only,) = tokens(market, 1)
    facts = len(recorder.log)

    commands: tuple[Command, ...] = (
        LookAt(token_id=only),
        RevokeUnless(token_id=only, error=error),
    )
    looked, failed = market.handle_each(
        [
            Asked(command=command, by=MARKET, key=f"k{number}", fingerprint=b"f")
            for number, command in enumerate(commands)
        ]
    )

    assert isinstance(looked, Outcome)
    assert looked.position is None
    assert isinstance(failed, ValueError) or (
        isinstance(failed, Outcome) and failed.answer.refused is not None
    )
    assert len(recorder.log) == facts
    assert not is_revoked(market, only)


def test_one_stream_that_cannot_be_read_keeps_no_other_from_going_together(
    market: Market, recorder: Watched
) -> None:
    ids = tokens(market, 20)
    recorder.damaged = ids[-1]
    recorder.saves.clear()

    outcomes = each(market, [RevokeToken(token_id=one) for one in ids])

    assert isinstance(outcomes[-1], FactUnreadable)
    assert all(isinstance(one, Outcome) for one in outcomes[:-1])
    assert recorder.saves[0] == len(ids) - 1


def test_a_command_that_fails_is_told_of_and_spoils_no_other(
    market: Market, recorder: Watched
) -> None:
    ids = tokens(market, 3)
    commands = [RevokeUnless(token_id=one) for one in ids]
    commands[1] = RevokeUnless(token_id=ids[1], error=ValueError("no"))

    outcomes = list(
        market.handle_each(
            [
                Asked(command=c, by=MARKET, key=f"k{n}", fingerprint=b"f")
                for n, c in enumerate(commands)
            ]
        )
    )

    assert [is_revoked(market, one) for one in ids] == [True, False, True]
    assert isinstance(outcomes[1], ValueError)
    assert recorder.recorded("k1") is None


def test_all_are_decided_again_when_somebody_else_comes_first_to_one(
    market: Market, recorder: Watched
) -> None:
    ids = tokens(market, 3)

    def revoke_first() -> None:
        market.handle(RevokeToken(token_id=ids[0]), by=MARKET)

    commands = [RevokeUnless(token_id=one) for one in ids]
    commands[2] = RevokeUnless(token_id=ids[2], meanwhile=[revoke_first])
    outcomes = list(
        market.handle_each(
            [
                Asked(command=c, by=MARKET, key=f"k{n}", fingerprint=b"f")
                for n, c in enumerate(commands)
            ]
        )
    )

    assert all(isinstance(outcome, Outcome) for outcome in outcomes)
    assert [fact.topic for fact in recorder.log].count("TokenRevoked") == 3
    kept = recorder.recorded("k0")
    assert kept is not None
    assert kept.positions == ()


def test_one_that_was_carried_out_before_answers_the_same(market: Market) -> None:
    ids = tokens(market, 3)
    before = market.handle(RevokeToken(token_id=ids[1]), by=MARKET, key="k1")

    outcomes = each(market, [RevokeToken(token_id=one) for one in ids])

    assert outcomes[1] == before
    assert all(is_revoked(market, one) for one in ids)


def test_a_key_that_was_used_for_another_command_is_told_of(market: Market) -> None:
    ids = tokens(market, 2)
    market.handle(RevokeToken(token_id=ids[0]), by=MARKET, key="k1")

    first, second = each(market, [RevokeToken(token_id=one) for one in ids])

    assert isinstance(first, Outcome)
    assert isinstance(second, KeyReused)


def test_a_command_under_a_key_that_the_same_save_uses_answers_as_the_first(
    market: Market,
) -> None:
    (one,) = tokens(market, 1)
    twice = asked(RevokeToken(token_id=one), "k")

    first, second = market.handle_each([twice, twice])

    assert first == second


def test_a_save_is_bounded_however_much_is_asked(market: Market, recorder: Watched) -> None:
    count = TOGETHER_MAX + 10

    each(market, [issue(token(number)) for number in range(count)])

    assert sum(recorder.saves) == count
    assert max(recorder.saves) <= min(TOGETHER_MAX, TOGETHER_FACTS_MAX)


def test_when_the_log_is_silent_each_is_told_so(market: Market, recorder: Watched) -> None:
    ids = tokens(market, 3)
    recorder.silent = True

    outcomes = each(market, [RevokeToken(token_id=one) for one in ids])

    assert [type(outcome) for outcome in outcomes] == [Unavailable] * 3


def test_whoever_stops_listening_leaves_the_later_ones_undone(market: Market) -> None:
    ids = tokens(market, TOGETHER_MAX + 1)
    commands = [asked(RevokeToken(token_id=one), f"k{one}") for one in ids]

    next(market.handle_each(commands))

    assert is_revoked(market, ids[0])
    assert not is_revoked(market, ids[-1])


# Timers


def test_the_deadlines_of_one_moment_pass_in_one_save(stage: Stage) -> None:
    provider = stage.provider("Ada", items_per_month=10_000)
    orders = [stage.launched(provider, items=1) for _ in range(4)]
    stage.memory.clock.pass_by(timedelta(seconds=ANSWER_WITHIN_S))
    due = stage.memory.due_timers()
    head = stage.head()

    assert give_all(stage.memory.market, due) == {}

    assert {stage.last_offer(order_id).status for order_id in orders} == {"expired"}
    assert stage.memory.due_timers() == []
    facts = stage.memory.recorder.log[head:]
    assert [stage.memory.recorder.keys[f"timer:{t.id}"].positions for t in due] == [
        (fact.position,) for fact in facts
    ]


def test_a_timer_that_says_what_nobody_knows_is_kept_and_stops_no_other(stage: Stage) -> None:
    order_id = stage.launched(stage.provider("Ada"), items=1)
    stage.memory.clock.pass_by(timedelta(seconds=ANSWER_WITHIN_S))
    (timer,) = stage.memory.due_timers()
    strange = type(timer)(id="strange", due_at=timer.due_at, command="Dance", args={})

    failed = give_all(stage.memory.market, [strange, timer])

    assert [*failed] == ["strange"]
    offer = stage.get(Offer, stage.last_offer(order_id).id)
    assert offer.status == "expired"
