"""The market's time: PostgreSQL's clock, read rarely and carried on in between."""

import threading
import time
from datetime import datetime, timedelta

from labelmarket.adapters.postgres.pool import Pool, patiently

SET_AGAIN_AFTER_S = 10.0
STALE_AFTER_S = 60.0
NOW = "SELECT clock_timestamp()"


class ServerClock:
    """Never goes back, and is off by half a round trip at the most after it was set."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._setting = threading.Lock()
        self._set_at_s = 0.0
        self._server_at_set: datetime
        self._last: datetime | None = None
        self.set()

    def set(self) -> None:
        """Ask the server for the time."""
        before = time.monotonic()
        row = patiently(self._pool, lambda c: c.execute(NOW).fetchone())
        after = time.monotonic()
        assert row is not None
        with self._lock:
            self._server_at_set = row[0]
            self._set_at_s = (before + after) / 2

    def __call__(self) -> datetime:
        if self.age_s > SET_AGAIN_AFTER_S and self._setting.acquire(blocking=False):
            try:
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
