"""A view's rows in PostgreSQL: written by the feed, read within a viewer's scope."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol
from uuid import UUID

import msgspec
import psycopg
from psycopg.rows import TupleRow

from labelmarket.adapters.postgres.arrays import plain_array
from labelmarket.adapters.postgres.pool import Pool, patiently
from labelmarket.application.access import Viewer
from labelmarket.application.view import Entry, R, View, fold_named, named
from labelmarket.domain.access_token import Role

GET = "SELECT id, body FROM {schema}.{table} WHERE id = ANY(%s::uuid[])"
# Bodies in binary form, since every quote would have to be escaped in an array's text form.
PUT = """
INSERT INTO {schema}.{table}
    (id, born, state, project_id, parent_id, organisation_id, provider_id, shared, body)
SELECT * FROM unnest(%s::uuid[], %s::bigint[], %b::text[], %s::uuid[], %s::uuid[], %s::uuid[],
    %s::uuid[], %s::boolean[], %b::text[])
ON CONFLICT (id) DO UPDATE SET
    state = EXCLUDED.state, project_id = EXCLUDED.project_id, parent_id = EXCLUDED.parent_id,
    organisation_id = EXCLUDED.organisation_id, provider_id = EXCLUDED.provider_id,
    shared = EXCLUDED.shared, body = EXCLUDED.body
"""
DROP = "DELETE FROM {schema}.{table} WHERE id = ANY(%s::uuid[])"
SCOPE = """
(%(all)s OR provider_id = %(provider)s OR organisation_id = %(customer)s
    OR (shared AND %(customer)s::uuid IS NOT NULL))
"""
BY_IDS = f"SELECT id, body FROM views.{{table}} WHERE id = ANY(%(ids)s) AND {SCOPE}"
PAGE = f"""
SELECT id, body FROM views.{{table}}
WHERE born > %(after)s AND {SCOPE}
  AND (%(project)s::uuid IS NULL OR project_id = %(project)s)
  AND (%(parents)s::uuid[] IS NULL OR parent_id = ANY(%(parents)s))
  AND (%(providers)s::uuid[] IS NULL OR provider_id = ANY(%(providers)s))
  AND (%(state)s::text IS NULL OR state = %(state)s)
ORDER BY born LIMIT %(first)s
"""

LATEST = f"""
SELECT id, body FROM views.{{table}}
WHERE {SCOPE} AND state = %(state)s ORDER BY born DESC LIMIT %(first)s
"""
LATEST_OF_EACH = f"""
SELECT latest.id, latest.body FROM unnest(%(providers)s::uuid[]) AS wanted (of_provider)
CROSS JOIN LATERAL (
    SELECT id, body FROM views.{{table}}
    WHERE provider_id = wanted.of_provider AND {SCOPE}
    ORDER BY born DESC LIMIT %(first)s
) AS latest
"""


class Rows(Protocol[R]):
    """Where a view's rows are while it is folded."""

    def get(
        self, connection: psycopg.Connection[TupleRow], ids: Collection[UUID], /
    ) -> dict[UUID, R]:
        """Those of the rows that there are."""
        ...

    def put(
        self, connection: psycopg.Connection[TupleRow], rows: Mapping[UUID, R | None], /
    ) -> None:
        """Keep the rows; None drops one."""
        ...


def take_in(
    connection: psycopg.Connection[TupleRow],
    view: View[R],
    rows: Rows[R],
    entries: Iterable[Entry],
) -> None:
    """Fold entries into a view's rows; nothing is kept before everything was folded."""
    found = named(view, entries)
    if found:
        changed: dict[UUID, R | None] = dict.fromkeys(key for _, keys in found for key in keys)
        changed |= rows.get(connection, changed)
        fold_named(view, found, changed)
        rows.put(connection, changed)


class ViewTable(Generic[R]):
    """Rows are kept as JSON text, with the columns that scope and order them beside it."""

    def __init__(self, view: View[R], *, schema: str = "views") -> None:
        self._decoder = msgspec.json.Decoder(view.row)
        self._encoder = msgspec.json.Encoder()
        names = {"schema": schema, "table": view.name}
        self._get, self._put, self._drop = (s.format(**names) for s in (GET, PUT, DROP))

    def get(
        self, connection: psycopg.Connection[TupleRow], ids: Collection[UUID], /
    ) -> dict[UUID, R]:
        found = connection.execute(self._get, (plain_array(ids),)).fetchall()
        return {key: self._decoder.decode(body) for key, body in found}

    def put(
        self, connection: psycopg.Connection[TupleRow], rows: Mapping[UUID, R | None], /
    ) -> None:
        kept = [row for row in rows.values() if row is not None]
        gone = [key for key, row in rows.items() if row is None]
        if kept:
            connection.execute(self._put, self._columns(kept))
        if gone:
            connection.execute(self._drop, (plain_array(gone),))

    def _columns(self, rows: Sequence[R]) -> tuple[object, ...]:
        return (
            plain_array(row.id for row in rows),
            plain_array(row.born for row in rows),
            [str(row.state) for row in rows],
            plain_array(row.project_id for row in rows),
            plain_array(row.parent_id for row in rows),
            plain_array(row.organisation_id for row in rows),
            plain_array(row.provider_id for row in rows),
            plain_array(row.shared for row in rows),
            [self._encoder.encode(row).decode() for row in rows],
        )


class ViewReads(Generic[R]):
    """What a viewer may read of a view; a missing and a foreign row are the same nothing."""

    def __init__(self, pool: Pool, view: View[R]) -> None:
        self._pool = pool
        self._decoder = msgspec.json.Decoder(view.row)
        self._by_ids = BY_IDS.format(table=view.name)
        self._page = PAGE.format(table=view.name)
        self._latest = LATEST.format(table=view.name)
        self._latest_of_each = LATEST_OF_EACH.format(table=view.name)

    def by_ids(self, viewer: Viewer, ids: Sequence[UUID], /) -> dict[UUID, R]:
        bounds = {**_scope(viewer), "ids": list(ids)}
        rows = patiently(self._pool, lambda c: c.execute(self._by_ids, bounds).fetchall())
        return {key: self._decoder.decode(body) for key, body in rows}

    def page(
        self,
        viewer: Viewer,
        /,
        *,
        first: int,
        after: int = 0,
        project_id: UUID | None = None,
        parent_ids: Sequence[UUID] | None = None,
        provider_ids: Sequence[UUID] | None = None,
        state: str | None = None,
    ) -> list[R]:
        bounds = {
            **_scope(viewer),
            "first": first,
            "after": after,
            "project": project_id,
            "parents": None if parent_ids is None else list(parent_ids),
            "providers": None if provider_ids is None else list(provider_ids),
            "state": state,
        }
        return self._rows(self._page, bounds)

    def latest(self, viewer: Viewer, /, *, first: int, state: str) -> list[R]:
        return self._rows(self._latest, {**_scope(viewer), "first": first, "state": state})

    def latest_of_each(
        self, viewer: Viewer, /, *, provider_ids: Sequence[UUID], first: int
    ) -> list[R]:
        bounds = {**_scope(viewer), "first": first, "providers": list(provider_ids)}
        return self._rows(self._latest_of_each, bounds)

    def _rows(self, statement: str, bounds: dict[str, Any]) -> list[R]:
        rows = patiently(self._pool, lambda c: c.execute(statement, bounds).fetchall())
        return [self._decoder.decode(body) for _, body in rows]


def _scope(viewer: Viewer) -> dict[str, Any]:
    return {
        "all": viewer.sees_all,
        "provider": viewer.organisation_id if viewer.role is Role.PROVIDER else None,
        "customer": viewer.organisation_id if viewer.role is Role.CUSTOMER else None,
    }
