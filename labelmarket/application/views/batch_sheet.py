"""Label batches as they stand: what is owed, what was delivered, and its report."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec.structs import replace

from labelmarket.application.view import Entry, Row, topics_of
from labelmarket.domain.aggregate import Fact
from labelmarket.domain.label_batch_facts import (
    BatchApproved,
    BatchMeasured,
    BatchOpened,
    BatchRevoked,
    BatchStatus,
    DeliveryOverdue,
    DeliveryRefused,
    LabelsDelivered,
    PartMeasured,
    ReworkRequested,
    WorkStarted,
)
from labelmarket.domain.slots import NONE, Ranges, count, difference

_CHANGES = (
    BatchApproved,
    BatchMeasured,
    BatchRevoked,
    DeliveryOverdue,
    DeliveryRefused,
    LabelsDelivered,
    PartMeasured,
    ReworkRequested,
    WorkStarted,
)


class PartState(StrEnum):
    READING = "reading"
    MEASURED = "measured"
    REFUSED = "refused"


class PartRow(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    state: PartState = PartState.READING
    labels: int = 0
    items: int = 0
    problems: int = 0
    problems_digest: str | None = None
    refused_code: str | None = None
    refused_message: str | None = None


class BatchRow(Row, frozen=True, kw_only=True):
    """`parent_id` is the work order."""

    offer_id: UUID
    slots: Ranges
    task_type: str
    classes: tuple[str, ...]
    instructions_version: int
    opened_at: datetime
    deliver_by: datetime
    overdue: bool = False
    started_at: datetime | None = None
    delivered_at: datetime | None = None
    approved_at: datetime | None = None
    parts: tuple[PartRow, ...] = ()
    missing: Ranges = NONE
    labels: int = 0
    report_digest: str | None = None
    gold_right: int = 0
    gold_checked: int = 0

    @property
    def status(self) -> BatchStatus:
        return BatchStatus(self.state)

    @property
    def items(self) -> int:
        return count(self.slots)


class BatchSheet:
    name = "batch_sheet"
    version = 1
    row = BatchRow
    topics = topics_of(BatchOpened, *_CHANGES)

    def keys(self, fact: Fact, /) -> tuple[UUID, ...]:
        return (fact.originator_id,) if fact.TOPIC in self.topics else ()

    def evolve(self, row: BatchRow | None, entry: Entry, /) -> BatchRow | None:
        fact = entry.fact
        if isinstance(fact, BatchOpened):
            return _opened(fact, born=entry.position)
        assert row is not None, "a batch is opened before anything else"
        match fact:
            case WorkStarted():
                return replace(
                    row,
                    state=BatchStatus.STARTED,
                    started_at=row.started_at or fact.timestamp,
                )
            case DeliveryOverdue():
                return replace(row, overdue=True)
            case ReworkRequested():
                return replace(
                    row,
                    state=BatchStatus.STARTED,
                    overdue=False,
                    deliver_by=fact.deliver_by,
                    missing=fact.slots,
                )
            case BatchApproved():
                return replace(row, state=BatchStatus.APPROVED, approved_at=fact.timestamp)
            case BatchRevoked():
                return replace(row, state=BatchStatus.REVOKED)
        return _delivered(row, fact)


def _delivered(row: BatchRow, fact: Fact) -> BatchRow:
    match fact:
        case LabelsDelivered():
            parts = (*row.parts, PartRow(number=fact.part))
            return replace(row, state=BatchStatus.STARTED, parts=parts)
        case DeliveryRefused():
            part = PartRow(
                number=fact.part,
                state=PartState.REFUSED,
                refused_code=fact.code,
                refused_message=fact.message,
            )
            return replace(row, parts=_with(row.parts, part))
        case PartMeasured():
            part = PartRow(
                number=fact.part,
                state=PartState.MEASURED,
                labels=fact.labels,
                items=count(fact.covered),
                problems=fact.problems,
                problems_digest=fact.problems_digest,
            )
            missing = difference(row.missing, fact.kept)
            return replace(row, parts=_with(row.parts, part), missing=missing)
        case BatchMeasured():
            done = not fact.missing
            return replace(
                row,
                state=BatchStatus.DELIVERED if done else row.state,
                delivered_at=_delivered_at(row, fact),
                missing=fact.missing,
                labels=fact.labels,
                report_digest=fact.report_digest,
                gold_right=fact.gold_right,
                gold_checked=fact.gold_checked,
            )
        case _:
            raise AssertionError(f"no change is known for {fact.TOPIC}")


def _delivered_at(row: BatchRow, fact: BatchMeasured) -> datetime | None:
    """When the last slot came in; a later look at the same labels does not move it."""
    if fact.missing or row.status is BatchStatus.DELIVERED:
        return row.delivered_at
    return fact.timestamp


def _with(parts: tuple[PartRow, ...], part: PartRow) -> tuple[PartRow, ...]:
    return tuple(part if held.number == part.number else held for held in parts)


def _opened(fact: BatchOpened, *, born: int) -> BatchRow:
    return BatchRow(
        id=fact.originator_id,
        born=born,
        state=BatchStatus.OPEN,
        project_id=fact.project_id,
        parent_id=fact.order_id,
        organisation_id=fact.organisation_id,
        provider_id=fact.provider_id,
        offer_id=fact.offer_id,
        slots=fact.slots,
        task_type=fact.task_type,
        classes=fact.classes,
        instructions_version=fact.instructions_version,
        opened_at=fact.timestamp,
        deliver_by=fact.deliver_by,
        missing=fact.slots,
    )
