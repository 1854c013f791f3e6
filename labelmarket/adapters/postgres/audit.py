"""Reads the log as it is stored, for those who check it: in batches, in order."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from labelmarket.adapters.postgres.log import COLUMNS, stored_fact
from labelmarket.adapters.postgres.session import Session
from labelmarket.application.audit import Examination, Finding, Line
from labelmarket.application.ports import StoredFact

BATCH_MAX = 2_000
PROMISES_MAX = 1_000
BIGINT_MIN = -(2**63)

LINES = """
SELECT f.notification_id, f.originator_id, f.originator_version, f.topic, f.state,
    f.project_id, f.provider_id, f.organisation_id,
    CASE WHEN f.recorded_at BETWEEN '0001-01-01 UTC' AND '9999-12-31 UTC'
        THEN (extract(epoch FROM f.recorded_at) * 1000000)::bigint END,
    f.chain, p.notification_id
FROM market.facts f LEFT JOIN market.facts p
    ON p.originator_id = f.originator_id AND p.originator_version = f.originator_version - 1
WHERE f.notification_id >= %s ORDER BY f.notification_id LIMIT %s
"""
PROMISED = f"""
SELECT greatest(
    (SELECT max(position) FROM views.progress),
    (SELECT max(position) FROM market.reactions),
    (SELECT max(p) FROM (
        SELECT positions FROM market.commands ORDER BY recorded_at DESC LIMIT {PROMISES_MAX}
    ) AS newest, unnest(newest.positions) AS p), 0)
"""
FACTS = f"""
SELECT {COLUMNS} FROM market.facts
WHERE notification_id > %(after)s
  AND (%(project)s::uuid IS NULL OR project_id = %(project)s)
  AND (%(aggregate)s::uuid IS NULL OR originator_id = %(aggregate)s)
  AND (%(topics)s::text[] IS NULL OR topic = ANY(%(topics)s))
ORDER BY notification_id LIMIT %(limit)s
"""
ONE = f"SELECT {COLUMNS}, chain FROM market.facts WHERE notification_id = %s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which facts are wanted; what is left open lets all pass."""

    after: int = 0
    aggregate_id: UUID | None = None
    project_id: UUID | None = None
    topics: Sequence[str] = ()


def examine(
    session: Session, examination: Examination, *, tell: Callable[[int], None]
) -> Finding | None:
    """Look at the whole log, and give the first place where something is wrong.

    Facts that are recorded meanwhile are looked at too, as long as they come faster than
    a batch; the memory that is needed is that of one batch.
    """
    row = session.execute(PROMISED).fetchone()
    assert row is not None
    start = BIGINT_MIN
    while True:
        rows = session.execute(LINES, (start, BATCH_MAX), prepare=True).fetchall()
        for line in map(_line, rows):
            if (finding := examination.look(line)) is not None:
                return finding
        start = examination.position + 1
        tell(examination.position)
        if len(rows) < BATCH_MAX:
            return examination.missing(row[0])


def facts(session: Session, wanted: Filter, *, first: int) -> Iterator[StoredFact]:
    """The first so many of the facts that are wanted, in order."""
    after, left = wanted.after, first
    while left > 0:
        limit = min(left, BATCH_MAX)
        bounds = {
            "after": after,
            "project": wanted.project_id,
            "aggregate": wanted.aggregate_id,
            "topics": list(wanted.topics) or None,
            "limit": limit,
        }
        rows = session.execute(FACTS, bounds, prepare=False).fetchall()
        yield from map(stored_fact, rows)
        if len(rows) < limit:
            return
        after, left = rows[-1][0], left - limit


def fact_at(session: Session, position: int) -> tuple[StoredFact, bytes] | None:
    """One fact and its hash."""
    row = session.execute(ONE, (position,)).fetchone()
    return None if row is None else (stored_fact(row), bytes(row[-1]))


def _line(row: Sequence[Any]) -> Line:
    return Line(
        position=row[0],
        originator_id=row[1],
        originator_version=row[2],
        topic=row[3],
        state=bytes(row[4]),
        project_id=row[5],
        provider_id=row[6],
        organisation_id=row[7],
        recorded_at_us=row[8],
        chain=bytes(row[9]),
        before=row[10],
    )
