"""A process of the market: what it keeps in memory, and how it dies, stands still, and returns."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from labelmarket.adapters.clock import RETRY_FIRST_S, RETRY_MAX_S
from labelmarket.application.mapping import FactMapper
from labelmarket.application.market import Market
from simulation.broker import Broker
from simulation.chance import Chance
from simulation.database import Database
from simulation.recorder import SimulatedRecorder
from simulation.rings import Ring
from simulation.scheduler import Scheduler, Sleep, Steps, Task, sleep_s
from simulation.server_clock import SimulatedClock
from simulation.suspended import Ports
from simulation.wire import Wire, do_anyway
from tests.memory_log import CountedIds
from tests.memory_market import MAPPER

RESTART_S = (0.1, 20.0)
HEARD_THOUGH_DEAD = 0.5


class SimulatedMarket(Market):
    def construct_mapper(self) -> FactMapper:
        return MAPPER


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What outlives every process."""

    scheduler: Scheduler
    database: Database
    broker: Broker
    new_id: CountedIds
    clock: type[SimulatedClock] = SimulatedClock

    @property
    def chance(self) -> Chance:
        return self.scheduler.chance


class Process:
    """Runs tasks between `start` and `kill`; what it keeps in memory is made anew each time."""

    def __init__(self, name: str, outside: Outside) -> None:
        self.name = name
        self.outside = outside
        self.scheduler = outside.scheduler
        self.database = outside.database
        self.wire = Wire(outside.database)
        self.is_up = False
        self.lives = 0
        self.wall_skew_us = outside.chance.within_us(-120, 120)
        self.paused_until_us = 0
        self._tasks: list[Task] = []
        self._rings: list[Ring] = []

    @abstractmethod
    def run(self) -> None:
        """Begin with empty hands: spawn what the process does by itself."""

    def start(self) -> None:
        self.lives += 1
        self.is_up, self.paused_until_us = True, 0
        self.ports = Ports()
        self.clock = self.outside.clock(self.scheduler, self.wire, self)
        self.market = self._market(self.ports, self.clock)
        self.run()

    def _market(self, ports: Ports, clock: SimulatedClock) -> Market:
        jitter: Random = self.outside.chance.random

        def now() -> datetime:
            return ports.once(clock.reading) if clock.is_fresh else ports.ask(clock.read)

        def new_id() -> UUID:
            return ports.once(self.outside.new_id)

        def pause(attempt: int) -> None:
            longest_s = min(RETRY_MAX_S, RETRY_FIRST_S * 2**attempt)
            ports.ask(lambda: sleep_s(longest_s * jitter.uniform(0.5, 1.5)))

        recorder = SimulatedRecorder(self.database, self.wire, ports)
        return SimulatedMarket(recorder, now=now, new_id=new_id, pause=pause)

    def life(self) -> Callable[[], bool]:
        """Tells, now and later, whether this life of the process still lasts."""
        number = self.lives
        return lambda: self.is_up and self.lives == number

    def spawn(self, what: str, steps: Steps[Any]) -> Task:
        self._tasks = [task for task in self._tasks if task.alive]
        task = self.scheduler.spawn(
            f"{self.name}.{self.lives} {what}", steps, paused_until_us=lambda: self.paused_until_us
        )
        self._tasks.append(task)
        return task

    def ring_for(self, *channels: str) -> Ring:
        ring = self.database.bell.ring_for(*channels)
        self._rings.append(ring)
        return ring

    def plainly(self, plain: Callable[[], Any]) -> Steps[Any]:
        """Run the market's own code as steps."""
        return self.ports.run(plain)

    def die(self) -> Steps[None]:
        """Be killed, and come back after a while."""
        if self.is_up:
            self.kill()
            yield Sleep(self.outside.chance.within_us(*RESTART_S))
            self.start()

    def kill(self) -> None:
        """Nothing of it is left but what was sent, and what it had stored."""
        self.is_up = False
        self.database.bell.silence(self._rings)
        self._rings = []
        for task in self._tasks:
            if task.alive and task.sent and self.database.is_up:
                self._perhaps_heard(task.sent)
            self.scheduler.drop(task)
        self._tasks = []

    def _perhaps_heard(self, sent: Callable[[], object]) -> None:
        chance = self.outside.chance
        if chance.random.random() < HEARD_THOUGH_DEAD:
            chance.happened("heard though dead")
            do_anyway(sent)
