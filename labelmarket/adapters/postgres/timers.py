"""Timers that have fallen due, taken by many hands without a leader."""

from collections.abc import Sequence

from labelmarket.adapters.postgres.pool import Pool, patiently
from labelmarket.application.ports import Timer

BATCH_MAX = 300
LEASE_S = 10
"""A timer whose taker stands still is taken again after this; one whose taker died, at once."""
RETRY_FIRST_S = 0.5
RETRY_S_MAX = 60.0
DOUBLINGS_MAX = 10

# The clock is read once: asked anew for each row, it could not be looked up in the index. And
# the rows are found again by their places, for any other way may lead through the whole table.
TAKE = """
UPDATE market.timers SET leased_until = clock_timestamp() + %s * interval '1 s',
    leased_by = pg_backend_pid(), attempts = attempts + 1
WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM market.timers
    WHERE due_at <= (SELECT clock_timestamp())
      AND (leased_until IS NULL OR leased_until < clock_timestamp()
          OR leased_by <> ALL (ARRAY(SELECT pid FROM pg_stat_activity)))
    ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING id, command, args, due_at
"""
GIVE_BACK = f"""
UPDATE market.timers SET leased_by = NULL, leased_until = clock_timestamp() + interval '1 s'
    * least({RETRY_S_MAX}, {RETRY_FIRST_S} * power(2, least(attempts - 1, {DOUBLINGS_MAX})))
WHERE id = ANY (%s)
"""
# What is leased has been due, so that of all the others only the first is looked at.
NEXT = """
SELECT extract(epoch FROM least(
    (SELECT min(due_at) FROM market.timers WHERE leased_until IS NULL),
    (SELECT min(leased_until) FROM market.timers
        WHERE leased_until IS NOT NULL AND due_at <= (SELECT clock_timestamp()))
) - clock_timestamp())
"""


class PostgresTimers:
    def __init__(self, pool: Pool, *, lease_s: float = LEASE_S) -> None:
        self._pool = pool
        self._lease_s = lease_s

    def take(self) -> Sequence[Timer]:
        """Lease the next due timers, earliest first."""
        with self._pool.connection() as connection:
            rows = connection.execute(TAKE, (self._lease_s, BATCH_MAX), prepare=True).fetchall()
        due = [Timer(id=row[0], command=row[1], args=row[2], due_at=row[3]) for row in rows]
        return sorted(due, key=lambda timer: timer.due_at)

    def give_back(self, ids: Sequence[str]) -> None:
        """Let these be taken again, later each time."""
        patiently(self._pool, lambda c: c.execute(GIVE_BACK, (list(ids),)))

    def next_due_in_s(self) -> float | None:
        """Seconds until the next timer falls due; below zero when one is late."""
        with self._pool.connection() as connection:
            row = connection.execute(NEXT, prepare=True).fetchone()
        return None if row is None or row[0] is None else float(row[0])
