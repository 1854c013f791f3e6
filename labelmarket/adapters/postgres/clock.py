"""The market's time: PostgreSQL's clock, read rarely and carried on in between."""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
from psycopg.rows import TupleRow

from labelmarket.adapters.postgres.pool import Pool, patiently
from labelmarket.application.ports import Unavailable

SET_AGAIN_AFTER_S = 10.0
STALE_AFTER_S = 60.0
GOOD_ERROR_S = 0.05
ASKS_MAX = 5
DRIFT_S_PER_S = 0.001
"""What two clocks may differ by after a second, far above what crystals do."""
NOW = "SELECT clock_timestamp()"
TICKS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""Goes on while the machine is suspended, as the server's clock does. On Linux the usual one
stands still then, and would let what is hours late pass as in time, until it is set again."""


def ticking_s() -> float:
    return time.clock_gettime(TICKS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the server's clock showed, in the middle of the round trip that told it.

    It is off by half of that at the most: a slow answer says little about the time.
    """

    server_at: datetime
    read_at_s: float
    error_s: float

    def error_by_s(self, at_s: float) -> float:
        """What the error may have become at a moment of the clock that ticks."""
        return self.error_s + DRIFT_S_PER_S * (at_s - self.read_at_s)

    def is_better_than(self, older: "Reading") -> bool:
        """Whether to go by this one from now on: it is good, or at least no worse."""
        return self.error_s <= max(GOOD_ERROR_S, older.error_by_s(self.read_at_s))


class ServerClock:
    """Never goes back, and is off by as much as a good reading, once it had one."""

    def __init__(self, pool: Pool, *, set_again_after_s: float = SET_AGAIN_AFTER_S) -> None:
        self._pool = pool
        self._set_again_after_s = set_again_after_s
        self._lock = threading.Lock()
        self._setting = threading.Lock()
        self._reading: Reading | None = None
        self._set_at_s = 0.0
        self._last: datetime | None = None
        self.set()

    def set(self) -> None:
        """Ask the server for the time, a few times while its answers are slow."""
        for _ in range(ASKS_MAX):
            reading = patiently(self._pool, _ask)
            with self._lock:
                if self._reading is None or reading.is_better_than(self._reading):
                    self._reading = reading
                self._set_at_s = reading.read_at_s
            if reading.error_s <= GOOD_ERROR_S:
                return

    def set_when_old(self) -> None:
        """Ask the server again after a while; one caller does, and no other waits for it."""
        if self.age_s > self._set_again_after_s and self._setting.acquire(blocking=False):
            try:
                with suppress(Unavailable):
                    self.set()
            finally:
                self._setting.release()

    def __call__(self) -> datetime:
        """Carries on alone while the server does not answer; `is_fresh` says for how long."""
        self.set_when_old()
        with self._lock:
            assert self._reading is not None, "a clock is set before it is read"
            passed = timedelta(seconds=ticking_s() - self._reading.read_at_s)
            now = self._reading.server_at + passed
            if self._last is not None and now < self._last:
                now = self._last
            self._last = now
            return now

    @property
    def age_s(self) -> float:
        """Seconds since the server last told the time."""
        return ticking_s() - self._set_at_s

    @property
    def is_fresh(self) -> bool:
        return self.age_s < STALE_AFTER_S


def _ask(connection: psycopg.Connection[TupleRow]) -> Reading:
    before_s = ticking_s()
    row = connection.execute(NOW).fetchone()
    after_s = ticking_s()
    assert row is not None
    return Reading(
        server_at=row[0], read_at_s=(before_s + after_s) / 2, error_s=(after_s - before_s) / 2
    )
