"""Jobs as rows: the statements of the PostgreSQL adapter, on a simulated table."""

from collections.abc import Sequence
from dataclasses import dataclass

from labelmarket.adapters.postgres.jobs import (
    CRASHES_MAX,
    DOUBLINGS_MAX,
    ERRORS_MAX,
    LEASE_S,
    RESEND_FIRST_S,
    RESEND_S_MAX,
    RETRY_FIRST_S,
    RETRY_S_MAX,
    SEND_MAX,
)
from labelmarket.application.ports import Job
from simulation.rings import Bell
from simulation.scheduler import SECOND_US, Scheduler


@dataclass(slots=True)
class JobRow:
    job: Job
    not_before_us: int
    state: str = "ready"
    attempts: int = 0
    crashes: int = 0
    errors: int = 0
    told: bool = False
    sends: int = 0
    sent_us: int | None = None
    leased_until_us: int = 0
    leased_by: str = ""

    @property
    def send_us(self) -> int:
        """When a message for it is next due."""
        if self.sent_us is None:
            return self.not_before_us
        doublings = max(0, min(self.sends, DOUBLINGS_MAX) - 1)
        again_s = min(RESEND_S_MAX, RESEND_FIRST_S << doublings)
        return max(self.not_before_us, self.sent_us + again_s * SECOND_US + 1)

    def give_back(self) -> None:
        given_up = self.crashes >= CRASHES_MAX or self.errors >= ERRORS_MAX
        self.state = "quarantined" if given_up else "ready"
        self.sent_us, self.sends = None, 0

    def is_held_by(self, worker: str) -> bool:
        return self.state == "leased" and self.leased_by == worker


class JobRows:
    def __init__(self, scheduler: Scheduler, bell: Bell) -> None:
        self._scheduler = scheduler
        self._bell = bell
        self.rows: dict[str, JobRow] = {}

    def add(self, job: Job) -> None:
        self.rows.setdefault(job.id, JobRow(job=job, not_before_us=self._scheduler.now_us))

    def done(self, job_id: str) -> None:
        if job_id in self.rows:
            self.rows[job_id].state = "done"

    def to_send(self) -> Sequence[tuple[str, str]]:
        """Take leases from the dead, and tell of jobs that nobody was told of lately."""
        now_us = self._scheduler.now_us
        for row in self.rows.values():
            if row.state == "leased" and row.leased_until_us < now_us:
                row.crashes += 1
                row.give_back()
        ready = [r for r in self.rows.values() if r.state == "ready" and r.send_us <= now_us]
        ready.sort(key=lambda row: (row.not_before_us, row.job.id))
        for row in ready[:SEND_MAX]:
            row.sent_us, row.sends = now_us, row.sends + 1
        return [(row.job.id, row.job.queue) for row in ready[:SEND_MAX]]

    def not_sent(self, job_ids: Sequence[str]) -> None:
        for row in (self.rows[job_id] for job_id in job_ids):
            if row.state == "ready":
                row.sent_us, row.sends = None, max(0, row.sends - 1)

    def claim(self, job_id: str, *, worker: str) -> Job | None:
        """Count the attempt and lease the job; None when it is not to be had."""
        row, now_us = self.rows.get(job_id), self._scheduler.now_us
        if row is None or row.state != "ready" or row.not_before_us > now_us:
            return None
        row.state, row.leased_by = "leased", worker
        row.attempts += 1
        row.leased_until_us = now_us + LEASE_S * SECOND_US
        self._bell.news("jobs")
        return row.job

    def beat(self, job_id: str, *, worker: str) -> None:
        row = self.rows[job_id]
        if row.is_held_by(worker):
            row.leased_until_us = self._scheduler.now_us + LEASE_S * SECOND_US

    def fail(self, job_id: str, *, worker: str) -> None:
        """Count an error against the job; the last one keeps it apart."""
        row = self.rows[job_id]
        if row.is_held_by(worker):
            row.errors += 1
            self._try_later(row)

    def postpone(self, job_id: str, *, worker: str) -> None:
        """Give the job back because of something that is not its fault."""
        row = self.rows[job_id]
        if row.is_held_by(worker):
            self._try_later(row)

    def _try_later(self, row: JobRow) -> None:
        row.give_back()
        later_s = RETRY_FIRST_S * 2 ** min(row.attempts - 1, DOUBLINGS_MAX)
        later_us = int(min(RETRY_S_MAX, later_s) * SECOND_US)
        row.not_before_us = self._scheduler.now_us + later_us
        self._bell.news("jobs")

    def untold(self) -> list[Job]:
        """Jobs that are not tried again, of which nobody was told."""
        rows = [r for r in self.rows.values() if r.state == "quarantined" and not r.told]
        return [row.job for row in sorted(rows, key=lambda row: row.job.id)]

    def tell(self, job_id: str) -> None:
        self.rows[job_id].told = True

    def next_due_us(self) -> int | None:
        moments = [
            row.send_us if row.state == "ready" else row.leased_until_us + 1
            for row in self.rows.values()
            if row.state in ("ready", "leased")
        ]
        return min(moments, default=None)
