"""Quarantined jobs, looked at and released by whoever may reach the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from labelmarket.adapters.postgres.jobs import PostgresJobs, QuarantinedJob
from labelmarket.bootstrap.core import open_core


def list_quarantined(database_url: str) -> list[QuarantinedJob]:
    with _jobs(database_url) as jobs:
        return jobs.quarantined()


def release_job(database_url: str, job_id: str) -> bool:
    """Have a quarantined job tried again; False when there is none of this name."""
    with _jobs(database_url) as jobs:
        return jobs.release(job_id)


@contextmanager
def _jobs(database_url: str) -> Iterator[PostgresJobs]:
    with open_core(database_url, name="jobs", connections_max=2) as core:
        yield PostgresJobs(core.pool, worker="jobs")
