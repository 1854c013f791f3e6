"""Timers that have fallen due, taken by many hands without a leader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from labelmarket.adapters.postgres.pool import Pool, patiently

BATCH_MAX = 100
LEASE_S = 30
"""A timer whose taker died is taken again after this."""
RETRY_FIRST_S = 0.5
RETRY_S_MAX = 60.0
DOUBLINGS_MAX = 10

TAKE = """
UPDATE market.timers SET leased_until = clock_timestamp() + %s * interval '1 s',
    attempts = attempts + 1
WHERE id IN (
    SELECT id FROM market.timers
    WHERE due_at <= clock_timestamp()
      AND (leased_until IS NULL OR leased_until < clock_timestamp())
    ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, command, args, due_at, attempts
"""
GIVE_BACK = """
UPDATE market.timers SET leased_until = clock_timestamp() + %s * interval '1 s' WHERE id = %s
"""
NEXT = """
SELECT extract(epoch FROM
    min(greatest(due_at, coalesce(leased_until, due_at))) - clock_timestamp())
FROM market.timers
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueTimer:
    id: str
    command: str
    args: dict[str, Any]
    due_at: datetime
    attempt: int


class PostgresTimers:
    def __init__(self, pool: Pool, *, lease_s: float = LEASE_S) -> None:
        self._pool = pool
        self._lease_s = lease_s

    def take(self) -> Sequence[DueTimer]:
        """Lease the next due timers, earliest first."""
        with self._pool.connection() as connection:
            rows = connection.execute(TAKE, (self._lease_s, BATCH_MAX), prepare=True).fetchall()
        due = [
            DueTimer(id=row[0], command=row[1], args=row[2], due_at=row[3], attempt=row[4])
            for row in rows
        ]
        return sorted(due, key=lambda timer: timer.due_at)

    def give_back(self, timer: DueTimer) -> None:
        """Let a timer be taken again, later each time."""
        after_s = min(RETRY_S_MAX, RETRY_FIRST_S * 2 ** min(timer.attempt - 1, DOUBLINGS_MAX))
        patiently(self._pool, lambda c: c.execute(GIVE_BACK, (after_s, timer.id)))

    def next_due_in_s(self) -> float | None:
        """Seconds until the next timer falls due; below zero when one is late."""
        with self._pool.connection() as connection:
            row = connection.execute(NEXT, prepare=True).fetchone()
        return None if row is None or row[0] is None else float(row[0])
