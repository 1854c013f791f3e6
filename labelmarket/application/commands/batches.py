"""Commands on label batches: start, deliver, measure, send back, approve, revoke."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from labelmarket.application.commands.cascade import ask_next
from labelmarket.application.commands.offers import release
from labelmarket.application.commands.orders import DELIVER_WITHIN_S_MAX
from labelmarket.application.work import Answer, TooEarly, Work
from labelmarket.domain.access_token import Role
from labelmarket.domain.bounds import check_text
from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.project import Project
from labelmarket.domain.slots import Ranges
from labelmarket.domain.work_order import WorkOrder

LEASE_S_MAX = 7 * 24 * 3600


def own_batch(work: Work, batch_id: UUID) -> LabelBatch:
    """A batch of a project that the actor owns."""
    work.by.must_be(Role.CUSTOMER)
    batch = work.get(LabelBatch, batch_id)
    work.by.must_own(batch.organisation_id)
    return batch


def taken_batch(work: Work, batch_id: UUID) -> LabelBatch:
    """A batch that the actor has taken on."""
    work.by.must_be(Role.PROVIDER)
    batch = work.get(LabelBatch, batch_id)
    work.by.must_be_provider(batch.provider_id)
    return batch


@dataclass(frozen=True, slots=True, kw_only=True)
class StartWork:
    batch_id: UUID
    team: str
    lease_s: int

    def decide(self, work: Work, /) -> Answer:
        batch = taken_batch(work, self.batch_id)
        if not 1 <= self.lease_s <= LEASE_S_MAX:
            raise InvalidInput("between a second and a week", path=("leaseSeconds",))
        until = work.at + timedelta(seconds=self.lease_s)
        batch.start(team=self.team, slots=None, leased_until=until, at=work.at)
        return Answer(thing=batch.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverLabels:
    """Take a file in; a worker reads it."""

    batch_id: UUID
    upload_digest: str
    size_bytes: int

    def decide(self, work: Work, /) -> Answer:
        batch = taken_batch(work, self.batch_id)
        part = batch.deliver(
            upload_digest=self.upload_digest, size_bytes=self.size_bytes, at=work.at
        )
        if batch.parts[part].open:
            work.start_job(
                f"part:{batch.id}:{part}",
                kind="read_part",
                queue="parts",
                batch_id=str(batch.id),
                part=part,
            )
        return Answer(thing=batch.id, notes={"part": part})


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPart:
    """What a worker says when it has read a part."""

    batch_id: UUID
    part: int
    labels_digest: str
    sums_digest: str
    labels: int
    covered: Ranges
    problems: int
    problems_digest: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        batch = work.get(LabelBatch, self.batch_id)
        batch.read_part(
            part=self.part,
            labels_digest=self.labels_digest,
            sums_digest=self.sums_digest,
            labels=self.labels,
            covered=self.covered,
            problems=self.problems,
            problems_digest=self.problems_digest,
            at=work.at,
        )
        _merge_when_read(work, batch)
        return Answer(thing=batch.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusePart:
    """What a worker says when a whole file cannot be used."""

    batch_id: UUID
    part: int
    code: str
    message: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        batch = work.get(LabelBatch, self.batch_id)
        batch.refuse_part(part=self.part, code=self.code, message=self.message, at=work.at)
        _merge_when_read(work, batch)
        return Answer(thing=batch.id)


def _merge_when_read(work: Work, batch: LabelBatch) -> None:
    """The part that ends the reading has the sums merged.

    A refused part gives the job another name too: the merge before it may have ended
    without a report, because this part was still to be read.
    """
    parts = len(batch.measured)
    if parts and not batch.is_reading and parts != batch.measured_parts:
        work.start_job(
            f"merge:{batch.id}:{parts + len(batch.refused_parts)}",
            kind="merge_parts",
            queue="merge",
            batch_id=str(batch.id),
            parts=parts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReport:
    """What a worker says when it has merged the parts."""

    batch_id: UUID
    parts: int
    report_digest: str
    items: int
    labels: int
    problems: int
    gold_right: int
    gold_checked: int
    gold_files: int

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        batch = work.get(LabelBatch, self.batch_id)
        batch.measure(
            parts=self.parts,
            report_digest=self.report_digest,
            items=self.items,
            labels=self.labels,
            problems=self.problems,
            gold_right=self.gold_right,
            gold_checked=self.gold_checked,
            at=work.at,
        )
        gold_files = len(work.get(Project, batch.project_id).gold)
        if gold_files > self.gold_files:
            compare_with_gold(work, batch, gold=str(gold_files))
        return Answer(thing=self.batch_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareWithGold:
    """Compare a batch again, with gold that came after it was measured, or is told of anew.

    `gold_report` names what is told of the gold, also of what models found of it.
    """

    batch_id: UUID
    gold_files: int
    gold_report: str = ""

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        told = f"{self.gold_files}:{self.gold_report}"
        compare_with_gold(work, work.get(LabelBatch, self.batch_id), gold=told)
        return Answer(thing=self.batch_id)


def compare_with_gold(work: Work, batch: LabelBatch, *, gold: str) -> None:
    """Have the parts merged again for this gold; one that is being read will see it by itself."""
    parts = len(batch.measured)
    if parts and not (batch.is_reading or batch.is_over):
        work.start_job(
            f"merge:{batch.id}:{parts + len(batch.refused_parts)}:gold{gold}",
            kind="merge_parts",
            queue="merge",
            batch_id=str(batch.id),
            parts=parts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkOverdue:
    """What the delivery deadline's timer says; a deadline moved by rework has its own."""

    batch_id: UUID
    deliver_by: datetime

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        if work.at < self.deliver_by:
            raise TooEarly(f"the delivery is due at {self.deliver_by.isoformat()}")
        work.get(LabelBatch, self.batch_id).fall_due(at=work.at)
        return Answer(thing=self.batch_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRework:
    batch_id: UUID
    reason: str
    deliver_within_s: int

    def decide(self, work: Work, /) -> Answer:
        batch = own_batch(work, self.batch_id)
        if not 1 <= self.deliver_within_s <= DELIVER_WITHIN_S_MAX:
            raise InvalidInput("between a second and a year", path=("deliverWithinSeconds",))
        check_text(self.reason, path=("reason",))
        deliver_by = work.at + timedelta(seconds=self.deliver_within_s)
        batch.request_rework(slots=None, reason=self.reason, deliver_by=deliver_by, at=work.at)
        work.set_timer(
            f"overdue:{batch.id}:{batch.rework_rounds}",
            due_at=deliver_by,
            command="MarkOverdue",
            batch_id=str(batch.id),
            deliver_by=deliver_by.isoformat(),
        )
        return Answer(thing=batch.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveBatch:
    batch_id: UUID

    def decide(self, work: Work, /) -> Answer:
        batch = own_batch(work, self.batch_id)
        batch.approve(at=work.at)
        work.get(WorkOrder, batch.order_id).approve_slice(batch_id=batch.id, at=work.at)
        return Answer(thing=batch.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeBatch:
    """Take work back; what was not delivered is offered to the next provider.

    What was delivered stays with the customer, and counts as approved.
    """

    batch_id: UUID
    reason: str

    def decide(self, work: Work, /) -> Answer:
        batch = own_batch(work, self.batch_id)
        check_text(self.reason, path=("reason",))
        undelivered = batch.revoke(reason=self.reason, at=work.at)
        order = work.get(WorkOrder, batch.order_id)
        order.take_back(batch_id=batch.id, slots=undelivered, at=work.at)
        order.approve_slice(batch_id=batch.id, at=work.at)
        release(work, batch)
        ask_next(work, order)
        return Answer(thing=batch.id)
