"""The process that does jobs: a Dramatiq worker over the rows of the database."""

import logging
import os
import signal
import socket
import threading
from collections.abc import Mapping
from typing import Any

import dramatiq

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.exports import BlobExports
from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.adapters.machine_labels import BlobMachineLabels
from labelmarket.adapters.oracles.loading import load_in_background
from labelmarket.adapters.oracles.text_learner import BlobTextLearner
from labelmarket.adapters.postgres.jobs import PostgresJobs
from labelmarket.adapters.valkey.broker import open_broker
from labelmarket.adapters.valkey.fitness import warn_if_unfit
from labelmarket.application.exporting import ExportWriting
from labelmarket.application.market import Market
from labelmarket.application.measuring import PASSING, Measuring
from labelmarket.bootstrap.core import open_core
from labelmarket.settings import Settings
from labelmarket.workers import kernels
from labelmarket.workers.actors import declare_actors
from labelmarket.workers.kernels.compiling import WhenCompiling

log = logging.getLogger(__name__)

CONNECTIONS_MAX = 8
THREADS = 2
WAIT_MS = 200
STOP_MS_MAX = 4_000
LEARNER_AFTER_S = 20.0


def measuring_on(market: Market, blobs: LocalBlobs) -> Measuring:
    """The jobs of a market whose files lie in a local folder."""
    files = BlobLabelFiles(blobs)
    return Measuring(
        market=market,
        files=files,
        blobs=blobs,
        machine=BlobMachineLabels(blobs),
        learner=BlobTextLearner(blobs, texts=files),
        exports=ExportWriting(market=market, blobs=blobs, files=BlobExports(blobs)),
    )


def _say(compiled: threading.Event) -> None:
    """Tell that the cache holds no kernels yet."""
    log.info("compiling kernels, up to a minute, and only once: they are kept for the next time")
    compiled.set()


def work(settings: Settings) -> int:
    """Run until SIGINT or SIGTERM. Any number of these processes may run at once."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    warn_if_unfit(settings.redis_url)
    compiled = threading.Event()
    with WhenCompiling(lambda: _say(compiled)):
        kernels.warm_for_work()
    with open_core(settings.database_url, name="work", connections_max=CONNECTIONS_MAX) as core:
        measuring = measuring_on(core.market, LocalBlobs(settings.data / "blobs"))

        def run(job_id: str, kind: str, args: Mapping[str, Any]) -> None:
            measuring.run(job_id, kind=kind, args=args)

        broker = open_broker(settings.redis_url)
        name = f"{socket.gethostname()}:{os.getpid()}"
        declare_actors(broker, PostgresJobs(core.pool, worker=name), run, passing=PASSING)
        worker = dramatiq.Worker(broker, worker_threads=THREADS, worker_timeout=WAIT_MS)
        # What one process has fetched no other one can take, though it may stand idle.
        worker.queue_prefetch = THREADS
        worker.start()
        if compiled.is_set():
            # Gold is compared with what comes in: nobody shall wait for that at the first report.
            threading.Thread(target=kernels.warm_to_compare, args=(stopping.is_set,)).start()
        try:
            # A process that has just begun has other work than to get ready for learning.
            if not stopping.wait(LEARNER_AFTER_S):
                load_in_background()
                stopping.wait()
        finally:
            worker.stop(timeout=STOP_MS_MAX)
            broker.close()
    return 0
