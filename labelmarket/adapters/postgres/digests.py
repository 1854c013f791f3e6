"""A view's rows as one hash, so that two ways to the same rows can be compared."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from labelmarket.adapters.postgres.session import Session
from labelmarket.application.view import View

BATCH_MAX = 2_000

ROWS = """
SELECT id, born, state, project_id, parent_id, organisation_id, provider_id, shared, body
FROM {schema}.{table} WHERE %(after)s::uuid IS NULL OR id > %(after)s ORDER BY id LIMIT %(limit)s
"""
STAY = "LOCK TABLE {schema}.{table} IN ACCESS SHARE MODE"
PLACE = "SELECT version, position FROM {schema}.progress WHERE view = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """`sha256` is over one JSON array a row, each ended by a newline, ordered by id."""

    view: str
    version: int
    position: int
    rows: int
    sha256: str


def digests(session: Session, views: Sequence[View[Any]], *, schema: str) -> list[Digest]:
    """The digest of each view, each as it was at one moment."""
    return [_digest(session, view, schema=schema) for view in views]


def _digest(session: Session, view: View[Any], *, schema: str) -> Digest:
    names = {"schema": schema, "table": view.name}
    with session.transaction():
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # Before the first look, so that no other table takes its place behind that moment.
        session.execute(STAY.format(**names))
        place = session.execute(PLACE.format(**names), (view.name,)).fetchone() or (0, 0)
        whole, rows = sha256(), 0
        for row in _rows(session, ROWS.format(**names)):
            whole.update(msgspec.json.encode(row) + b"\n")
            rows += 1
    return Digest(
        view=view.name, version=place[0], position=place[1], rows=rows, sha256=whole.hexdigest()
    )


def _rows(session: Session, statement: str) -> Iterator[tuple[Any, ...]]:
    after = None
    while True:
        bounds = {"after": after, "limit": BATCH_MAX}
        rows = session.execute(statement, bounds, prepare=False).fetchall()
        yield from rows
        if len(rows) < BATCH_MAX:
            return
        after = rows[-1][0]
