"""One thread, a clock that jumps, and tasks that take turns where they wait."""

import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from simulation.chance import Chance
from simulation.trace import Trace

BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND_US = 1_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sleep:
    """Carry on after this long. `sent` is what is under way to the server meanwhile."""

    span_us: int
    sent: Callable[[], object] | None = None


@dataclass(frozen=True, slots=True)
class Park:
    """Carry on when woken, or at this moment."""

    until_us: int | None


Steps = Generator[Sleep | Park, None, T]
"""A task, or a part of one: it stops wherever it waits, and may never carry on."""


@dataclass(slots=True, eq=False)
class Task:
    name: str
    steps: Steps[Any]
    paused_until_us: Callable[[], int]
    """Until when the task's process stands still."""
    turn: int = 0
    alive: bool = True
    sent: Callable[[], object] | None = None


class Scheduler:
    """Tasks of one moment take their turns by lot."""

    def __init__(self, chance: Chance, trace: Trace) -> None:
        self.chance = chance
        self.trace = trace
        self.now_us = 0
        self.steps = 0
        self.current: Task | None = None
        self._heap: list[tuple[int, float, int, Task, int]] = []
        self._pushed = 0

    @property
    def now(self) -> datetime:
        return moment(self.now_us)

    def spawn(
        self, name: str, steps: Steps[Any], *, paused_until_us: Callable[[], int] = lambda: 0
    ) -> Task:
        task = Task(name=name, steps=steps, paused_until_us=paused_until_us)
        self.wake(task, at_us=self.now_us)
        return task

    def wake(self, task: Task, *, at_us: int) -> None:
        """Let a task carry on at a moment, and at no other that was planned before."""
        task.turn += 1
        self._pushed += 1
        lot = self.chance.random.random()
        heapq.heappush(self._heap, (at_us, lot, self._pushed, task, task.turn))

    def drop(self, task: Task) -> None:
        """End a task where it stands; only what it holds is freed."""
        assert task is not self.current, "a task is ended by another one"
        task.alive = False
        task.turn += 1
        task.steps.close()

    def next_us(self) -> int | None:
        """When the next turn is; None when everybody waits for somebody else."""
        while self._heap and self._heap[0][3].turn != self._heap[0][4]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def run_one(self) -> None:
        """Give the next task its turn. Raises whatever the task does not catch."""
        assert self.next_us() is not None, "somebody has a turn"
        at_us, _, _, task, _ = heapq.heappop(self._heap)
        self.now_us = max(self.now_us, at_us)
        resumes_us = task.paused_until_us()
        if resumes_us > self.now_us:
            self.wake(task, at_us=resumes_us)
            return
        self._carry_on(task)

    def _carry_on(self, task: Task) -> None:
        task.sent, self.current = None, task
        try:
            asked = next(task.steps)
        except StopIteration:
            task.alive = False
            return
        finally:
            self.current = None
        if isinstance(asked, Sleep):
            task.sent = asked.sent
            self.wake(task, at_us=self.now_us + asked.span_us)
        elif asked.until_us is not None:
            self.wake(task, at_us=max(self.now_us, asked.until_us))

    def say(self, what: str) -> None:
        """Write a line of the trace for whoever has the turn."""
        self.trace.say(self.now_us, self.current.name if self.current else "-", what)

    def step(self, what: str) -> None:
        """A call of a port was answered."""
        self.steps += 1
        self.say(what)


def moment(at_us: int) -> datetime:
    return BEGINNING + timedelta(microseconds=at_us)


def microseconds(at: datetime) -> int:
    """A moment as the scheduler counts, rounded up so that it has come when its turn comes."""
    return -((BEGINNING - at) // timedelta(microseconds=1))


def sleep_s(span_s: float) -> Steps[None]:
    yield Sleep(int(span_s * SECOND_US))
