"""The cascade's plays on the real PostgreSQL, held against the log in memory at every step."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg.rows import TupleRow

from labelmarket.adapters.postgres.log import PostgresLog
from labelmarket.adapters.postgres.pool import Pool, open_pool
from labelmarket.adapters.postgres.recorder import PostgresRecorder
from labelmarket.application.ports import AlreadyRecorded, LogConflict, Remembered
from tests.memory_log import ManualClock, MemoryRecorder

FACTS_MAX = 100_000
# The append asks for `clock_timestamp()` by its bare name, so a schema that it searches before
# the system's own can answer. Everything else in the database is as the migrations make it.
CLOCK = """
CREATE SCHEMA IF NOT EXISTS proof;
CREATE TABLE IF NOT EXISTS proof.clock (at timestamptz);
DELETE FROM proof.clock;
INSERT INTO proof.clock VALUES (now());
CREATE OR REPLACE FUNCTION proof.clock_timestamp() RETURNS timestamptz
    LANGUAGE sql VOLATILE AS 'SELECT at FROM proof.clock';
"""
OWN_TIME = """
SELECT format('ALTER FUNCTION %s SET search_path = proof, pg_catalog, pg_temp', oid::regprocedure)
FROM pg_proc WHERE pronamespace = 'market'::regnamespace AND proname = 'append'
"""
SET_CLOCK = "UPDATE proof.clock SET at = %s"
EMPTY = """
SET session_replication_role = replica;
DELETE FROM market.facts; DELETE FROM market.commands;
DELETE FROM market.timers; DELETE FROM market.jobs;
SET session_replication_role = origin;
SELECT setval('market.facts_notification_id_seq', 1, false);
"""
TIMERS = "SELECT id, due_at, command, args FROM market.timers ORDER BY id"
JOBS = "SELECT id, kind, queue, args, state = 'done' FROM market.jobs ORDER BY id"
KEYS = "SELECT key, fingerprint, answer, positions FROM market.commands ORDER BY key"


class RealLog:
    """One database for one play after the other.

    What no application may do, such as forgetting facts, `owner` does.
    """

    def __init__(self, pool: Pool, *, owner: psycopg.Connection[TupleRow]) -> None:
        self.pool = pool
        self._owner = owner
        self.recorder = PostgresRecorder(pool)

    def empty(self) -> None:
        self._owner.execute(EMPTY)

    def set_clock(self, at: datetime) -> None:
        self._owner.execute(SET_CLOCK, (at,))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.pool.connection() as connection:
            return connection.execute(statement.encode()).fetchall()


@contextmanager
def real_log(database_url: str) -> Iterator[RealLog]:
    """Open a migrated database whose time is set by hand."""
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(CLOCK)
        for (statement,) in owner.execute(OWN_TIME).fetchall():
            owner.execute(statement)
        pool = open_pool(database_url, name="proof", size_max=2)
        try:
            yield RealLog(pool, owner=owner)
        finally:
            pool.close()


class MirroredRecorder(MemoryRecorder):
    """Asks the real recorder the same as the one in memory, and objects to another answer."""

    def __init__(self, now: ManualClock, *, real: RealLog) -> None:
        super().__init__(now)
        self._time = now
        self._real = real
        self._set_at: datetime | None = None
        real.empty()

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,  # noqa: ANN401 - the library's signature
    ) -> Sequence[int]:
        if self._set_at != self._time():
            self._set_at = self._time()
            self._real.set_clock(self._set_at)
        real, _ = _outcome(self._real.recorder.insert_events, stored_events, **kwargs)
        ours, refused = _outcome(super().insert_events, stored_events, **kwargs)
        assert real == ours, "the real log answers an append otherwise"
        if refused is not None:
            raise refused
        self._compare_timers()
        return [int(position) for position in ours]

    def recorded(self, key: str) -> Remembered | None:
        ours = super().recorded(key)
        assert self._real.recorder.recorded(key) == ours, "the real log remembers otherwise"
        return ours

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """What the real log gives is what the market decides on."""
        bounds: dict[str, Any] = {"gt": gt, "lte": lte, "desc": desc, "limit": limit}
        real = self._real.recorder.select_events(originator_id, **bounds)
        ours = super().select_events(originator_id, **bounds)
        assert list(real) == list(ours), "the real log has another stream"
        return real

    def select_streams(self, originator_ids: Collection[UUID]) -> Sequence[StoredEvent]:
        real = self._real.recorder.select_streams(originator_ids)
        ours = super().select_streams(originator_ids)
        assert list(real) == list(ours), "the real log has other streams"
        return real

    def compare(self) -> None:
        """Hold everything that the play left against what it left in memory."""
        log = PostgresLog(self._real.pool).read(after=0, limit=FACTS_MAX)
        assert list(log) == self.log, "the real log has other facts"
        self._compare_timers()
        jobs = [
            (j.id, j.kind, j.queue, dict(j.args), j.id in self.done_jobs)
            for j in self.jobs.values()
        ]
        assert self._real.rows(JOBS) == sorted(jobs, key=lambda row: row[0])
        keys = [(k, r.fingerprint, r.answer, list(r.positions)) for k, r in self.keys.items()]
        assert self._real.rows(KEYS) == sorted(keys, key=lambda row: row[0])

    def _compare_timers(self) -> None:
        """At every step, for in the end none is left."""
        timers = [(t.id, t.due_at, t.command, dict(t.args)) for t in self.timers.values()]
        waiting = self._real.rows(TIMERS)
        assert waiting == sorted(timers, key=lambda row: row[0]), "the real log has other timers"


def _outcome(
    append: Callable[..., Sequence[int]],
    stored: Sequence[StoredEvent],
    **kwargs: Any,  # noqa: ANN401 - the library's signature
) -> tuple[tuple[Any, ...], AlreadyRecorded | LogConflict | None]:
    """What came of an append, to be compared, and the exception that it came as."""
    try:
        return tuple(append(stored, **kwargs)), None
    except AlreadyRecorded as error:
        return ("recorded before", error.remembered), error
    except LogConflict as error:
        return ("conflict",), error
