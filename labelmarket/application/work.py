"""The unit of work: what one command looks at, changes and sets in motion."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

from labelmarket.application.access import Actor
from labelmarket.application.ports import Job, NewId, Timer
from labelmarket.domain.aggregate import Aggregate
from labelmarket.domain.errors import NotFound, Refusal

FACTS_IN_ONE_SAVE_MAX = 2_200
"""Cancelling a project adds two facts to each of its orders, and to the second one of each."""

A = TypeVar("A", bound=Aggregate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why a command was not carried out."""

    code: str
    message: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command gives back, remembered under its key."""

    thing: UUID | None = None
    notes: Mapping[str, str | int] = field(default_factory=dict)
    refused: Refused | None = None


def refusal(error: Refusal) -> Answer:
    """A refusal as an answer, for commands that also have a fact to record."""
    return Answer(refused=Refused(code=error.code, message=error.message, path=error.path))


class TooEarly(Exception):
    """A timer's command came before its moment: nothing is recorded, and the timer stays."""


class Stale(Exception):
    """What a command was made from has changed: nothing is recorded, make it anew."""


class Command(Protocol):
    """Something asked of the market, in the imperative; a frozen dataclass."""

    def decide(self, work: "Work", /) -> Answer: ...


class Loads(Protocol):
    """Loads aggregates; None when there is no such stream."""

    def __call__(self, kind: type[A], aggregate_id: UUID, /) -> A | None: ...


class Work:
    """Aggregates are loaded once and saved together, with their timers and jobs."""

    def __init__(self, *, load: Loads, new_id: NewId, at: datetime, by: Actor) -> None:
        self._load = load
        self.new_id = new_id
        self.at = at
        self.by = by
        self.aggregates: dict[UUID, Aggregate] = {}
        self._seen: dict[UUID, int] = {}
        self.timers: list[Timer] = []
        self.jobs: list[Job] = []
        self.done_timers: list[str] = []

    def find(self, kind: type[A], aggregate_id: UUID) -> A | None:
        held = self.aggregates.get(aggregate_id)
        if held is None:
            held = self._load(kind, aggregate_id)
            if held is None:
                return None
            self.aggregates[aggregate_id] = held
            self._seen[aggregate_id] = held.version
        return held if isinstance(held, kind) else None

    def get(self, kind: type[A], aggregate_id: UUID) -> A:
        found = self.find(kind, aggregate_id)
        if found is None:
            raise NotFound("there is no such thing")
        return found

    @property
    def seen(self) -> tuple[tuple[UUID, int], ...]:
        """The streams that were loaded, with the versions that were found."""
        return tuple(self._seen.items())

    @property
    def unchanged(self) -> tuple[tuple[UUID, int], ...]:
        """Those of them that no new fact was added to."""
        return tuple(
            (stream, version)
            for stream, version in self.seen
            if not self.aggregates[stream].pending_events
        )

    @property
    def facts_left(self) -> int:
        """How many more facts fit into this save."""
        return FACTS_IN_ONE_SAVE_MAX - sum(len(a.pending_events) for a in self.aggregates.values())

    def add(self, aggregate: A) -> A:
        assert aggregate.id not in self.aggregates, "an aggregate is added once"
        self.aggregates[aggregate.id] = aggregate
        return aggregate

    def set_timer(
        self, timer_id: str, *, due_at: datetime, command: str, **args: str | int
    ) -> None:
        self.timers.append(Timer(id=timer_id, due_at=due_at, command=command, args=args))

    def drop_timer(self, timer_id: str) -> None:
        self.done_timers.append(timer_id)

    def start_job(self, job_id: str, *, kind: str, queue: str, **args: str | int) -> None:
        self.jobs.append(Job(id=job_id, kind=kind, queue=queue, args=args))
