"""The event store library's recorder, on the simulated database, one port call at a time."""

from collections.abc import Collection, Sequence
from typing import Any, NoReturn
from uuid import UUID

from eventsourcing.persistence import Notification, NotSupportedError, StoredEvent

from labelmarket.application.market import FactRecorder
from labelmarket.application.ports import (
    Along,
    LogConflict,
    OutcomeUnknown,
    Remembered,
    Unavailable,
)
from simulation.database import Database
from simulation.scheduler import Steps
from simulation.suspended import Ports
from simulation.wire import Wire


class SimulatedRecorder(FactRecorder):
    def __init__(self, database: Database, wire: Wire, ports: Ports) -> None:
        self._database = database
        self._wire = wire
        self._ports = ports

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,  # noqa: ANN401 - the library's signature
    ) -> Sequence[int]:
        along: Along = kwargs["along"]
        return self._ports.ask(lambda: self._append(stored_events, along))

    def _append(self, stored: Sequence[StoredEvent], along: Along) -> Steps[Sequence[int]]:
        if self._database.scheduler.chance.strikes("conflict"):
            raise LogConflict
        what = " + ".join(said.key for said in along.said)
        try:
            return (
                yield from self._wire.patiently(
                    f"append {what}", lambda: self._database.append(stored, along)
                )
            )
        except Unavailable as error:
            raise OutcomeUnknown(str(error)) from error

    def recorded(self, key: str) -> Remembered | None:
        return self._ports.ask(
            lambda: self._wire.patiently("recorded", lambda: self._database.facts.keys.get(key))
        )

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
        stream = UUID(str(originator_id))
        return self._ports.ask(
            lambda: self._wire.patiently(
                "load", lambda: list(self._database.facts.stream(stream, gt=gt, lte=lte))
            )
        )

    def select_streams(self, originator_ids: Collection[UUID]) -> Sequence[StoredEvent]:
        facts, streams = self._database.facts, list(originator_ids)
        return self._ports.ask(
            lambda: self._wire.patiently(
                "load",
                lambda: [s for one in streams for s in facts.stream(one, gt=None, lte=None)],
            )
        )

    def select_notifications(
        self,
        start: int | None,  # noqa: ARG002 - the library's signature
        limit: int,  # noqa: ARG002
        stop: int | None = None,  # noqa: ARG002
        topics: Sequence[str] = (),  # noqa: ARG002
        *,
        inclusive_of_start: bool = True,  # noqa: ARG002
    ) -> Sequence[Notification]:
        raise NotSupportedError("the log is read by position")

    def max_notification_id(self) -> int | None:
        return self._database.facts.head or None

    def subscribe(
        self,
        gt: int | None = None,  # noqa: ARG002 - the library's signature
        topics: Sequence[str] = (),  # noqa: ARG002
    ) -> NoReturn:
        raise NotSupportedError("the log is read by position")
