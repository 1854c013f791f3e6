"""Dramatiq actors: one a queue, each given the id of a job's row and nothing else."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import dramatiq

from labelmarket.workers.claims import Claims, JobRows

HOUR_MS = 3_600_000
QUEUES = ("parts", "merge", "oracles")
"""By cost: reading one part, bringing many together, asking and measuring machines."""

SKIPS_LOGGER = "dramatiq.worker.WorkerThread"


def declare_actors(
    broker: dramatiq.Broker,
    rows: JobRows,
    run: Callable[[str, str, Mapping[str, Any]], None],
    *,
    passing: tuple[type[BaseException], ...],
) -> None:
    """Bind the jobs to a broker. `run(job_id, kind, args)` does one and ends it.

    Retries are the rows' business: a broker's delayed message does not survive a broker.
    An error among `passing` is tried again for as long as it takes.
    """
    logging.getLogger(SKIPS_LOGGER).addFilter(is_no_skip)
    claims = Claims(rows, passing=passing)
    broker.add_middleware(claims)

    def work(job_id: str) -> None:
        job = claims.held(job_id)
        run(job.id, job.kind, job.args)

    for queue in QUEUES:
        dramatiq.actor(
            actor_name=f"work_{queue}",
            queue_name=queue,
            broker=broker,
            time_limit=HOUR_MS,
        )(work)


def message_for(queue: str, job_id: str) -> "dramatiq.Message[None]":
    """The hint that a job waits in a queue."""
    if queue not in QUEUES:
        raise ValueError(f"there is no queue {queue!r}")
    return dramatiq.Message(
        queue_name=queue, actor_name=f"work_{queue}", args=(job_id,), kwargs={}, options={}
    )


def is_no_skip(record: logging.LogRecord) -> bool:
    """Hints come twice, or late, every day: that one was passed over is no warning."""
    return record.msg != "Message %s was skipped."
