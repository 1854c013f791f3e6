"""Reads the log of facts: all of it for the feed, a viewer's part for clients."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from labelmarket.adapters.postgres.pool import Pool, patiently
from labelmarket.application.access import Viewer
from labelmarket.application.ports import StoredFact
from labelmarket.domain.access_token import Role

COLUMNS = """
notification_id, recorded_at, originator_id, originator_version, topic, state,
project_id, provider_id, organisation_id
"""
READ = f"""
SELECT {COLUMNS} FROM market.facts WHERE notification_id > %s
ORDER BY notification_id LIMIT %s
"""
_VISIBLE = """
SELECT {columns} FROM market.facts
WHERE notification_id > %(after)s AND {scope}
  AND (%(project)s::uuid IS NULL OR project_id = %(project)s)
  AND (%(aggregate)s::uuid IS NULL OR originator_id = %(aggregate)s)
  AND (%(topics)s::text[] IS NULL OR topic = ANY(%(topics)s))
ORDER BY notification_id LIMIT %(limit)s
"""
# One statement a role, so that each uses the index that holds its facts and no others.
VISIBLE = {
    Role.PROVIDER: _VISIBLE.format(columns=COLUMNS, scope="provider_id = %(who)s"),
    Role.CUSTOMER: _VISIBLE.format(columns=COLUMNS, scope="organisation_id = %(who)s"),
    Role.OPERATOR: _VISIBLE.format(columns=COLUMNS, scope="true"),
    Role.AUDITOR: _VISIBLE.format(columns=COLUMNS, scope="true"),
}
HEAD = "SELECT coalesce(max(notification_id), 0) FROM market.facts"
IDENTITY = "SELECT id FROM market.identity"


class PostgresLog:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def identity(self) -> UUID:
        """What tells this database's positions from those of another one."""
        row = patiently(self._pool, lambda c: c.execute(IDENTITY).fetchone())
        assert row is not None
        found: UUID = row[0]
        return found

    def head(self) -> int:
        row = patiently(self._pool, lambda c: c.execute(HEAD, prepare=True).fetchone())
        assert row is not None
        return int(row[0])

    def read(self, *, after: int, limit: int) -> Sequence[StoredFact]:
        rows = patiently(
            self._pool, lambda c: c.execute(READ, (after, limit), prepare=True).fetchall()
        )
        return [stored_fact(row) for row in rows]

    def visible(
        self,
        viewer: Viewer,
        *,
        after: int,
        limit: int,
        project_id: UUID | None = None,
        aggregate_id: UUID | None = None,
        topics: Sequence[str] | None = None,
    ) -> Sequence[StoredFact]:
        """The facts that the viewer may see, in order."""
        statement = VISIBLE[viewer.role]
        bounds = {
            "after": after,
            "who": viewer.organisation_id,
            "project": project_id,
            "aggregate": aggregate_id,
            "topics": list(topics) if topics is not None else None,
            "limit": limit,
        }
        rows = patiently(self._pool, lambda c: c.execute(statement, bounds).fetchall())
        return [stored_fact(row) for row in rows]


def stored_fact(row: Sequence[Any]) -> StoredFact:
    """A fact from a row of `COLUMNS`."""
    return StoredFact(
        position=row[0],
        recorded_at=row[1],
        originator_id=row[2],
        originator_version=row[3],
        topic=row[4],
        state=bytes(row[5]),
        project_id=row[6],
        provider_id=row[7],
        organisation_id=row[8],
    )
