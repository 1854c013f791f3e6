"""A label batch: the labels that one provider owes for one slice, and delivers in parts."""

from datetime import datetime
from typing import Self
from uuid import UUID

from labelmarket.domain.aggregate import Aggregate
from labelmarket.domain.errors import Conflict, DeliveryRejected, InvalidInput
from labelmarket.domain.label_batch_facts import (
    BatchApproved,
    BatchMeasured,
    BatchOpened,
    BatchRevoked,
    BatchStatus,
    DeliveryOverdue,
    DeliveryRefused,
    LabelsDelivered,
    Part,
    PartMeasured,
    ReworkRequested,
    WorkStarted,
)
from labelmarket.domain.slots import NONE, Ranges, difference, intersection, overlaps, union

PARTS_MAX = 1_000
REWORK_ROUNDS_MAX = 2
TEAMS_MAX = 200
TEAM_CHARACTERS_MAX = 100


class LabelBatch(Aggregate):
    TOPIC = "LabelBatch"

    def __init__(
        self,
        *,
        order_id: UUID,
        project_id: UUID,
        organisation_id: UUID,
        provider_id: UUID,
        offer_id: UUID,
        slots: Ranges,
        task_type: str,
        classes: tuple[str, ...],
        instructions_version: int,
        deliver_by: datetime,
        everything: Ranges = NONE,
    ) -> None:
        self.order_id = order_id
        self.project_id = project_id
        self.organisation_id = organisation_id
        self.provider_id = provider_id
        self.offer_id = offer_id
        self.slots = slots
        self.task_type = task_type
        self.classes = classes
        self.everything = everything
        self.instructions_version = instructions_version
        self.deliver_by = deliver_by
        self.status = BatchStatus.OPEN
        self.overdue = False
        self.leases: dict[str, tuple[Ranges, datetime]] = {}
        self.parts: dict[int, Part] = {}
        self.refused_parts: list[int] = []
        self.missing = slots
        self.reworked: Ranges = NONE
        self.rework_rounds = 0
        self.measured_parts = 0
        self.report_digest: str | None = None
        self.returned: Ranges = NONE

    def audience(self) -> tuple[UUID | None, UUID | None]:
        return self.project_id, self.provider_id

    def customer(self) -> UUID | None:
        return self.organisation_id

    @property
    def is_over(self) -> bool:
        return self.status in (BatchStatus.APPROVED, BatchStatus.REVOKED)

    @property
    def covered(self) -> Ranges:
        """The slots with a delivery that counts."""
        return union(*(part.kept for part in self.parts.values()))

    @property
    def measured(self) -> tuple[Part, ...]:
        """The parts that were read, in the order of their numbers."""
        return tuple(p for _, p in sorted(self.parts.items()) if not p.open)

    @property
    def is_reading(self) -> bool:
        """Whether a delivered part waits to be read."""
        return any(part.open for part in self.parts.values())

    # Decisions: when each fact may happen.

    @classmethod
    def open(
        cls,
        *,
        batch_id: UUID,
        order_id: UUID,
        project_id: UUID,
        organisation_id: UUID,
        provider_id: UUID,
        offer_id: UUID,
        slots: Ranges,
        task_type: str,
        classes: tuple[str, ...],
        instructions_version: int,
        deliver_by: datetime,
        at: datetime,
        everything: Ranges = NONE,
    ) -> Self:
        return cls.begin(
            BatchOpened,
            id=batch_id,
            at=at,
            order_id=order_id,
            project_id=project_id,
            organisation_id=organisation_id,
            provider_id=provider_id,
            offer_id=offer_id,
            slots=slots,
            task_type=task_type,
            classes=classes,
            instructions_version=instructions_version,
            deliver_by=deliver_by,
            everything=everything,
        )

    def start(
        self, *, team: str, slots: Ranges | None, leased_until: datetime, at: datetime
    ) -> None:
        """Lease slots to a team; without a choice, all that are free."""
        if self.is_over:
            raise Conflict(f"the batch is {self.status}")
        if not 0 < len(team.strip()) <= TEAM_CHARACTERS_MAX:
            raise InvalidInput("a team has a name of 1 to 100 characters", path=("team",))
        if team not in self.leases and len(self.leases) >= TEAMS_MAX:
            raise InvalidInput(f"{TEAMS_MAX} teams at the most", path=("team",))
        others = union(
            *(held for name, (held, until) in self.leases.items() if name != team and until > at)
        )
        wanted = difference(self.missing, others) if slots is None else slots
        if not wanted or difference(wanted, self.missing):
            raise InvalidInput("these slots are not open in the batch", path=("slots",))
        if overlaps(wanted, others):
            raise Conflict("another team has leased some of these slots")
        held = self.leases.get(team)
        if held is None or held[0] != wanted or held[1] <= at:
            self.record(WorkStarted, at=at, team=team, slots=wanted, leased_until=leased_until)

    def deliver(self, *, upload_digest: str, size_bytes: int, at: datetime) -> int:
        """Take a file in as the next part; the same file again is the part that it was."""
        same = [p for p in self.parts.values() if p.upload_digest == upload_digest]
        known = same[-1] if same else None
        if known is not None and (known.open or not self.reworked):
            return known.number
        if self.is_over:
            raise DeliveryRejected(f"the batch is {self.status} and takes no labels")
        if self.status is BatchStatus.DELIVERED:
            raise DeliveryRejected("every item of the batch has its labels already")
        number = len(self.parts) + len(self.refused_parts) + 1
        if number > PARTS_MAX:
            raise DeliveryRejected(f"a batch takes {PARTS_MAX} parts at the most")
        self.fall_due(at=at)
        self.record(
            LabelsDelivered, at=at, part=number, upload_digest=upload_digest, size_bytes=size_bytes
        )
        return number

    def refuse_part(self, *, part: int, code: str, message: str, at: datetime) -> None:
        if self._waits_for(part):
            self.record(DeliveryRefused, at=at, part=part, code=code, message=message)
            self.fall_due(at=at)

    def read_part(
        self,
        *,
        part: int,
        labels_digest: str,
        sums_digest: str,
        labels: int,
        covered: Ranges,
        problems: int,
        problems_digest: str,
        at: datetime,
    ) -> None:
        """Count a part. It speaks for slots that are still owed, never for the others."""
        if not self._waits_for(part):
            return
        self.record(
            PartMeasured,
            at=at,
            part=part,
            labels_digest=labels_digest,
            sums_digest=sums_digest,
            labels=labels,
            covered=covered,
            kept=intersection(covered, self.missing),
            problems=problems,
            problems_digest=problems_digest,
        )
        self.fall_due(at=at)

    def _waits_for(self, part: int) -> bool:
        return not self.is_over and part in self.parts and self.parts[part].open

    def measure(
        self,
        *,
        parts: int,
        report_digest: str,
        items: int,
        labels: int,
        problems: int,
        gold_right: int,
        gold_checked: int,
        at: datetime,
    ) -> None:
        """Name the report of the first `parts` parts; an outdated one records nothing."""
        if self.is_over or parts != len(self.measured) or self.is_reading:
            return
        if report_digest == self.report_digest and parts == self.measured_parts:
            return
        self.record(
            BatchMeasured,
            at=at,
            parts=parts,
            report_digest=report_digest,
            items=items,
            labels=labels,
            problems=problems,
            gold_right=gold_right,
            gold_checked=gold_checked,
            missing=self.missing,
        )

    def fall_due(self, *, at: datetime) -> None:
        """Note that the delivery is late. Records nothing when it is not, or is known.

        A part that arrived in time may hold what is missing, so it is read first.
        """
        waiting = self.status in (BatchStatus.OPEN, BatchStatus.STARTED) and bool(self.missing)
        if waiting and not (self.is_reading or self.overdue) and at >= self.deliver_by:
            self.record(DeliveryOverdue, at=at, deliver_by=self.deliver_by)

    def request_rework(
        self, *, slots: Ranges | None, reason: str, deliver_by: datetime, at: datetime
    ) -> None:
        if self.status is not BatchStatus.DELIVERED:
            raise Conflict("only a delivered batch can be sent back")
        if self.rework_rounds >= REWORK_ROUNDS_MAX:
            raise Conflict(f"a batch is sent back {REWORK_ROUNDS_MAX} times at the most")
        wanted = self.slots if slots is None else slots
        if not wanted or difference(wanted, self.slots):
            raise InvalidInput("these slots are not in the batch", path=("slots",))
        if deliver_by <= at:
            raise InvalidInput("the new deadline has passed already", path=("deliverBy",))
        self.record(ReworkRequested, at=at, slots=wanted, reason=reason, deliver_by=deliver_by)

    def approve(self, *, at: datetime) -> None:
        if self.status is BatchStatus.APPROVED:
            return
        if self.status is not BatchStatus.DELIVERED:
            raise Conflict("only a delivered and measured batch can be approved")
        self.record(BatchApproved, at=at)

    def revoke(self, *, reason: str, at: datetime) -> Ranges:
        """Take the work back; gives the slots that go to somebody else.

        What was delivered and not objected to is kept. A batch that was delivered whole is
        sent back first; when the rework does not do either, nothing of it is kept.
        """
        if self.is_over:
            raise Conflict(f"the batch is {self.status}")
        if self.is_reading:
            raise Conflict("a delivered part is being read; ask again when it was")
        turned_down = self.status is BatchStatus.DELIVERED and self.rework_rounds > 0
        undelivered = self.slots if turned_down else self.missing
        if not undelivered:
            raise Conflict("every item has its labels; send the batch back, or approve it")
        self.fall_due(at=at)
        if not (turned_down or self.overdue or self.status is BatchStatus.OPEN):
            due = self.deliver_by.isoformat()
            raise Conflict(f"the provider is at work, and has time until {due}")
        self.record(BatchRevoked, at=at, reason=reason, undelivered=undelivered)
        return undelivered
