"""What the application needs from outside, as types."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

Clock = Callable[[], datetime]
"""The market's time: PostgreSQL's clock, never going back."""

NewId = Callable[[], UUID]

Pause = Callable[[int], None]
"""Waits a little before a numbered attempt is repeated, longer and less evenly each time."""

Audience = tuple[UUID | None, UUID | None]
"""The project that a fact belongs to, and the provider that may see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A command to be given at a moment."""

    id: str
    due_at: datetime
    command: str
    args: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work for a worker; `queue` says how costly it is."""

    id: str
    kind: str
    queue: str
    args: Mapping[str, str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A command's key and what is remembered under it; `facts` of the save are its own."""

    key: str
    fingerprint: bytes
    answer: bytes
    facts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """What is recorded with the facts, in their transaction.

    `said` are the commands that they come of, in the order of their facts. `reads` are the
    streams that were looked at and not changed, with the versions that were seen: when one
    has grown meanwhile, nothing is recorded.
    """

    said: tuple[Said, ...]
    audiences: tuple[Audience, ...] = ()
    customers: tuple[UUID | None, ...] = ()
    reads: tuple[tuple[UUID, int], ...] = ()
    timers: tuple[Timer, ...] = ()
    jobs: tuple[Job, ...] = ()
    done_timers: tuple[str, ...] = ()
    done_jobs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """A command that was carried out before: what was answered, and where its facts are."""

    fingerprint: bytes
    answer: bytes
    positions: tuple[int, ...]


class AlreadyRecorded(Exception):
    """A command was recorded before; its first answer stands, and nothing was recorded now."""

    def __init__(self, remembered: Remembered) -> None:
        super().__init__("the command was recorded before")
        self.remembered = remembered


class KeyReused(Exception):
    """An idempotency key was used again for another command."""


class LogConflict(Exception):
    """Another writer came first; decide again."""


class Unavailable(Exception):
    """The database did not answer in time; ask again later."""


class OutcomeUnknown(Unavailable):
    """The answer to an append did not come; the command may or may not be recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFact:
    """One line of the log as it is stored."""

    position: int
    recorded_at: datetime
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    project_id: UUID | None
    provider_id: UUID | None
    organisation_id: UUID | None = None


class WaitFor(Protocol):
    """Waits until every view has taken in a position."""

    def __call__(self, position: int, /) -> None: ...


class Reach(Protocol):
    """Tells when every view has taken in a position."""

    def when(self, position: int, /) -> Future[None]:
        """What is done then, or fails with `NotYet` after a while."""
        ...


class NotYet(Exception):
    """The views are not as far as was asked, even after waiting."""

    def __init__(self, reached: int) -> None:
        super().__init__("the views are not that far yet")
        self.reached = reached
