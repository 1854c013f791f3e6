"""Folds views from the first fact into tables of a schema beside the live ones."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from labelmarket.adapters.one_go import in_one_go
from labelmarket.adapters.postgres.held_rows import ROWS_MAX, HeldRows
from labelmarket.adapters.postgres.pages import Pages, entry_in
from labelmarket.adapters.postgres.session import Session
from labelmarket.adapters.postgres.view_table import ViewTable, take_in
from labelmarket.application.mapping import FactMapper, FactUnreadable
from labelmarket.application.view import Entry, View

BATCH_MAX = 2_000

TABLE = "CREATE TABLE {schema}.{table} (LIKE views.{table} INCLUDING ALL)"
NO_WAIT = "SET LOCAL synchronous_commit = off"


class FoldFailed(Exception):
    """A fact that some views cannot take in, so that they cannot be folded from the start."""

    def __init__(self, *, views: Sequence[str], position: int, error: Exception) -> None:
        names = ", ".join(views)
        super().__init__(f"{names} cannot take in {position}: {type(error).__name__}: {error}")
        self.views = views
        self.position = position


class SideFold:
    """One pass over the log for all of the views; each fact is decoded once.

    Rows are in memory until `write`.
    """

    def __init__(
        self,
        session: Session,
        views: Sequence[View[Any]],
        mapper: FactMapper,
        *,
        schema: str,
        batch_max: int = BATCH_MAX,
        rows_max: int = ROWS_MAX,
        position: int = 0,
        facts: int = 0,
    ) -> None:
        self._session = session
        self._mapper = mapper
        self._batch_max = batch_max
        self._schema = schema
        self._rows_max = rows_max
        self._sides = [(view, self._rows(view, empty=position == 0)) for view in views]
        self._pages = Pages(mapper, frozenset[str]().union(*(view.topics for view in views)))
        self.position = position
        self.facts = facts

    def only(self, view: View[Any]) -> "SideFold":
        """A fold of one of the views that goes on where this one stands, all rows written."""
        return SideFold(
            self._session,
            [view],
            self._mapper,
            schema=self._schema,
            batch_max=self._batch_max,
            rows_max=self._rows_max,
            position=self.position,
            facts=self.facts,
        )

    def _rows(self, view: View[Any], *, empty: bool) -> HeldRows[Any]:
        table = ViewTable(view, schema=self._schema)
        return HeldRows(table, empty=empty, rows_max=self._rows_max)

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
        with in_one_go(), self._session.transaction():
            self._session.execute(NO_WAIT)
            return self.advance_within(to=to)

    def advance_within(self, *, to: int) -> int:
        """As `advance`, in a transaction that is open already."""
        page = self._pages.read(self._session, after=self.position, to=to, limit=self._batch_max)
        if page is None:
            return 0
        entries = [self._entry(row) for row in page.rows]
        for view, rows in self._sides:
            self._fold(view, rows, [e for e in entries if e.fact.TOPIC in view.topics])
        self.position = page.position
        self.facts += page.facts
        return page.facts

    def write(self) -> None:
        """Write what is in memory; this does not wait for the disk either."""
        with self._session.transaction():
            self._session.execute(NO_WAIT)
            self.write_within()

    def write_within(self) -> None:
        """As `write`, in a transaction that is open already."""
        for _, rows in self._sides:
            rows.write(self._session)

    def _entry(self, row: TupleRow) -> Entry:
        try:
            return entry_in(self._mapper, row)
        except FactUnreadable as error:
            topic = row[4]
            names = [
                view.name
                for view, _ in self._sides
                if topic in view.topics or topic not in self._mapper.topics
            ]
            raise FoldFailed(views=names, position=row[0], error=error) from error

    def _fold(self, view: View[Any], rows: HeldRows[Any], entries: Sequence[Entry]) -> None:
        try:
            take_in(self._session, view, rows, entries)
        except psycopg.Error:
            raise
        except Exception as error:
            raise self._failure(view, rows, entries) from error

    def _failure(
        self, view: View[Any], rows: HeldRows[Any], entries: Sequence[Entry]
    ) -> FoldFailed:
        """Fold one by one, to learn which fact it was."""
        for entry in entries:
            try:
                take_in(self._session, view, rows, [entry])
            except psycopg.Error:
                raise
            except Exception as error:
                return FoldFailed(views=[view.name], position=entry.position, error=error)
        raise AssertionError("what cannot be folded at once cannot be folded one by one")
