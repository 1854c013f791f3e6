"""The market's time in one process: the server's clock, read as `ServerClock` reads it."""

from datetime import datetime, timedelta
from typing import Protocol

from labelmarket.adapters.postgres.clock import SET_AGAIN_AFTER_S
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
        self._read_us: int | None = None
        self._server_at_read = moment(0)
        self._last = moment(0)

    @property
    def is_fresh(self) -> bool:
        if self._read_us is None:
            return False
        return self.scheduler.now_us - self._read_us <= SET_AGAIN_AFTER_S * SECOND_US

    def set(self) -> Steps[None]:
        self._server_at_read, self._read_us = yield from self._wire.timed(
            "clock", lambda: self.scheduler.now
        )

    def read(self) -> Steps[datetime]:
        if self._read_us is None:
            yield from self.set()
        elif not self.is_fresh:
            try:
                yield from self.set()
            except Unavailable:
                self.scheduler.say("the clock carries on alone")
        return self.reading()

    def reading(self) -> datetime:
        assert self._read_us is not None, "a clock is set before it is read"
        passed = timedelta(microseconds=self.scheduler.now_us - self._read_us)
        self._last = max(self._last, self._server_at_read + passed)
        return self._last
