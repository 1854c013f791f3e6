"""The market's time in one process: the server's clock, read as `ServerClock` reads it."""

from datetime import datetime, timedelta
from typing import Protocol

from labelmarket.adapters.postgres.clock import (
    ASKS_MAX,
    GOOD_ERROR_S,
    SET_AGAIN_AFTER_S,
    Reading,
)
from labelmarket.application.ports import Unavailable
from simulation.scheduler import SECOND_US, Scheduler, Steps, moment
from simulation.wire import Wire


class Machine(Protocol):
    """What has a clock on the wall, which is wrong, and jumps."""

    wall_skew_us: int


class SimulatedClock:
    """Carries on by the monotonic clock, which no jump of the machine's own clock moves."""

    def __init__(self, scheduler: Scheduler, wire: Wire, machine: Machine) -> None:
        self.scheduler = scheduler
        self.machine = machine
        self._wire = wire
        self._reading: Reading | None = None
        self._set_at_s = 0.0
        self._last = moment(0)

    @property
    def is_fresh(self) -> bool:
        return self._reading is not None and self._now_s - self._set_at_s <= SET_AGAIN_AFTER_S

    def set(self) -> Steps[None]:
        for _ in range(ASKS_MAX):
            server_at, trip_us = yield from self._wire.timed("clock", lambda: self.scheduler.now)
            error_s = trip_us / 2 / SECOND_US
            reading = Reading(server_at=server_at, read_at_s=self._now_s - error_s, error_s=error_s)
            if self._reading is None or reading.is_better_than(self._reading):
                self._reading = reading
            self._set_at_s = reading.read_at_s
            if error_s <= GOOD_ERROR_S:
                return

    def read(self) -> Steps[datetime]:
        if self._reading is None:
            yield from self.set()
        elif not self.is_fresh:
            try:
                yield from self.set()
            except Unavailable:
                self.scheduler.say("the clock carries on alone")
        return self.reading()

    def reading(self) -> datetime:
        assert self._reading is not None, "a clock is set before it is read"
        passed = timedelta(seconds=self._now_s - self._reading.read_at_s)
        self._last = max(self._last, self._reading.server_at + passed)
        return self._last

    @property
    def _now_s(self) -> float:
        return self.scheduler.now_us / SECOND_US
