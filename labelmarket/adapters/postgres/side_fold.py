"""Folds views from the first fact into tables of a schema beside the live ones."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import psycopg

from labelmarket.adapters.postgres.feed import READ, entry_of
from labelmarket.adapters.postgres.log import stored_fact
from labelmarket.adapters.postgres.session import Session
from labelmarket.adapters.postgres.view_table import ViewTable
from labelmarket.application.mapping import FactMapper, FactUnreadable
from labelmarket.application.ports import StoredFact
from labelmarket.application.view import Entry, View, fold

BATCH_MAX = 2_000

TABLE = "CREATE TABLE {schema}.{table} (LIKE views.{table} INCLUDING ALL)"
NO_WAIT = "SET LOCAL synchronous_commit = off"


class FoldFailed(Exception):
    """A view cannot take in a fact, so it cannot be folded from the start."""

    def __init__(self, *, view: str, position: int, error: Exception) -> None:
        super().__init__(f"{view} cannot take in {position}: {type(error).__name__}: {error}")
        self.view = view
        self.position = position


class SideFold:
    """One pass over the log for all of the views; each fact is decoded once."""

    def __init__(
        self,
        session: Session,
        views: Sequence[View[Any]],
        mapper: FactMapper,
        *,
        schema: str,
        batch_max: int = BATCH_MAX,
    ) -> None:
        self._session = session
        self._mapper = mapper
        self._batch_max = batch_max
        self._schema = schema
        self._sides = [(view, ViewTable(view, schema=schema)) for view in views]
        self.position = 0
        self.facts = 0

    def only(self, view: View[Any]) -> "SideFold":
        """A fold of one of the views that goes on where this one stands."""
        one = SideFold(
            self._session, [view], self._mapper, schema=self._schema, batch_max=self._batch_max
        )
        one.position, one.facts = self.position, self.facts
        return one

    def make_tables(self) -> None:
        """Make the tables as the live ones are, in a schema that is there already."""
        for view, _ in self._sides:
            self._session.execute(TABLE.format(schema=self._schema, table=view.name))

    def gather_statistics(self) -> None:
        """Let the database plan well from the first read on."""
        for view, _ in self._sides:
            self._session.execute(f"ANALYZE {self._schema}.{view.name}")

    def advance(self, *, to: int) -> int:
        """Fold the next facts, none behind `to`, and give their number.

        Raises `FoldFailed` when a view cannot take in one of them. The commit does not
        wait for the disk: after a crash the fold begins again anyway.
        """
        with self._session.transaction():
            self._session.execute(NO_WAIT)
            return self.advance_within(to=to)

    def advance_within(self, *, to: int) -> int:
        """As `advance`, in a transaction that is open already."""
        rows = self._session.execute(
            READ, (self.position, self._batch_max), prepare=True
        ).fetchall()
        stored = [stored_fact(row) for row in rows if row[0] <= to]
        if not stored:
            return 0
        entries = [self._entry(fact) for fact in stored]
        for view, table in self._sides:
            self._fold(view, table, entries)
        self.position = stored[-1].position
        self.facts += len(stored)
        return len(stored)

    def _entry(self, fact: StoredFact) -> Entry:
        try:
            return entry_of(self._mapper, fact)
        except FactUnreadable as error:
            names = ", ".join(view.name for view, _ in self._sides)
            raise FoldFailed(view=names, position=fact.position, error=error) from error

    def _fold(self, view: View[Any], table: ViewTable[Any], entries: Sequence[Entry]) -> None:
        try:
            named = [(entry, view.keys(entry.fact)) for entry in entries]
            keys = list({key for _, keys in named for key in keys})
            rows = table.get(self._session, keys) if keys else {}
            changed = fold(view, (entry for entry, keys in named if keys), rows)
        except psycopg.Error:
            raise
        except Exception as error:
            raise self._failure(view, table, entries) from error
        table.put(self._session, changed)

    def _failure(
        self, view: View[Any], table: ViewTable[Any], entries: Sequence[Entry]
    ) -> FoldFailed:
        """Fold one by one, in memory, to learn which fact it was."""
        rows: dict[UUID, Any] = {}
        for entry in entries:
            try:
                fresh = [key for key in view.keys(entry.fact) if key not in rows]
                rows |= table.get(self._session, fresh)
                rows |= fold(view, [entry], rows)
            except psycopg.Error:
                raise
            except Exception as error:
                return FoldFailed(view=view.name, position=entry.position, error=error)
        raise AssertionError("what cannot be folded at once cannot be folded one by one")
