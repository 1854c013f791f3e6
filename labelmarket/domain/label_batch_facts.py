"""The facts of a label batch, and the change that each one makes."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from labelmarket.domain.aggregate import Fact, FirstFact
from labelmarket.domain.slots import NONE, Ranges, difference, overlaps, union


class BatchStatus(StrEnum):
    OPEN = "open"
    STARTED = "started"
    DELIVERED = "delivered"
    APPROVED = "approved"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One delivered file; `kept` are the slots for which it has the last word."""

    number: int
    upload_digest: str
    labels_digest: str = ""
    sums_digest: str = ""
    labels: int = 0
    covered: Ranges = NONE
    kept: Ranges = NONE
    problems: int = 0
    open: bool = True


class BatchState(Protocol):
    """What these facts change, in place: a batch belongs to the work that loaded it.

    `missing` are the slots still owed: never delivered, or asked for again and not redone.
    """

    status: BatchStatus
    deliver_by: datetime
    overdue: bool
    leases: dict[str, tuple[Ranges, datetime]]
    parts: dict[int, Part]
    refused_parts: list[int]
    missing: Ranges
    reworked: Ranges
    rework_rounds: int
    measured_parts: int
    report_digest: str | None
    returned: Ranges


class BatchOpened(FirstFact):
    """Labels of `classes` are owed for the slots, and of all classes for those in `everything`."""

    TOPIC = "BatchOpened"
    class_version = 2
    order_id: UUID
    project_id: UUID
    organisation_id: UUID
    provider_id: UUID
    offer_id: UUID
    slots: Ranges
    task_type: str
    classes: tuple[str, ...]
    instructions_version: int
    deliver_by: datetime
    everything: Ranges

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["everything"] = []


class WorkStarted(Fact):
    """A team leased slots: nobody else of the provider works on them until then."""

    TOPIC = "WorkStarted"
    team: str
    slots: Ranges
    leased_until: datetime

    def apply(self, batch: BatchState, /) -> None:
        batch.status = BatchStatus.STARTED
        batch.leases[self.team] = (self.slots, self.leased_until)


class LabelsDelivered(Fact):
    TOPIC = "LabelsDelivered"
    part: int
    upload_digest: str
    size_bytes: int

    def apply(self, batch: BatchState, /) -> None:
        batch.parts[self.part] = Part(number=self.part, upload_digest=self.upload_digest)
        batch.status = BatchStatus.STARTED


class DeliveryRefused(Fact):
    """A whole delivered file could not be used; nothing of it counts."""

    TOPIC = "DeliveryRefused"
    part: int
    code: str
    message: str

    def apply(self, batch: BatchState, /) -> None:
        del batch.parts[self.part]
        batch.refused_parts.append(self.part)


class PartMeasured(Fact):
    """A part was read: its labels, what it covers, and the sums of its measures."""

    TOPIC = "PartMeasured"
    part: int
    labels_digest: str
    sums_digest: str
    labels: int
    covered: Ranges
    kept: Ranges
    problems: int
    problems_digest: str

    def apply(self, batch: BatchState, /) -> None:
        if overlaps(self.kept, batch.reworked):
            self._take_the_last_word(batch)
        batch.parts[self.part] = replace(
            batch.parts[self.part],
            labels_digest=self.labels_digest,
            sums_digest=self.sums_digest,
            labels=self.labels,
            covered=self.covered,
            kept=self.kept,
            problems=self.problems,
            open=False,
        )
        batch.missing = difference(batch.missing, self.kept)
        batch.reworked = difference(batch.reworked, self.kept)

    def _take_the_last_word(self, batch: BatchState) -> None:
        """Only rework says again what another part has said."""
        (first, _), (_, end) = self.kept[0], self.kept[-1]
        for number, part in batch.parts.items():
            kept = part.kept
            if kept and kept[0][0] < end and kept[-1][1] > first and overlaps(kept, self.kept):
                batch.parts[number] = replace(part, kept=difference(kept, self.kept))


class BatchMeasured(Fact):
    """The report of everything delivered so far; `parts` says of how much."""

    TOPIC = "BatchMeasured"
    parts: int
    report_digest: str
    items: int
    labels: int
    problems: int
    gold_right: int
    gold_checked: int
    missing: Ranges

    def apply(self, batch: BatchState, /) -> None:
        batch.measured_parts = self.parts
        batch.report_digest = self.report_digest
        if not self.missing:
            batch.status = BatchStatus.DELIVERED


class DeliveryOverdue(Fact):
    TOPIC = "DeliveryOverdue"
    deliver_by: datetime

    def apply(self, batch: BatchState, /) -> None:
        batch.overdue = True


class ReworkRequested(Fact):
    """The customer wants these slots labeled again; their next delivery replaces the last."""

    TOPIC = "ReworkRequested"
    slots: Ranges
    reason: str
    deliver_by: datetime

    def apply(self, batch: BatchState, /) -> None:
        batch.status = BatchStatus.STARTED
        batch.missing = union(batch.missing, self.slots)
        batch.reworked = union(batch.reworked, self.slots)
        batch.rework_rounds += 1
        batch.deliver_by = self.deliver_by
        batch.overdue = False


class BatchApproved(Fact):
    TOPIC = "BatchApproved"

    def apply(self, batch: BatchState, /) -> None:
        batch.status = BatchStatus.APPROVED


class BatchRevoked(Fact):
    """Work was taken back. A delivery that was turned down counts as none."""

    TOPIC = "BatchRevoked"
    reason: str
    undelivered: Ranges

    def apply(self, batch: BatchState, /) -> None:
        batch.status = BatchStatus.REVOKED
        batch.returned = self.undelivered
