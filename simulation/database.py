"""The simulated database: one append for everything, and the rows that loops take turns at."""

from collections.abc import Mapping, Sequence
from typing import Any

from eventsourcing.persistence import StoredEvent

from labelmarket.application.ports import Along, StoredFact
from labelmarket.application.view import Entry
from labelmarket.application.views.all import VIEWS
from simulation.facts import Facts
from simulation.job_rows import JobRows
from simulation.rings import Bell
from simulation.scheduler import Scheduler
from simulation.sessions import Sessions
from simulation.timer_rows import TimerRows
from tests.memory_market import MAPPER, MemoryView

REACTIONS = (
    "offer_next_provider",
    "begin_second_order",
    "complete_project",
    "withdraw_from_delisted",
    "compare_with_gold",
)


class Database:
    """Outlives every process. Each method is one statement, done at once or not at all."""

    def __init__(self, scheduler: Scheduler, *, facts: Facts) -> None:
        self.scheduler = scheduler
        self.facts = facts
        self.bell = Bell(scheduler)
        self.timers = TimerRows(scheduler, self.bell)
        self.jobs = JobRows(scheduler, self.bell)
        self.sessions = Sessions(scheduler)
        self.views: Mapping[str, MemoryView[Any]] = {v.name: MemoryView(v) for v in VIEWS}
        self.reactions: dict[str, int] = dict.fromkeys(REACTIONS, 0)
        self.down_until_us = 0

    @property
    def is_up(self) -> bool:
        return self.scheduler.now_us >= self.down_until_us

    def append(self, stored: Sequence[StoredEvent], along: Along) -> tuple[int, ...]:
        """Facts, key, timers and jobs, all or nothing; then the bell."""
        positions = self.facts.append(stored, along)
        for timer_id in along.done_timers:
            self.timers.drop(timer_id)
        for job_id in along.done_jobs:
            self.jobs.done(job_id)
        for timer in along.timers:
            self.timers.set(timer)
        for job in along.jobs:
            self.jobs.add(job)
        channels = {"timers": along.timers, "jobs": along.jobs, "facts": positions}
        for channel in [name for name, news in channels.items() if news]:
            self.bell.notify(channel)
        return positions

    def moved_reaction(self, name: str, position: int) -> None:
        self.reactions[name] = position

    def took_in(self, name: str, entries: Sequence[Entry]) -> None:
        """A view's rows and its position change together."""
        self.views[name].take_in(entries)
        self.bell.notify("views")

    def views_reach(self) -> int:
        """How far the view is that is furthest behind."""
        return min(view.position for view in self.views.values())


def entries_of(stored: Sequence[StoredFact]) -> list[Entry]:
    """Stored facts, decoded."""
    return [
        Entry(
            position=fact.position,
            recorded_at=fact.recorded_at,
            fact=MAPPER.read(fact),
            project_id=fact.project_id,
            provider_id=fact.provider_id,
        )
        for fact in stored
    ]
