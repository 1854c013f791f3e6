"""The simulated log: what `market.append` of the first migration does, step by step."""

from bisect import bisect_right
from collections.abc import Sequence
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from labelmarket.application.ports import (
    Along,
    AlreadyRecorded,
    LogConflict,
    Remembered,
    StoredFact,
)
from simulation.scheduler import BEGINNING, Scheduler
from tests.memory_log import remembered

GAP_MAX = 40


class Facts:
    """Facts and the keys of the commands that made them. Positions rise and have gaps."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._streams: dict[UUID, list[StoredEvent]] = {}
        self.log: list[StoredFact] = []
        self.keys: dict[str, Remembered] = {}

    @property
    def head(self) -> int:
        return self.log[-1].position if self.log else 0

    def append(self, stored_events: Sequence[StoredEvent], along: Along) -> tuple[int, ...]:
        """Raises `AlreadyRecorded` and `LogConflict`; then nothing was stored."""
        for said in along.said:
            self.check_key(said.key)
        if any(len(self._streams.get(stream, ())) > seen for stream, seen in along.reads):
            raise LogConflict
        self._check_versions(stored_events)
        if self._scheduler.chance.strikes("gap"):
            # A server that was killed skips what it had fetched ahead of the sequence.
            gap = self._scheduler.chance.random.randrange(1, GAP_MAX)
        else:
            gap = 0
        recorded_at = max(self._scheduler.now, self.log[-1].recorded_at if self.log else BEGINNING)
        first = self.head + gap + 1
        for number, (stored, (project_id, provider_id)) in enumerate(
            zip(stored_events, along.audiences, strict=True)
        ):
            stream = UUID(str(stored.originator_id))
            self._streams.setdefault(stream, []).append(stored)
            self.log.append(
                StoredFact(
                    position=first + number,
                    recorded_at=recorded_at,
                    originator_id=stream,
                    originator_version=stored.originator_version,
                    topic=stored.topic,
                    state=stored.state,
                    project_id=project_id,
                    provider_id=provider_id,
                )
            )
        positions = tuple(range(first, first + len(stored_events)))
        self.keys |= remembered(along, positions)
        return positions

    def check_key(self, key: str) -> None:
        if key in self.keys:
            raise AlreadyRecorded(self.keys[key])

    def _check_versions(self, stored_events: Sequence[StoredEvent]) -> None:
        lengths: dict[UUID, int] = {}
        for stored in stored_events:
            stream = UUID(str(stored.originator_id))
            before = lengths.get(stream, len(self._streams.get(stream, ())))
            if stored.originator_version <= before:
                raise LogConflict
            lengths[stream] = before + 1

    def stream(self, stream: UUID, *, gt: int | None, lte: int | None) -> Sequence[StoredEvent]:
        return self._streams.get(stream, [])[(gt or 0) : lte]

    def read(self, *, after: int, limit: int) -> list[StoredFact]:
        """The next facts behind a position, in order."""
        first = bisect_right(self.log, after, key=lambda fact: fact.position)
        return self.log[first : first + limit]
