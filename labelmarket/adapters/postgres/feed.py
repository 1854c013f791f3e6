"""Keeps views in step with the log: a batch folded in memory, written with its position."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg.rows import TupleRow

from labelmarket.adapters.postgres.log import COLUMNS, stored_fact
from labelmarket.adapters.postgres.pool import Pool
from labelmarket.adapters.postgres.view_table import ViewTable
from labelmarket.application.mapping import FactMapper
from labelmarket.application.ports import StoredFact
from labelmarket.application.view import Entry, View, fold

BATCH_MAX = 500
ERROR_CHARACTERS_MAX = 500

REGISTER = """
INSERT INTO views.progress (view, version) VALUES (%s, %s) ON CONFLICT (view) DO NOTHING
"""
VERSION = "SELECT version FROM views.progress WHERE view = %s"
LEAD = """
SELECT position FROM views.progress
WHERE view = %s AND version = %s AND quarantined_at IS NULL FOR UPDATE SKIP LOCKED
"""
READ = f"""
SELECT {COLUMNS} FROM market.facts WHERE notification_id > %s
ORDER BY notification_id LIMIT %s
"""
MOVE = "UPDATE views.progress SET position = %s WHERE view = %s"
QUARANTINE = "UPDATE views.progress SET quarantined_at = %s, error = %s WHERE view = %s"
RELEASE = """
UPDATE views.progress SET quarantined_at = NULL, error = NULL
WHERE view = %s AND quarantined_at IS NOT NULL
"""
PROGRESS = """
SELECT view, position, quarantined_at, error, version FROM views.progress ORDER BY view
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a view is; `quarantined_at` is the fact that it could not take in."""

    view: str
    position: int
    quarantined_at: int | None
    error: str | None
    version: int


class ViewFollower:
    """Leads one view while it holds the view's progress row; others are skipped.

    It leads rows of its own version of the view alone: two programs never mix theirs.
    """

    def __init__(
        self, pool: Pool, view: View[Any], mapper: FactMapper, *, batch_max: int = BATCH_MAX
    ) -> None:
        self._pool = pool
        self._batch_max = batch_max
        self._view = view
        self._mapper = mapper
        self._table = ViewTable(view)

    def register(self) -> bool:
        """Make the view known; True if its rows are of an earlier version, to be rebuilt."""
        with self._pool.connection() as connection:
            connection.execute(REGISTER, (self._view.name, self._view.version))
            row = connection.execute(VERSION, (self._view.name,)).fetchone()
        assert row is not None
        return bool(row[0] < self._view.version)

    def advance(self) -> int:
        """Take in the next facts and give their number; 0 when there is nothing to do.

        Rows and position are committed together, so a crash loses nothing and repeats
        nothing. A fact that cannot be folded quarantines this view alone.
        """
        with self._pool.connection() as connection, connection.transaction():
            held = connection.execute(LEAD, (self._view.name, self._view.version)).fetchone()
            if held is None:
                return 0
            rows = connection.execute(READ, (held[0], self._batch_max), prepare=True).fetchall()
            if not rows:
                return 0
            stored = [stored_fact(row) for row in rows]
            taken = self._take_in(connection, stored)
            if taken:
                last = stored[taken - 1].position
                connection.execute(MOVE, (last, self._view.name), prepare=True)
                connection.execute("SELECT pg_notify('views', '')")
            return taken

    def _take_in(
        self, connection: psycopg.Connection[TupleRow], stored: Sequence[StoredFact]
    ) -> int:
        """Fold as many as can be folded, and quarantine the view at the first that cannot."""
        try:
            self._fold(connection, stored)
            return len(stored)
        except psycopg.Error:
            raise
        except Exception:
            return self._one_by_one(connection, stored)

    def _one_by_one(
        self, connection: psycopg.Connection[TupleRow], stored: Sequence[StoredFact]
    ) -> int:
        for number, fact in enumerate(stored):
            try:
                self._fold(connection, [fact])
            except psycopg.Error:
                raise
            except Exception as error:
                self._quarantine(connection, fact, error)
                return number
        return len(stored)

    def _fold(self, connection: psycopg.Connection[TupleRow], stored: Sequence[StoredFact]) -> None:
        """Nothing is written before everything was folded."""
        entries = [entry_of(self._mapper, fact) for fact in stored]
        keys = list({key for entry in entries for key in self._view.keys(entry.fact)})
        rows = self._table.get(connection, keys) if keys else {}
        self._table.put(connection, fold(self._view, entries, rows))

    def _quarantine(
        self, connection: psycopg.Connection[TupleRow], fact: StoredFact, error: Exception
    ) -> None:
        words = f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS_MAX]
        connection.execute(QUARANTINE, (fact.position, words, self._view.name))


def entry_of(mapper: FactMapper, stored: StoredFact) -> Entry:
    """A stored fact, decoded."""
    event = StoredEvent(stored.originator_id, stored.originator_version, stored.topic, stored.state)
    return Entry(
        position=stored.position,
        recorded_at=stored.recorded_at,
        fact=mapper.to_domain_event(event),
        project_id=stored.project_id,
        provider_id=stored.provider_id,
    )


def progress(pool: Pool) -> list[Progress]:
    """How far every view is."""
    with pool.connection() as connection:
        rows = connection.execute(PROGRESS).fetchall()
    return [
        Progress(view=row[0], position=row[1], quarantined_at=row[2], error=row[3], version=row[4])
        for row in rows
    ]


def release(pool: Pool, view: str) -> bool:
    """Let a quarantined view try again, after what ails it was mended; False if none was."""
    with pool.connection() as connection:
        return connection.execute(RELEASE, (view,)).rowcount > 0
