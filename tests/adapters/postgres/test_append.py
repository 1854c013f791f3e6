"""What is recorded together, once, and for ever."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg.rows import TupleRow

from labelmarket.adapters.clock import new_id
from labelmarket.adapters.postgres.clock import ServerClock
from labelmarket.adapters.postgres.pool import BoundedConnection, open_pool
from labelmarket.adapters.postgres.recorder import APPEND, PostgresRecorder
from labelmarket.application.access import MARKET
from labelmarket.application.commands.tokens import IssueToken, RevokeToken
from labelmarket.application.deciding import Asked
from labelmarket.application.market import Market, Outcome
from labelmarket.application.ports import Along, AlreadyRecorded, KeyReused, LogConflict, Said
from labelmarket.application.saving import fingerprint_of
from labelmarket.application.work import FACTS_IN_ONE_SAVE_MAX, Answer, Work
from labelmarket.bootstrap.core import Core
from labelmarket.domain.access_token import AccessToken, Role
from tests.adapters.postgres.scene import Record, all_at_once, eventually, one, select

FACTS = "SELECT count(*) FROM market.facts"
KEYS = "SELECT count(*) FROM market.commands"
TIMERS = "SELECT count(*) FROM market.timers"
JOBS = "SELECT count(*) FROM market.jobs"


def counts(database_url: str) -> tuple[int, int, int, int]:
    """Facts, keys, timers, jobs."""
    facts, keys, timers, jobs = (one(database_url, s) for s in (FACTS, KEYS, TIMERS, JOBS))
    return facts, keys, timers, jobs


def along(key: str) -> Along:
    said = Said(key=key, fingerprint=b"f", answer=b"{}")
    return Along(said=(said,), audiences=((None, None),))


def test_facts_key_timer_and_job_are_recorded_together(core: Core, database_url: str) -> None:
    command = Record(ids=(uuid4(), uuid4()), timer="t", job="j")

    outcome = core.market.handle(command, by=MARKET, key="k")

    assert counts(database_url) == (2, 1, 1, 1)
    assert outcome.position == one(database_url, "SELECT max(notification_id) FROM market.facts")
    assert one(database_url, "SELECT positions[2] FROM market.commands") == outcome.position


def test_nothing_is_recorded_when_a_part_of_it_cannot_be(core: Core, database_url: str) -> None:
    select(database_url, "ALTER TABLE market.jobs ADD CHECK (id <> 'bad')")

    with pytest.raises(psycopg.errors.CheckViolation):
        core.market.handle(Record(timer="t", job="bad"), by=MARKET, key="k")

    assert counts(database_url) == (0, 0, 0, 0)


def test_the_same_command_under_one_key_has_one_answer_and_one_set_of_facts(
    core: Core, database_url: str
) -> None:
    command = Record(ids=(uuid4(), uuid4()), timer="t", job="j")

    outcomes = [core.market.handle(command, by=MARKET, key="k") for _ in range(3)]

    assert outcomes[0].position is not None
    assert outcomes == [outcomes[0]] * 3
    assert counts(database_url) == (2, 1, 1, 1)


def test_another_command_under_a_used_key_is_refused(core: Core, database_url: str) -> None:
    core.market.handle(Record(), by=MARKET, key="k")

    with pytest.raises(KeyReused):
        core.market.handle(Record(), by=MARKET, key="k")

    assert counts(database_url)[:2] == (1, 1)


def test_two_commands_that_race_for_one_key_are_told_apart(core: Core, database_url: str) -> None:
    def give() -> str:
        try:
            core.market.handle(Record(), by=MARKET, key="k")
        except KeyReused:
            return "refused"
        return "recorded"

    told = all_at_once([give] * 6)

    assert sorted(told) == ["recorded"] + ["refused"] * 5
    assert counts(database_url)[:2] == (1, 1)


def test_each_command_of_a_save_remembers_its_own_facts(core: Core) -> None:
    recorder = core.market.recorder
    assert isinstance(recorder, PostgresRecorder)
    stored = [StoredEvent(uuid4(), 1, "TokenRevoked", b"{}") for _ in range(3)]
    two, none, last = (
        Said(key=key, fingerprint=key.encode(), answer=b"{}", facts=facts)
        for key, facts in (("two", 2), ("none", 0), ("one", 1))
    )

    positions = recorder.insert_events(
        stored, along=Along(said=(two, none, last), audiences=((None, None),) * 3)
    )

    kept = [recorder.recorded(said.key) for said in (two, none, last)]
    assert [k and k.positions for k in kept] == [tuple(positions[:2]), (), (positions[2],)]
    assert [k and k.fingerprint for k in kept] == [b"two", b"none", b"one"]


def test_nothing_is_recorded_when_one_command_of_a_save_was_recorded_before(
    core: Core, database_url: str
) -> None:
    recorder = core.market.recorder
    recorder.insert_events([StoredEvent(uuid4(), 1, "TokenRevoked", b"{}")], along=along("old"))
    both = Along(said=(*along("new").said, *along("old").said), audiences=((None, None),) * 2)

    with pytest.raises(AlreadyRecorded):
        recorder.insert_events(
            [StoredEvent(uuid4(), 1, "TokenRevoked", b"{}") for _ in range(2)], along=both
        )

    assert counts(database_url)[:2] == (1, 1)


def test_a_conflict_leaves_neither_fact_nor_key(core: Core, database_url: str) -> None:
    recorder = core.market.recorder
    assert isinstance(recorder, PostgresRecorder)
    stream = uuid4()
    first = StoredEvent(stream, 1, "TokenRevoked", b"{}")
    recorder.insert_events([first], along=along("first"))

    with pytest.raises(LogConflict):
        recorder.insert_events([first], along=along("second"))

    assert recorder.recorded("second") is None
    assert counts(database_url)[:2] == (1, 1)


def test_a_refusal_is_remembered_under_its_key_and_leaves_no_fact(
    core: Core, database_url: str
) -> None:
    token_id = uuid4()
    revoke = RevokeToken(token_id=token_id)

    refused = core.market.handle(revoke, by=MARKET, key="k")
    core.market.handle(Record(ids=(token_id,)), by=MARKET)
    again = core.market.handle(revoke, by=MARKET, key="k")

    assert refused.answer.refused is not None
    assert refused.answer.refused.code == "NOT_FOUND"
    assert again == refused
    assert counts(database_url)[0] == 1


def test_a_save_of_more_facts_than_the_bound_is_refused_whole(
    core: Core, database_url: str
) -> None:
    with pytest.raises(AssertionError, match="bounded"):
        core.market.handle(
            Record(ids=tuple(uuid4() for _ in range(FACTS_IN_ONE_SAVE_MAX + 1))), by=MARKET, key="k"
        )

    assert counts(database_url) == (0, 0, 0, 0)


def test_as_many_facts_as_the_bound_are_one_save(core: Core, database_url: str) -> None:
    ids = tuple(uuid4() for _ in range(FACTS_IN_ONE_SAVE_MAX))

    outcome = core.market.handle(Record(ids=ids), by=MARKET, key="k")

    stored = select(database_url, "SELECT originator_id FROM market.facts ORDER BY notification_id")
    assert tuple(row[0] for row in stored) == ids
    assert outcome.position == one(database_url, "SELECT max(notification_id) FROM market.facts")


def test_the_timer_and_the_job_that_led_to_facts_end_with_them(
    core: Core, database_url: str
) -> None:
    core.market.handle(Record(timer="t", job="j"), by=MARKET)

    core.market.handle(Record(), by=MARKET, key="k", done_timers=("t",), done_jobs=("j",))

    assert counts(database_url)[2] == 0
    assert one(database_url, "SELECT state FROM market.jobs") == "done"


def test_a_conflict_ends_neither_timer_nor_job(core: Core, database_url: str) -> None:
    core.market.handle(Record(timer="t", job="j"), by=MARKET)
    stored = StoredEvent(uuid4(), 1, "TokenRevoked", b"{}")
    core.market.recorder.insert_events([stored], along=along("first"))
    ending = replace(along("second"), done_timers=("t",), done_jobs=("j",))

    with pytest.raises(LogConflict):
        core.market.recorder.insert_events([stored], along=ending)

    assert counts(database_url)[2] == 1
    assert one(database_url, "SELECT state FROM market.jobs") == "ready"


def test_history_cannot_be_changed(core: Core, database_url: str) -> None:
    core.market.handle(Record(), by=MARKET)
    before = select(database_url, "SELECT * FROM market.facts")

    for statement in (
        "UPDATE market.facts SET state = 'x'",
        "DELETE FROM market.facts",
        "TRUNCATE market.facts",
        "TRUNCATE market.facts CASCADE",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changed"):
            select(database_url, statement)

    assert select(database_url, "SELECT * FROM market.facts") == before


def test_recorded_moments_never_go_back_along_the_log(core: Core, database_url: str) -> None:
    select(database_url, "ALTER TABLE market.facts DISABLE TRIGGER facts_stay")
    core.market.handle(Record(), by=MARKET)
    select(database_url, "UPDATE market.facts SET recorded_at = recorded_at + interval '1 day'")
    core.market.handle(Record(), by=MARKET)

    moments = select(database_url, "SELECT recorded_at FROM market.facts ORDER BY notification_id")

    assert moments == sorted(moments)


@pytest.fixture
def forgetful_market(database_url: str) -> Iterator[Market]:
    """A market on a network that loses the reply to the first append, after its commit."""
    lost = threading.Event()

    class LosesOneReply(BoundedConnection):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            cursor: psycopg.Cursor[TupleRow] = super().execute(query, params, **options)
            if query == APPEND and not lost.is_set():
                lost.set()
                self.close()
                raise psycopg.OperationalError("the reply was lost")
            return cursor

    pool = open_pool(database_url, name="test", size_max=4, connection_class=LosesOneReply)
    try:
        yield Market(
            PostgresRecorder(pool), now=ServerClock(pool), new_id=new_id, pause=lambda _: None
        )
        assert lost.is_set()
    finally:
        pool.close()


@pytest.mark.parametrize("key", ["k", None])
def test_a_commit_whose_reply_was_lost_is_answered_as_if_it_had_come(
    forgetful_market: Market, database_url: str, key: str | None
) -> None:
    command = Record(ids=(uuid4(), uuid4()), timer="t", job="j")

    outcome = forgetful_market.handle(command, by=MARKET, key=key)

    assert outcome.answer.thing == command.ids[0]
    assert outcome.position == one(database_url, "SELECT max(notification_id) FROM market.facts")
    assert counts(database_url) == (2, 1, 1, 1)


def test_many_commands_whose_reply_was_lost_are_answered_as_if_it_had_come(
    forgetful_market: Market, database_url: str
) -> None:
    commands = [Record(timer=f"t{number}") for number in range(5)]
    asked = [
        Asked(command=c, by=MARKET, key=c.timer or "", fingerprint=fingerprint_of(c))
        for c in commands
    ]

    outcomes = list(forgetful_market.handle_each(asked))

    assert [o.answer.thing for o in outcomes if isinstance(o, Outcome)] == [
        c.ids[0] for c in commands
    ]
    stored = select(database_url, "SELECT notification_id FROM market.facts ORDER BY 1")
    assert [o.position for o in outcomes if isinstance(o, Outcome)] == [row[0] for row in stored]
    assert counts(database_url) == (5, 5, 5, 0)


def test_a_retry_waits_for_the_first_try_that_is_still_under_way(
    core: Core, database_url: str
) -> None:
    token_id = uuid4()
    command = _issue(token_id)
    stored = StoredEvent(token_id, 1, "TokenIssued", b"{}")
    first: tuple[Any, ...] = (
        *(["k"], [fingerprint_of(command)], [b'{"notes":{"which":"first"}}'], [1], [1]),
        *([token_id], [1], [stored.topic], [stored.state], [None], [None], [None]),
        *([], [], None),
    )
    with (
        psycopg.connect(database_url) as slow,
        ThreadPoolExecutor(max_workers=1) as threads,
    ):
        slow.execute(APPEND, first)
        retry = threads.submit(lambda: core.market.handle(command, by=MARKET, key="k"))
        assert eventually(lambda: _someone_waits(database_url))
        slow.commit()
        outcome = retry.result(timeout=10)

    assert outcome.answer.notes == {"which": "first"}
    assert outcome.position == one(database_url, "SELECT notification_id FROM market.facts")


def _issue(token_id: UUID) -> IssueToken:
    return IssueToken(
        token_id=token_id,
        name="n",
        role=Role.AUDITOR,
        organisation_id=None,
        secret_sha256="0" * 64,
        expires_in_s=60,
    )


def _someone_waits(database_url: str) -> bool:
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    return bool(one(database_url, waiting))


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueBeside:
    """Issues a token that is named after how another one was found."""

    beside: UUID
    token_id: UUID
    meanwhile: list[Callable[[], object]]

    def decide(self, work: Work, /) -> Answer:
        found = "revoked" if work.get(AccessToken, self.beside).revoked else "valid"
        if self.meanwhile:
            self.meanwhile.pop()()
        work.add(
            AccessToken.issue(
                token_id=self.token_id,
                name=found,
                role=Role.AUDITOR,
                organisation_id=self.beside,
                secret_sha256="0" * 64,
                expires_at=work.at + timedelta(hours=1),
                at=work.at,
            )
        )
        return Answer(thing=self.token_id)


def test_a_decision_is_made_again_when_what_it_only_looked_at_has_changed(core: Core) -> None:
    # Given a token, and a command that looks at it while somebody else revokes it
    watched, made = uuid4(), uuid4()
    core.market.handle(_issue(watched), by=MARKET)
    command = IssueBeside(
        beside=watched,
        token_id=made,
        meanwhile=[lambda: core.market.handle(RevokeToken(token_id=watched), by=MARKET)],
    )
    # When
    core.market.handle(command, by=MARKET, fingerprint=b"f")
    # Then what is recorded rests on how the token stands
    token = core.market.find(AccessToken, made)
    assert token is not None
    assert token.name == "revoked"
