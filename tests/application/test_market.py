"""A command is decided on what is stored, carried out once, and answered the same for ever."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from labelmarket.adapters.clock import new_id
from labelmarket.adapters.postgres.clock import ServerClock
from labelmarket.adapters.postgres.pool import open_pool
from labelmarket.adapters.postgres.recorder import PostgresRecorder
from labelmarket.application.access import MARKET, Actor, Viewer
from labelmarket.application.commands.tokens import IssueToken, RevokeToken
from labelmarket.application.market import WRITE_ATTEMPTS_MAX, Market
from labelmarket.application.ports import KeyReused, LogConflict
from labelmarket.application.saving import fingerprint_of
from labelmarket.application.work import Answer, Work
from labelmarket.domain.access_token import AccessToken, Role
from labelmarket.domain.errors import OfferClosed
from labelmarket.domain.project import Project
from tests.adapters.postgres.scene import Record, one, select

FACTS = "SELECT count(*) FROM market.facts"
KEYS = "SELECT count(*) FROM market.commands"


@pytest.fixture
def pauses() -> list[int]:
    return []


@pytest.fixture
def market(database_url: str, pauses: list[int]) -> Iterator[Market]:
    pool = open_pool(database_url, name="test", size_max=4)
    try:
        yield Market(
            PostgresRecorder(pool), now=ServerClock(pool), new_id=new_id, pause=pauses.append
        )
    finally:
        pool.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInACrowd:
    """While it is decided, somebody else opens the stream that it opens, a few times."""

    market: Market
    times: int
    tries: list[int]

    def decide(self, work: Work, /) -> Answer:
        stream = work.new_id()
        self.tries.append(1)
        if len(self.tries) <= self.times:
            self.market.handle(Record(ids=(stream,)), by=MARKET)
        return Record(ids=(work.new_id(), stream)).decide(work)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAndRefuse:
    token_id: UUID

    def decide(self, work: Work, /) -> Answer:
        Record(ids=(self.token_id,), timer="t", job="j").decide(work)
        raise OfferClosed("it was closed", path=("offer", "id"))


def test_a_command_is_decided_again_when_another_came_first(
    market: Market, database_url: str, pauses: list[int]
) -> None:
    crowd = OpenInACrowd(market=market, times=3, tries=[])

    outcome = market.handle(crowd, by=MARKET, key="k", fingerprint=b"f")

    assert not outcome.crowded
    assert outcome.position is not None
    assert len(crowd.tries) == 4
    assert pauses == [0, 1, 2]
    assert one(database_url, FACTS) == 3 + 2


def test_nothing_of_a_command_is_recorded_when_a_part_of_it_came_too_late(
    market: Market, database_url: str
) -> None:
    crowd = OpenInACrowd(market=market, times=WRITE_ATTEMPTS_MAX, tries=[])

    market.handle(crowd, by=MARKET, key="k", fingerprint=b"f")

    assert one(database_url, FACTS) == WRITE_ATTEMPTS_MAX


def test_a_command_that_is_crowded_out_every_time_says_so_and_can_be_asked_again(
    market: Market, database_url: str, pauses: list[int]
) -> None:
    crowd = OpenInACrowd(market=market, times=WRITE_ATTEMPTS_MAX, tries=[])

    crowded = market.handle(crowd, by=MARKET, key="k", fingerprint=b"f")
    again = market.handle(crowd, by=MARKET, key="k", fingerprint=b"f")

    assert crowded.crowded
    assert crowded.answer.refused is not None
    assert crowded.answer.refused.code == "CONFLICT"
    assert pauses == list(range(WRITE_ATTEMPTS_MAX))
    with pytest.raises(LogConflict):
        crowded.must_be_recorded()
    assert again.answer.refused is None
    again.must_be_recorded()
    assert one(database_url, "SELECT count(*) FROM market.commands WHERE key = 'k'") == 1


@pytest.mark.parametrize("key", ["k", None])
def test_nothing_that_a_refused_command_had_begun_is_recorded(
    market: Market, database_url: str, key: str | None
) -> None:
    outcome = market.handle(RecordAndRefuse(token_id=uuid4()), by=MARKET, key=key)

    assert outcome.answer.refused is not None
    assert outcome.answer.refused.code == "OFFER_CLOSED"
    assert outcome.answer.refused.path == ("offer", "id")
    assert outcome.position is None
    assert one(database_url, FACTS) == 0
    assert one(database_url, "SELECT count(*) FROM market.timers") == 0
    assert one(database_url, "SELECT count(*) FROM market.jobs") == 0
    assert one(database_url, KEYS) == (1 if key else 0)


def test_a_refusal_is_given_again_word_for_word(market: Market) -> None:
    command = RecordAndRefuse(token_id=uuid4())

    first = market.handle(command, by=MARKET, key="k")
    again = market.handle(command, by=MARKET, key="k")

    assert again == first


def test_a_known_key_is_answered_without_deciding_again(market: Market) -> None:
    crowd = OpenInACrowd(market=market, times=0, tries=[])

    for _ in range(3):
        market.handle(crowd, by=MARKET, key="k", fingerprint=b"f")

    assert len(crowd.tries) == 1


def test_a_key_is_one_commands_even_if_it_was_refused(market: Market) -> None:
    market.handle(RevokeToken(token_id=uuid4()), by=MARKET, key="k")

    with pytest.raises(KeyReused):
        market.handle(RevokeToken(token_id=uuid4()), by=MARKET, key="k")


def test_a_command_that_changes_nothing_has_an_answer_and_no_position(
    market: Market, database_url: str
) -> None:
    token_id = uuid4()
    market.handle(Record(ids=(token_id,)), by=MARKET)
    market.handle(RevokeToken(token_id=token_id), by=MARKET)

    again = market.handle(RevokeToken(token_id=token_id), by=MARKET, key="k")

    assert again.answer.thing == token_id
    assert again.position is None
    assert one(database_url, FACTS) == 2
    assert market.handle(RevokeToken(token_id=token_id), by=MARKET, key="k") == again


def test_streams_are_numbered_from_one_without_a_hole(market: Market, database_url: str) -> None:
    token_id = uuid4()
    market.handle(Record(ids=(token_id,)), by=MARKET)
    market.handle(RevokeToken(token_id=token_id), by=MARKET)

    versions = select(
        database_url,
        "SELECT originator_version FROM market.facts ORDER BY notification_id",
    )

    assert versions == [(1,), (2,)]


def test_every_fact_says_who_caused_it_and_by_which_command(
    market: Market, database_url: str
) -> None:
    viewer = Viewer(role=Role.OPERATOR, organisation_id=uuid4(), token_id=uuid4())
    actor = Actor(
        name="token:x", viewer=viewer, correlation_id="request 1", traceparent="00-1-2-01"
    )
    market.handle(Record(), by=actor, key="k")

    envelope = one(
        database_url, "SELECT convert_from(state, 'UTF8')::jsonb -> 'envelope' FROM market.facts"
    )

    assert envelope == {
        "actor": "token:x",
        "organisation_id": str(viewer.organisation_id),
        "token_id": str(viewer.token_id),
        "command_id": "k",
        "correlation_id": "request 1",
        "causation_id": None,
        "policy_version": 1,
        "traceparent": "00-1-2-01",
    }


def test_an_aggregate_is_found_as_what_it_is_and_as_nothing_else(market: Market) -> None:
    token_id = uuid4()
    market.handle(Record(ids=(token_id,)), by=MARKET)

    found = market.find(AccessToken, token_id)

    assert found is not None
    assert found.id == token_id
    assert market.find(Project, token_id) is None
    assert market.find(AccessToken, uuid4()) is None


def test_commands_that_differ_have_different_fingerprints() -> None:
    token_id, other_id = uuid4(), uuid4()

    def issue(name: str) -> IssueToken:
        return IssueToken(
            token_id=token_id,
            name=name,
            role=Role.AUDITOR,
            organisation_id=None,
            secret_sha256="0" * 64,
            expires_in_s=60,
        )

    same = {fingerprint_of(RevokeToken(token_id=token_id)) for _ in range(2)}
    different = {
        fingerprint_of(command)
        for command in (
            RevokeToken(token_id=token_id),
            RevokeToken(token_id=other_id),
            issue("a"),
            issue("b"),
        )
    }

    assert len(same) == 1
    assert len(different) == 4
