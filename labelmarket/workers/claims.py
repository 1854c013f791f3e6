"""Dramatiq middleware: a message is a hint, the job's row decides whether it is worked on."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Protocol

import dramatiq
from dramatiq.middleware import Middleware, Shutdown, SkipMessage

BEAT_EVERY_S = 2.0
"""Two beats may be missed, or one be answered only at its deadline, before the lease ends."""


class Claimed(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def args(self) -> Mapping[str, Any]: ...


class JobRows(Protocol):
    """The rows that jobs are: claimed before work starts, leased while it lasts."""

    def claim(self, job_id: str, /) -> Claimed | None: ...

    def beat(self, job_id: str, /) -> None: ...

    def fail(self, job_id: str, error: str, /) -> None: ...

    def postpone(self, job_id: str, error: str, /) -> None: ...


class Claims(Middleware):
    """Claims the row before an actor runs, keeps its lease, and gives it back on failure.

    Attempts are counted by the claim, before any work: a job that kills its worker is
    counted too. Success is recorded by the command that the job ends in. An error among
    `passing` is nobody's fault but the machine's, and is never counted against the job.
    """

    def __init__(self, rows: JobRows, *, passing: tuple[type[BaseException], ...]) -> None:
        self._rows = rows
        self._passing = (*passing, Shutdown)
        self._held: dict[str, Claimed] = {}
        self._stopping = threading.Event()
        self._beats: threading.Thread | None = None

    def held(self, job_id: str) -> Claimed:
        """The claimed job that an actor was called for."""
        return self._held[job_id]

    def before_process_message(
        self, broker: dramatiq.Broker, message: dramatiq.MessageProxy
    ) -> None:
        job_id = str(message.args[0]) if message.args else ""
        claimed = self._rows.claim(job_id)
        if claimed is None:
            raise SkipMessage("somebody else has the job, or it is done")
        self._held[job_id] = claimed

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: dramatiq.MessageProxy,
        *,
        result: object = None,
        exception: BaseException | None = None,
    ) -> None:
        job_id = str(message.args[0]) if message.args else ""
        if self._held.pop(job_id, None) is None or exception is None:
            return
        passing = isinstance(exception, self._passing)
        give_back = self._rows.postpone if passing else self._rows.fail
        give_back(job_id, f"{type(exception).__name__}: {exception}")

    def after_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        self._beats = threading.Thread(target=self._beat, name="job leases", daemon=True)
        self._beats.start()

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        self._stopping.set()

    def _beat(self) -> None:
        while not self._stopping.wait(BEAT_EVERY_S):
            for job_id in list(self._held):
                # A beat that fails is no news: the next one may be in time.
                with suppress(Exception):
                    self._rows.beat(job_id)
