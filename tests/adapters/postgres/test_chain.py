"""Every row of the log carries a hash of itself and of all before it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import psycopg

from labelmarket.application.access import MARKET
from labelmarket.bootstrap.core import Core
from tests.adapters.postgres.scene import Record, launch, select

ROWS = """
SELECT notification_id, originator_id, originator_version, recorded_at, project_id, provider_id,
    organisation_id, topic, state, chain
FROM market.facts ORDER BY notification_id
"""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _number(value: int, *, size: int) -> bytes:
    return value.to_bytes(size, "big", signed=True)


def _optional(value: UUID | None) -> bytes:
    return b"\x00" if value is None else b"\x01" + value.bytes


def _sized(value: bytes) -> bytes:
    return _number(len(value), size=4) + value


def link(head: bytes, row: Sequence[Any]) -> bytes:
    """The hash that a row must carry after the hash of the row before it."""
    position, stream, version, recorded_at, project_id, provider_id, customer, topic, state, _ = row
    micros = (recorded_at - EPOCH) // timedelta(microseconds=1)
    return sha256(
        head
        + _number(position, size=8)
        + stream.bytes
        + _number(version, size=8)
        + _number(micros, size=8)
        + _optional(project_id)
        + _optional(provider_id)
        + _optional(customer)
        + _sized(topic.encode())
        + _sized(state)
    ).digest()


def first_broken(rows: Sequence[Sequence[Any]]) -> int | None:
    """The position of the first row that does not follow from the rows before it."""
    head = b""
    for row in rows:
        head = link(head, row)
        if head != row[-1]:
            return int(row[0])
    return None


def broken_by(change: str, *values: int, database_url: str) -> int | None:
    """Where the chain breaks after a change, made as only the database's owner can; undone."""
    with psycopg.connect(database_url) as connection:
        connection.execute("ALTER TABLE market.facts DISABLE TRIGGER facts_stay")
        assert connection.execute(change.encode(), values).rowcount > 0
        broken = first_broken(connection.execute(ROWS).fetchall())
        connection.rollback()
    return broken


CHANGES = (
    "state = set_byte(state, 0, get_byte(state, 0) # 1)",
    "state = set_byte(state, length(state) - 1, get_byte(state, length(state) - 1) # 128)",
    "state = state || '\\x00'",
    "topic = overlay(topic placing 'x' from 3 for 1)",
    "topic = topic || 'x'",
    "project_id = gen_random_uuid()",
    "project_id = NULL",
    "provider_id = gen_random_uuid()",
    "project_id = NULL, provider_id = project_id",
    "recorded_at = recorded_at + interval '1 microsecond'",
    "originator_id = gen_random_uuid()",
    "originator_version = originator_version + 100",
    "chain = set_byte(chain, 31, get_byte(chain, 31) # 1)",
)


def test_the_chain_can_be_recomputed_from_the_rows_alone(core: Core, database_url: str) -> None:
    launch(core)

    rows = select(database_url, ROWS)

    assert len(rows) > 10
    assert first_broken(rows) is None


def test_a_changed_row_is_found_where_it_is(core: Core, database_url: str) -> None:
    launch(core)
    target = next(row[0] for row in select(database_url, ROWS)[5:] if row[4] is not None)

    for change in CHANGES:
        # Each change is a line of this module.
        statement = f"UPDATE market.facts SET {change} WHERE notification_id = %s"  # noqa: S608
        assert broken_by(statement, target, database_url=database_url) == target, change


def test_any_changed_byte_of_a_state_is_found(core: Core, database_url: str) -> None:
    core.market.handle(Record(ids=(uuid4(), uuid4())), by=MARKET)
    rows = [list(row) for row in select(database_url, ROWS)]
    state = rows[0][8]

    for place in range(len(state)):
        rows[0][8] = state[:place] + bytes([state[place] ^ 1]) + state[place + 1 :]
        assert first_broken(rows) == rows[0][0]


def test_a_missing_row_is_found_at_the_one_behind_it(core: Core, database_url: str) -> None:
    launch(core)
    gone, behind = (row[0] for row in select(database_url, ROWS)[4:6])

    statement = "DELETE FROM market.facts WHERE notification_id = %s"

    assert broken_by(statement, gone, database_url=database_url) == behind


def test_two_rows_that_changed_places_are_found(core: Core, database_url: str) -> None:
    launch(core)
    first, second = (row[0] for row in select(database_url, ROWS)[4:6])

    statement = (
        "UPDATE market.facts f SET topic = o.topic, state = o.state FROM market.facts o"
        " WHERE (f.notification_id, o.notification_id) IN ((%s, %s), (%s, %s))"
    )
    places = (first, second, second, first)

    assert broken_by(statement, *places, database_url=database_url) == first
