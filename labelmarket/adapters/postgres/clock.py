"""The market's time: PostgreSQL's clock, read rarely and carried on in between."""

import threading
import time
from contextlib import suppress
from datetime import datetime, timedelta

import psycopg
from psycopg.rows import TupleRow

from labelmarket.adapters.postgres.pool import Pool, patiently
from labelmarket.application.ports import Unavailable

SET_AGAIN_AFTER_S = 10.0
STALE_AFTER_S = 60.0
NOW = "SELECT clock_timestamp()"


class ServerClock:
    """Never goes back, and is off by half a round trip at the most after it was set."""

    def __init__(self, pool: Pool, *, set_again_after_s: float = SET_AGAIN_AFTER_S) -> None:
        self._pool = pool
        self._set_again_after_s = set_again_after_s
        self._lock = threading.Lock()
        self._setting = threading.Lock()
        self._set_at_s = 0.0
        self._server_at_set: datetime
        self._last: datetime | None = None
        self.set()

    def set(self) -> None:
        """Ask the server for the time."""
        server_at, read_at_s = patiently(self._pool, _ask)
        with self._lock:
            self._server_at_set = server_at
            self._set_at_s = read_at_s

    def __call__(self) -> datetime:
        """Carries on alone while the server does not answer; `is_fresh` says for how long."""
        if self.age_s > self._set_again_after_s and self._setting.acquire(blocking=False):
            try:
                with suppress(Unavailable):
                    self.set()
            finally:
                self._setting.release()
        with self._lock:
            passed = timedelta(seconds=time.monotonic() - self._set_at_s)
            now = self._server_at_set + passed
            if self._last is not None and now < self._last:
                now = self._last
            self._last = now
            return now

    @property
    def age_s(self) -> float:
        """Seconds since the clock was last set."""
        return time.monotonic() - self._set_at_s

    @property
    def is_fresh(self) -> bool:
        return self.age_s < STALE_AFTER_S


def _ask(connection: psycopg.Connection[TupleRow]) -> tuple[datetime, float]:
    """The server's time, and when on the monotonic clock it was so."""
    before = time.monotonic()
    row = connection.execute(NOW).fetchone()
    assert row is not None
    return row[0], (before + time.monotonic()) / 2
