"""Jobs as rows: claimed before work starts, leased while it lasts, kept when it fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from labelmarket.adapters.postgres.pool import Pool, patiently

CRASHES_MAX = 5
ERRORS_MAX = 5
"""Counted apart: a worker that died says nothing about the job's own errors."""
LEASE_S = 9
"""Outlives a beat that is answered only at its deadline; so a dead worker's job is found soon."""
RESEND_FIRST_S = 2
RESEND_S_MAX = 60
DOUBLINGS_MAX = 10
SEND_MAX = 500
RETRY_FIRST_S = 0.5
RETRY_S_MAX = 60
SHOWN_MAX = 100
ERROR_CHARACTERS_MAX = 500

SEND = f"""
UPDATE market.jobs SET sent_at = clock_timestamp(), sends = sends + 1
WHERE id IN (
    SELECT id FROM market.jobs
    WHERE state = 'ready' AND not_before <= clock_timestamp()
      AND (sent_at IS NULL OR sent_at < clock_timestamp() - interval '1 s'
          * least({RESEND_S_MAX}, {RESEND_FIRST_S} * power(2, least(sends, {DOUBLINGS_MAX}) - 1)))
    ORDER BY not_before LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING id, queue
"""
NOT_SENT = """
UPDATE market.jobs SET sent_at = NULL, sends = greatest(0, sends - 1)
WHERE id = ANY(%s) AND state = 'ready'
"""
EXPIRED = f"""
UPDATE market.jobs SET
    state = CASE WHEN crashes + 1 >= {CRASHES_MAX} THEN 'quarantined' ELSE 'ready' END,
    crashes = crashes + 1, leased_until = NULL, sent_at = NULL, sends = 0,
    error = coalesce(error, 'the worker died while it was at it')
WHERE id IN (
    SELECT id FROM market.jobs WHERE state = 'leased' AND leased_until < clock_timestamp()
    LIMIT %s FOR UPDATE SKIP LOCKED)
"""
CLAIM = """
UPDATE market.jobs SET state = 'leased', attempts = attempts + 1, leased_by = %s,
    leased_until = clock_timestamp() + %s * interval '1 s'
WHERE id = %s AND state = 'ready' AND not_before <= clock_timestamp()
RETURNING kind, args, attempts
"""
BEAT = """
UPDATE market.jobs SET leased_until = clock_timestamp() + %s * interval '1 s'
WHERE id = %s AND state = 'leased' AND leased_by = %s
"""
RETRY_AT = f"""clock_timestamp() + interval '1 s'
        * least({RETRY_S_MAX}, {RETRY_FIRST_S} * power(2, least(attempts - 1, {DOUBLINGS_MAX})))"""
FAIL = f"""
UPDATE market.jobs SET
    state = CASE WHEN errors + 1 >= {ERRORS_MAX} THEN 'quarantined' ELSE 'ready' END,
    errors = errors + 1, leased_until = NULL, sent_at = NULL, sends = 0, error = %s,
    not_before = {RETRY_AT}
WHERE id = %s AND state = 'leased' AND leased_by = %s
"""
POSTPONE = f"""
UPDATE market.jobs SET
    state = 'ready', leased_until = NULL, sent_at = NULL, sends = 0, error = %s,
    not_before = {RETRY_AT}
WHERE id = %s AND state = 'leased' AND leased_by = %s
"""
COUNTS = "SELECT state, count(*) FROM market.jobs GROUP BY state"
QUARANTINED = """
SELECT id, kind, args, crashes, errors, told, error FROM market.jobs
WHERE state = 'quarantined' ORDER BY told, kind IN ('read_part', 'write_export') DESC, id LIMIT %s
"""
TOLD = "UPDATE market.jobs SET told = true WHERE id = %s AND state = 'quarantined'"
RELEASE = """
UPDATE market.jobs SET state = 'ready', attempts = 0, crashes = 0, errors = 0, told = false,
    not_before = clock_timestamp(), sent_at = NULL, sends = 0, error = NULL
WHERE id = %s AND state = 'quarantined' RETURNING pg_notify('jobs', '')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedJob:
    id: str
    kind: str
    args: dict[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedJob:
    """A job that is not tried again; `told` when those who wait for it know."""

    id: str
    kind: str
    args: dict[str, Any]
    crashes: int
    errors: int
    told: bool
    error: str | None


class PostgresJobs:
    """`worker` names whoever leases, so that a beat never keeps another's lease alive."""

    def __init__(self, pool: Pool, *, worker: str, lease_s: float = LEASE_S) -> None:
        self._pool = pool
        self._lease_s = lease_s
        self._worker = worker

    def to_send(self) -> Sequence[tuple[str, str]]:
        """Ids and queues of jobs whose message was never sent, or went unheard."""
        with self._pool.connection() as connection:
            connection.execute(EXPIRED, (SEND_MAX,))
            rows = connection.execute(SEND, (SEND_MAX,), prepare=True).fetchall()
        return [(row[0], row[1]) for row in rows]

    def not_sent(self, ids: Sequence[str]) -> None:
        """Say that the broker did not take these after all."""
        patiently(self._pool, lambda c: c.execute(NOT_SENT, (list(ids),)))

    def claim(self, job_id: str) -> ClaimedJob | None:
        """Take the job; None when somebody else has it, or it is done."""
        by = (self._worker, self._lease_s, job_id)
        row = patiently(self._pool, lambda c: c.execute(CLAIM, by).fetchone())
        if row is None:
            return None
        return ClaimedJob(id=job_id, kind=row[0], args=row[1], attempt=row[2])

    def beat(self, job_id: str) -> None:
        """Say that the work goes on."""
        by = (self._lease_s, job_id, self._worker)
        patiently(self._pool, lambda c: c.execute(BEAT, by))

    def fail(self, job_id: str, error: str) -> None:
        """Give the job back for another attempt, later each time; the last one keeps it apart."""
        words = error[:ERROR_CHARACTERS_MAX]
        patiently(self._pool, lambda c: c.execute(FAIL, (words, job_id, self._worker)))

    def postpone(self, job_id: str, error: str) -> None:
        """Give the job back because of something that is not its fault, as often as it takes."""
        words = error[:ERROR_CHARACTERS_MAX]
        patiently(self._pool, lambda c: c.execute(POSTPONE, (words, job_id, self._worker)))

    def quarantined(self) -> list[QuarantinedJob]:
        """Jobs that are not tried again, at most a hundred; those nobody was told of first."""
        return quarantined(self._pool)

    def told(self, job_id: str) -> None:
        """Note that those who wait for a quarantined job know that it will not be done."""
        patiently(self._pool, lambda c: c.execute(TOLD, (job_id,)))

    def release(self, job_id: str) -> bool:
        """Try a quarantined job again, from the first attempt; False when it is not one."""
        return patiently(self._pool, lambda c: c.execute(RELEASE, (job_id,)).fetchone()) is not None

    def counts(self) -> dict[str, int]:
        with self._pool.connection() as connection:
            return {row[0]: row[1] for row in connection.execute(COUNTS).fetchall()}


def quarantined(pool: Pool) -> list[QuarantinedJob]:
    with pool.connection() as connection:
        rows = connection.execute(QUARANTINED, (SHOWN_MAX,)).fetchall()
    return [
        QuarantinedJob(
            id=row[0],
            kind=row[1],
            args=row[2],
            crashes=row[3],
            errors=row[4],
            told=row[5],
            error=row[6],
        )
        for row in rows
    ]
