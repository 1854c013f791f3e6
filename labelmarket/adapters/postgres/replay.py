"""Folds all views up to a position into a schema of its own, to be looked at."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from labelmarket.adapters.postgres.digests import Digest, digests
from labelmarket.adapters.postgres.rebuild import GONE, HEAD, SIDE
from labelmarket.adapters.postgres.session import Session, hold
from labelmarket.adapters.postgres.side_fold import BATCH_MAX, SideFold
from labelmarket.application.mapping import FactMapper
from labelmarket.application.view import View

MARK = "made by labelmarket audit replay"
NAME = re.compile(r"(?!pg_)[a-z_][a-z0-9_]{0,62}")
TAKEN = frozenset({"information_schema", "market", "public", "views", SIDE, GONE})

KNOWN = "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s"
MAKE = f"""
DROP SCHEMA IF EXISTS {{schema}} CASCADE;
CREATE SCHEMA {{schema}};
COMMENT ON SCHEMA {{schema}} IS '{MARK}';
CREATE TABLE {{schema}}.progress (LIKE views.progress INCLUDING ALL);
"""
PLACE = "INSERT INTO {schema}.progress (view, version, position) VALUES (%s, %s, %s)"


class SchemaRefused(Exception):
    """The name cannot be used, or the schema is somebody else's."""


class NotRecordedYet(Exception):
    """The log does not reach as far as was asked."""


def replay(
    session: Session,
    views: Sequence[View[Any]],
    mapper: FactMapper,
    *,
    to: int,
    schema: str,
    tell: Callable[[int, int], None] = lambda _position, _to: None,
    batch_max: int = BATCH_MAX,
) -> list[Digest]:
    """Fold the views as they were at a position, and give the digests of their rows.

    The schema is made, or made anew if an earlier replay made it. Raises `SchemaRefused`,
    `NotRecordedYet`, `Occupied`, and `FoldFailed` for a fact that cannot be taken in.
    """
    if NAME.fullmatch(schema) is None or schema in TAKEN:
        raise SchemaRefused(f"{schema!r} is no name for a schema to replay into")
    hold(session, f"replay into {schema}")
    _check(session, to=to, schema=schema)
    quoted = f'"{schema}"'
    with session.transaction():
        session.execute(MAKE.format(schema=quoted))
    side = SideFold(session, views, mapper, schema=quoted, batch_max=batch_max)
    side.make_tables()
    while side.advance(to=to):
        tell(side.position, to)
    side.write()
    side.gather_statistics()
    for view in views:
        place = (view.name, view.version, side.position)
        session.execute(PLACE.format(schema=quoted), place)
    return digests(session, views, schema=quoted)


def _check(session: Session, *, to: int, schema: str) -> None:
    row = session.execute(HEAD).fetchone()
    assert row is not None
    if to > row[0]:
        raise NotRecordedYet(f"the log ends at {row[0]}, before {to}")
    known = session.execute(KNOWN, (schema,)).fetchone()
    if known is not None and known[0] != MARK:
        raise SchemaRefused(f"there is a schema {schema} that no replay made")
