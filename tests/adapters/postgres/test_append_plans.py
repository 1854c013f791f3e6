"""The append looks up what it needs, though its plans are older than what the tables hold."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import StoredEvent

from labelmarket.adapters.postgres.pool import Pool, open_pool
from labelmarket.adapters.postgres.recorder import PostgresRecorder
from labelmarket.application.ports import Along, Job, Said, Timer
from tests.adapters.postgres.scene import one, select

ROWS = 5_000
READ_MAX = 100
TABLES = ("facts", "commands", "timers", "jobs")
GROW = """
SET session_replication_role = replica;
INSERT INTO market.facts (originator_id, originator_version, topic, state, recorded_at, chain)
    SELECT gen_random_uuid(), 1, 'TokenRevoked', '{}', now(), '' FROM generate_series(1, %(rows)s);
INSERT INTO market.commands SELECT 'old ' || n, '', '', '{}', now()
    FROM generate_series(1, %(rows)s) n;
INSERT INTO market.timers (id, due_at, command, args)
    SELECT 'old ' || n, now() + interval '1 h', '', '{}' FROM generate_series(1, %(rows)s) n;
INSERT INTO market.jobs (id, kind, queue, args)
    SELECT 'old ' || n, '', '', '{}' FROM generate_series(1, %(rows)s) n;
"""
ENTRIES_READ = """
SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE schemaname = 'market')
    + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE schemaname = 'market')
"""
TELL_NOW = "SELECT pg_stat_force_next_flush()"


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    """One connection, which keeps its plans."""
    pool = open_pool(database_url, name="test", size_max=1)
    yield pool
    pool.close()


def append(pool: Pool, *, ends: str | None, starts: str, reads: UUID) -> None:
    stored = StoredEvent(uuid4(), 1, "TokenRevoked", b"{}")
    later = datetime.now(UTC) + timedelta(hours=1)
    said = Said(key=f"key {starts}", fingerprint=b"f", answer=b"{}")
    PostgresRecorder(pool).insert_events(
        [stored],
        along=Along(
            said=(said,),
            audiences=((None, None),),
            reads=((reads, 7),),
            timers=(Timer(id=starts, due_at=later, command="ExpireOffer", args={}),),
            jobs=(Job(id=starts, kind="read_part", queue="parts", args={}),),
            done_timers=(ends,) if ends else (),
            done_jobs=(ends,) if ends else (),
        ),
    )


def entries_read(pool: Pool, database_url: str) -> int:
    with pool.connection() as connection:
        connection.execute(TELL_NOW)
    return int(one(database_url, ENTRIES_READ))


def clean(database_url: str, tables: Sequence[str]) -> None:
    """Let the planner know that there is nothing in the tables."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for table in tables:
            connection.execute(f"VACUUM ANALYZE market.{table}".encode())


def test_an_append_planned_on_empty_tables_reads_no_whole_table_later(
    pool: Pool, database_url: str
) -> None:
    # Given a connection that planned its appends while every table was known to be empty
    clean(database_url, TABLES)
    append(pool, ends="nothing", starts="first", reads=uuid4())
    # When the tables have grown
    select(database_url, GROW.replace("%(rows)s", str(ROWS)) + "SELECT 1")
    before = entries_read(pool, database_url)
    append(pool, ends="first", starts="second", reads=uuid4())
    # Then an append reads what it names, and ends what it says
    assert entries_read(pool, database_url) - before < READ_MAX
    assert one(database_url, "SELECT count(*) FROM market.timers WHERE id = 'first'") == 0
    assert one(database_url, "SELECT state FROM market.jobs WHERE id = 'first'") == "done"
