"""The log in memory: facts, keys, timers and jobs in one step, a clock set by hand."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from threading import Lock
from typing import Any, NoReturn
from uuid import UUID

from eventsourcing.persistence import Notification, NotSupportedError, StoredEvent

from labelmarket.application.market import FactRecorder
from labelmarket.application.ports import (
    Along,
    AlreadyRecorded,
    Job,
    LogConflict,
    Remembered,
    StoredFact,
    Timer,
)

BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class ManualClock:
    """Time passes only when it is told to."""

    def __init__(self, at: datetime = BEGINNING) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, span: timedelta) -> None:
        assert span >= timedelta(), "the market's time never goes back"
        self.at += span


class CountedIds:
    """Ids in the order in which they are asked for, the same in every run."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> UUID:
        self._last += 1
        return UUID(int=self._last, version=4)


def remembered(along: Along, positions: Sequence[int]) -> dict[str, Remembered]:
    """What is kept under the keys of a save: each command's answer and its own positions."""
    assert sum(said.facts for said in along.said) == len(positions), "each fact is a command's own"
    own = iter(positions)
    return {
        said.key: Remembered(
            fingerprint=said.fingerprint,
            answer=said.answer,
            positions=tuple(islice(own, said.facts)),
        )
        for said in along.said
    }


class MemoryRecorder(FactRecorder):
    """Keeps facts, keys, timers and jobs in one step or not at all."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = Lock()
        self._streams: dict[UUID, list[StoredEvent]] = {}
        self.log: list[StoredFact] = []
        self.keys: dict[str, Remembered] = {}
        self.timers: dict[str, Timer] = {}
        self.jobs: dict[str, Job] = {}
        self.done_jobs: set[str] = set()

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,
    ) -> Sequence[int]:
        along: Along = kwargs["along"]
        assert len(stored_events) == len(along.audiences), "each fact has an audience"
        customers = along.customers or (None,) * len(stored_events)
        with self._lock:
            for said in along.said:
                if said.key in self.keys:
                    raise AlreadyRecorded(self.keys[said.key])
            if any(len(self._streams.get(s, ())) > seen for s, seen in along.reads):
                raise LogConflict
            self._check_versions(stored_events)
            positions = tuple(
                self._keep(
                    stored,
                    project_id=project_id,
                    provider_id=provider_id,
                    organisation_id=customer,
                )
                for stored, (project_id, provider_id), customer in zip(
                    stored_events, along.audiences, customers, strict=True
                )
            )
            self.keys |= remembered(along, positions)
            self._set_in_motion(along)
        return positions

    def _check_versions(self, stored_events: Sequence[StoredEvent]) -> None:
        lengths: dict[UUID, int] = {}
        for stored in stored_events:
            stream = UUID(str(stored.originator_id))
            before = lengths.get(stream, len(self._streams.get(stream, ())))
            if stored.originator_version <= before:
                raise LogConflict
            assert stored.originator_version == before + 1, "a stream has no hole"
            lengths[stream] = before + 1

    def _keep(
        self,
        stored: StoredEvent,
        *,
        project_id: UUID | None,
        provider_id: UUID | None,
        organisation_id: UUID | None,
    ) -> int:
        stream = UUID(str(stored.originator_id))
        last_at = self.log[-1].recorded_at if self.log else BEGINNING
        fact = StoredFact(
            position=len(self.log) + 1,
            recorded_at=max(self._now(), last_at),
            originator_id=stream,
            originator_version=stored.originator_version,
            topic=stored.topic,
            state=stored.state,
            project_id=project_id,
            provider_id=provider_id,
            organisation_id=organisation_id,
        )
        self._streams.setdefault(stream, []).append(stored)
        self.log.append(fact)
        return fact.position

    def _set_in_motion(self, along: Along) -> None:
        for timer_id in along.done_timers:
            self.timers.pop(timer_id, None)
        self.done_jobs |= self.jobs.keys() & set(along.done_jobs)
        for timer in along.timers:
            self.timers.setdefault(timer.id, timer)
        for job in along.jobs:
            self.jobs.setdefault(job.id, job)

    def recorded(self, key: str) -> Remembered | None:
        return self.keys.get(key)

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        assert not desc, "streams are short and read forward"
        assert limit is None, "streams are short and read whole"
        return self._streams.get(UUID(str(originator_id)), [])[(gt or 0) : lte]

    def select_streams(self, originator_ids: Collection[UUID]) -> Sequence[StoredEvent]:
        return [
            stored for stream in sorted(originator_ids) for stored in self.select_events(stream)
        ]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        assert not topics, "a filtered read would hide how far it has read"
        first = max((start or 0) - (1 if inclusive_of_start else 0), 0)
        return [
            Notification(
                id=stored.position,
                originator_id=stored.originator_id,
                originator_version=stored.originator_version,
                topic=stored.topic,
                state=stored.state,
            )
            for stored in self.log[first:stop][:limit]
        ]

    def max_notification_id(self) -> int | None:
        return len(self.log) or None

    def subscribe(
        self,
        gt: int | None = None,  # noqa: ARG002 - the library's signature
        topics: Sequence[str] = (),  # noqa: ARG002
    ) -> NoReturn:
        raise NotSupportedError("the log is read by position")
