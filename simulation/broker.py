"""The simulated broker: it forgets, repeats, mixes up and delays, and may be wiped."""

from collections.abc import Sequence

from simulation.scheduler import SECOND_US, Scheduler, Sleep, Steps, Task

LATE_S = (0.5, 120.0)
AWAY_S = 5.0


class BrokerAway(Exception):
    """The broker did not take a message."""


class Hand:
    """A worker's thread: it waits for the id of a job, and holds it while it works."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.task: Task | None = None
        self.job_id: str | None = None

    def give(self, job_id: str) -> None:
        assert self.task is not None, "a hand that waits has a task"
        self.job_id = job_id
        self._scheduler.wake(self.task, at_us=self._scheduler.now_us)


class Broker:
    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._chance = scheduler.chance
        self._queue: list[str] = []
        self._free: list[Hand] = []
        self._generation = 0
        self._away_until_us = 0

    def enqueue(self, job_id: str) -> Steps[None]:
        """Raises `BrokerAway`; what it took may still never arrive."""
        yield Sleep(self._chance.within_us(0.0002, 0.002))
        if self._chance.strikes("broker away"):
            self._away_until_us = self._scheduler.now_us + int(AWAY_S * SECOND_US)
        if self._scheduler.now_us < self._away_until_us:
            raise BrokerAway("there is no connection to the broker")
        self._scheduler.step(f"enqueue {job_id}")
        if self._chance.strikes("message dropped"):
            return
        for _ in range(2 if self._chance.strikes("message twice") else 1):
            if self._chance.strikes("message late"):
                self._deliver_later(job_id)
            else:
                self._deliver(job_id)

    def ready(self, hand: Hand) -> None:
        """A hand is free."""
        self._free.append(hand)
        self._hand_out()

    def gone(self, hands: Sequence[Hand]) -> None:
        """A worker died. What it held comes back late, if at all."""
        self._free = [hand for hand in self._free if hand not in hands]
        for job_id in [hand.job_id for hand in hands if hand.job_id is not None]:
            if not self._chance.strikes("message dropped"):
                self._deliver_later(job_id)

    def wipe(self) -> None:
        """Forget all messages, also those that are under way."""
        self._queue.clear()
        self._generation += 1

    def _deliver(self, job_id: str) -> None:
        self._queue.append(job_id)
        self._hand_out()

    def _deliver_later(self, job_id: str) -> None:
        generation = self._generation

        def later() -> Steps[None]:
            yield Sleep(self._chance.within_us(*LATE_S))
            if generation == self._generation:
                self._deliver(job_id)

        self._scheduler.spawn("late message", later())

    def _hand_out(self) -> None:
        random = self._chance.random
        while self._queue and self._free:
            hand = self._free.pop(random.randrange(len(self._free)))
            hand.give(self._queue.pop(random.randrange(len(self._queue))))
