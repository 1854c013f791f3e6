"""Jobs as rows: claimed before work starts, leased while it lasts, kept when it fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from labelmarket.adapters.postgres.pool import Pool, patiently

ATTEMPTS_MAX = 5
LEASE_S = 30
RESEND_AFTER_S = 2
SEND_MAX = 500
RETRY_FIRST_S = 0.5
ERROR_CHARACTERS_MAX = 500

SEND = f"""
UPDATE market.jobs SET sent_at = clock_timestamp()
WHERE id IN (
    SELECT id FROM market.jobs
    WHERE state = 'ready' AND not_before <= clock_timestamp()
      AND (sent_at IS NULL OR sent_at < clock_timestamp() - interval '{RESEND_AFTER_S} s')
    ORDER BY not_before LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, queue
"""
EXPIRED = f"""
UPDATE market.jobs SET
    state = CASE WHEN attempts >= {ATTEMPTS_MAX} THEN 'quarantined' ELSE 'ready' END,
    leased_until = NULL, sent_at = NULL,
    error = coalesce(error, 'the worker died while it was at it')
WHERE id IN (
    SELECT id FROM market.jobs WHERE state = 'leased' AND leased_until < clock_timestamp()
    LIMIT %s FOR UPDATE SKIP LOCKED)
"""
CLAIM = f"""
UPDATE market.jobs SET state = 'leased', attempts = attempts + 1, leased_by = %s,
    leased_until = clock_timestamp() + interval '{LEASE_S} s'
WHERE id = %s AND state = 'ready' AND not_before <= clock_timestamp()
RETURNING kind, args, attempts
"""
BEAT = f"""
UPDATE market.jobs SET leased_until = clock_timestamp() + interval '{LEASE_S} s'
WHERE id = %s AND state = 'leased' AND leased_by = %s
"""
FAIL = f"""
UPDATE market.jobs SET
    state = CASE WHEN attempts >= {ATTEMPTS_MAX} THEN 'quarantined' ELSE 'ready' END,
    leased_until = NULL, sent_at = NULL, error = %s,
    not_before = clock_timestamp() + ({RETRY_FIRST_S} * power(2, attempts - 1)) * interval '1 s'
WHERE id = %s AND state = 'leased' AND leased_by = %s
"""
COUNTS = "SELECT state, count(*) FROM market.jobs GROUP BY state"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedJob:
    id: str
    kind: str
    args: dict[str, Any]
    attempt: int


class PostgresJobs:
    """`worker` names whoever leases, so that a beat never keeps another's lease alive."""

    def __init__(self, pool: Pool, *, worker: str) -> None:
        self._pool = pool
        self._worker = worker

    def to_send(self) -> Sequence[tuple[str, str]]:
        """Ids and queues of jobs whose message was never sent, or went unheard."""
        with self._pool.connection() as connection:
            connection.execute(EXPIRED, (SEND_MAX,))
            rows = connection.execute(SEND, (SEND_MAX,), prepare=True).fetchall()
        return [(row[0], row[1]) for row in rows]

    def claim(self, job_id: str) -> ClaimedJob | None:
        """Take the job; None when somebody else has it, or it is done."""
        row = patiently(self._pool, lambda c: c.execute(CLAIM, (self._worker, job_id)).fetchone())
        if row is None:
            return None
        return ClaimedJob(id=job_id, kind=row[0], args=row[1], attempt=row[2])

    def beat(self, job_id: str) -> None:
        """Say that the work goes on."""
        patiently(self._pool, lambda c: c.execute(BEAT, (job_id, self._worker)))

    def fail(self, job_id: str, error: str) -> None:
        """Give the job back for another attempt, later each time; the last one keeps it apart."""
        words = error[:ERROR_CHARACTERS_MAX]
        patiently(self._pool, lambda c: c.execute(FAIL, (words, job_id, self._worker)))

    def counts(self) -> dict[str, int]:
        with self._pool.connection() as connection:
            return {row[0]: row[1] for row in connection.execute(COUNTS).fetchall()}
