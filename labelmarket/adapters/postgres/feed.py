"""Keeps views in step with the log: a batch folded in memory, written with its position."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from labelmarket.adapters.one_go import in_one_go
from labelmarket.adapters.postgres.pages import Page, Pages, entry_in
from labelmarket.adapters.postgres.pool import Pool
from labelmarket.adapters.postgres.view_table import ViewTable, take_in
from labelmarket.application.mapping import FactMapper
from labelmarket.application.ports import StoredFact
from labelmarket.application.view import Entry, View

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
MOVE = """
WITH moved AS (UPDATE views.progress SET position = %s WHERE view = %s)
SELECT pg_notify('views', '')
"""
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
        self._pages = Pages(mapper, view.topics)

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
            page = self._pages.read(connection, after=held[0], limit=self._batch_max)
            if page is None:
                return 0
            with in_one_go():
                reached = self._take_in(connection, page)
            if reached > held[0]:
                connection.execute(MOVE, (reached, self._view.name), prepare=True)
            return page.facts if reached == page.position else 0

    def _take_in(self, connection: psycopg.Connection[TupleRow], page: Page) -> int:
        """Fold as many as can be folded, and quarantine the view at the first that cannot.

        Gives the position up to which nothing is left out.
        """
        try:
            self._fold(connection, page.rows)
        except psycopg.Error:
            raise
        except Exception:
            return self._one_by_one(connection, page)
        return page.position

    def _one_by_one(self, connection: psycopg.Connection[TupleRow], page: Page) -> int:
        for row in page.rows:
            try:
                self._fold(connection, [row])
            except psycopg.Error:
                raise
            except Exception as error:
                position: int = row[0]
                self._quarantine(connection, position, error)
                return position - 1
        return page.position

    def _fold(self, connection: psycopg.Connection[TupleRow], rows: Sequence[TupleRow]) -> None:
        take_in(connection, self._view, self._table, [entry_in(self._mapper, row) for row in rows])

    def _quarantine(
        self, connection: psycopg.Connection[TupleRow], position: int, error: Exception
    ) -> None:
        words = f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS_MAX]
        connection.execute(QUARANTINE, (position, words, self._view.name))


def entry_of(mapper: FactMapper, stored: StoredFact) -> Entry:
    """A stored fact, decoded."""
    return Entry(
        position=stored.position,
        recorded_at=stored.recorded_at,
        fact=mapper.read(stored),
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
