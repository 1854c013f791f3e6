"""Rows of a view that is made from the start: kept in memory, and written when they leave it."""

from collections.abc import Collection, Mapping
from itertools import islice
from typing import Generic
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from labelmarket.adapters.postgres.view_table import ViewTable
from labelmarket.application.view import R

ROWS_MAX = 10_000
"""Most rows change a few times soon after they are made, so they are rarely written twice."""
WRITTEN_AT_ONCE_MAX = 1_000


class HeldRows(Generic[R]):
    """Stands before a view's table. Nothing may be read there before `write`."""

    def __init__(self, table: ViewTable[R], *, empty: bool, rows_max: int = ROWS_MAX) -> None:
        self._table = table
        self._empty = empty
        self._rows_max = rows_max
        self._held: dict[UUID, R | None] = {}

    def get(
        self, connection: psycopg.Connection[TupleRow], ids: Collection[UUID], /
    ) -> dict[UUID, R]:
        found: dict[UUID, R] = {}
        elsewhere = []
        for key in ids:
            if key not in self._held:
                elsewhere.append(key)
            elif (row := self._held[key]) is not None:
                found[key] = row
        if elsewhere and not self._empty:
            found |= self._table.get(connection, elsewhere)
        return found

    def put(
        self, connection: psycopg.Connection[TupleRow], rows: Mapping[UUID, R | None], /
    ) -> None:
        """Keep the rows; those that changed least lately may be written."""
        for key, row in rows.items():
            self._held.pop(key, None)
            self._held[key] = row
        if len(self._held) > self._rows_max:
            self.write(connection, leaving=len(self._held) - self._rows_max // 2)

    def write(
        self, connection: psycopg.Connection[TupleRow], *, leaving: int | None = None
    ) -> None:
        """Write rows and forget them: all, or so many of those that changed least lately."""
        left = len(self._held) if leaving is None else leaving
        while left > 0:
            some = dict(islice(self._held.items(), min(left, WRITTEN_AT_ONCE_MAX)))
            self._table.put(connection, some)
            self._empty = False
            for key in some:
                del self._held[key]
            left -= len(some)
