"""Whatever is done to the stored facts behind the market's back is found where it was done."""

from uuid import uuid4

import psycopg
import pytest

from labelmarket.adapters.postgres.audit import Filter, examine, fact_at, facts
from labelmarket.adapters.postgres.feed import ViewFollower
from labelmarket.adapters.postgres.session import open_session
from labelmarket.application.audit import Examination, Finding
from labelmarket.application.mapping import FactMapper
from labelmarket.application.views.provider_record import ProviderRecord
from labelmarket.bootstrap.core import Core
from labelmarket.domain.facts import FACTS
from tests.adapters.postgres.scene import Record, do, launch, one, select

POSITIONS = "SELECT notification_id FROM market.facts ORDER BY notification_id"


def tamper(database_url: str, statement: str, *values: object) -> None:
    """What only the owner of the server can do, triggers or not."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        assert connection.execute(statement.encode(), values).rowcount > 0


def verify(database_url: str) -> tuple[int, Finding | None]:
    examination = Examination(FactMapper(FACTS))
    with open_session(database_url, name="test") as session:
        finding = examine(session, examination, tell=lambda _position: None)
    return examination.facts, finding


def found(database_url: str) -> tuple[int, str]:
    _, finding = verify(database_url)
    assert finding is not None
    return finding.position, " / ".join(finding.problems)


@pytest.fixture
def positions(core: Core, database_url: str) -> list[int]:
    launch(core)
    return [row[0] for row in select(database_url, POSITIONS)]


def test_a_log_as_the_market_wrote_it_is_sound(database_url: str, positions: list[int]) -> None:
    assert verify(database_url) == (len(positions), None)


def test_an_empty_log_is_sound(database_url: str) -> None:
    assert verify(database_url) == (0, None)


def test_a_tampered_byte_is_located(database_url: str, positions: list[int]) -> None:
    change = "state = set_byte(state, 30, get_byte(state, 30) # 1)"
    tamper(
        database_url,
        f"UPDATE market.facts SET {change} WHERE notification_id = %s",  # noqa: S608 - the line above
        positions[7],
    )

    position, words = found(database_url)

    assert position == positions[7]
    assert f"the hash chain breaks behind {positions[6]}" in words


def test_a_deleted_row_is_located_at_the_one_behind_it(
    database_url: str, positions: list[int]
) -> None:
    tamper(database_url, "DELETE FROM market.facts WHERE notification_id = %s", positions[0])

    position, words = found(database_url)

    assert position == positions[1]
    assert "the hash chain breaks behind 0" in words
    assert "version 1 is missing" in words


def test_a_swapped_pair_is_located_at_its_first(database_url: str, positions: list[int]) -> None:
    tamper(
        database_url,
        "UPDATE market.facts SET notification_id = -%s WHERE notification_id = %s",
        positions[1],
        positions[1],
    )
    for new, old in ((positions[1], positions[2]), (positions[2], -positions[1])):
        tamper(
            database_url,
            "UPDATE market.facts SET notification_id = %s WHERE notification_id = %s",
            new,
            old,
        )

    position, words = found(database_url)

    assert position == positions[1]
    assert "the hash chain breaks" in words
    assert f"its stream is out of order: version 2 stands at {positions[2]}" in words


@pytest.mark.parametrize("at", [-5, 0, 10**6])
def test_an_inserted_row_is_located(database_url: str, positions: list[int], at: int) -> None:
    tamper(
        database_url,
        """
        INSERT INTO market.facts (originator_id, originator_version, topic, state,
            notification_id, recorded_at, chain)
        SELECT %s, 1, topic, state, %s, recorded_at, chain FROM market.facts
        WHERE notification_id = %s
        """,
        uuid4(),
        at,
        positions[-1],
    )

    position, words = found(database_url)

    assert position == at
    assert "the hash chain breaks" in words


def test_a_log_whose_last_facts_are_gone_is_found_by_what_a_view_took_in(
    core: Core, database_url: str, positions: list[int]
) -> None:
    follower = ViewFollower(core.pool, ProviderRecord(), core.mapper)
    follower.register()
    while follower.advance():
        pass
    tamper(database_url, "DELETE FROM market.facts WHERE notification_id >= %s", positions[-2])
    tamper(database_url, "DELETE FROM market.commands WHERE %s = ANY(positions)", positions[-1])

    position, words = found(database_url)

    assert position == positions[-1]
    assert words.startswith(f"the log ends at {positions[-3]}")


def test_a_moment_that_no_clock_shows_is_found(database_url: str, positions: list[int]) -> None:
    tamper(
        database_url,
        "UPDATE market.facts SET recorded_at = 'infinity' WHERE notification_id = %s",
        positions[3],
    )

    position, words = found(database_url)

    assert position == positions[3]
    assert "the moment of its recording is none" in words


def test_facts_are_found_by_what_is_asked(
    core: Core, database_url: str, positions: list[int]
) -> None:
    token_id = uuid4()
    do(core, Record(ids=(token_id,)))
    vetted = "SELECT count(*) FROM market.facts WHERE topic = 'ProviderVetted'"

    with open_session(database_url, name="test") as session:
        of_token = list(facts(session, Filter(aggregate_id=token_id), first=10))
        of_type = list(facts(session, Filter(topics=("ProviderVetted",)), first=10))
        some = list(facts(session, Filter(after=positions[2]), first=3))
        of_nobody = list(facts(session, Filter(project_id=uuid4()), first=10))
        last = fact_at(session, of_token[0].position)
        none = fact_at(session, 10**9)

    assert [fact.originator_id for fact in of_token] == [token_id]
    assert len(of_type) == one(database_url, vetted) == 2
    assert [fact.position for fact in some] == positions[3:6]
    assert of_nobody == []
    assert last is not None
    assert last[0] == of_token[0]
    assert len(last[1]) == 32
    assert none is None
