"""Aggregates as they begin, for tests of what may happen to them next."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from labelmarket.domain.aggregate import Aggregate
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.offer import Offer
from labelmarket.domain.slots import NONE, Ranges
from labelmarket.domain.values import Rate, Requirement, price
from labelmarket.domain.work_order import WorkOrder

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ANSWER_BY = NOON + timedelta(hours=1)
DELIVER_BY = NOON + timedelta(hours=9)
HAIR = timedelta(milliseconds=1)
ADA, BEL, CID = UUID(int=1), UUID(int=2), UUID(int=3)
ORDER, PROJECT, CUSTOMER, TASK = (UUID(int=n) for n in range(11, 15))
BOXES = Requirement(task_type="object_detection", geometry="box")
RATE = Rate(
    task_type="object_detection", currency="USD", setup=Decimal(5), per_item=Decimal("0.10")
)
TEN: Ranges = ((0, 10),)


def facts_of(aggregate: Aggregate) -> list[str]:
    """The names of the facts that were recorded since the last time somebody asked."""
    return [str(type(fact).TOPIC) for fact in aggregate.collect_events()]  # type: ignore[attr-defined]


def sent_offer(offer_id: int = 100, *, slots: Ranges = TEN) -> Offer:
    offer = Offer.send(
        offer_id=UUID(int=offer_id),
        order_id=ORDER,
        project_id=PROJECT,
        organisation_id=CUSTOMER,
        provider_id=ADA,
        round_number=1,
        rank=1,
        slots=slots,
        terms=price(RATE, items=10),
        task_type="object_detection",
        classes=("cat",),
        instructions_version=1,
        answer_by=ANSWER_BY,
        deliver_by=DELIVER_BY,
        at=NOON,
    )
    offer.collect_events()
    return offer


def planned_order(*ranked: UUID) -> WorkOrder:
    order = WorkOrder.plan(
        order_id=ORDER,
        project_id=PROJECT,
        organisation_id=CUSTOMER,
        task_id=TASK,
        requirement=BOXES,
        answer_within_s=3_600,
        deliver_within_s=28_800,
        at=NOON,
    )
    if ranked:
        order.rank(ranked, expected_version=None, at=NOON)
    order.collect_events()
    return order


def running_order(*ranked: UUID) -> WorkOrder:
    """Ten slots are to be filled, and nobody was asked yet."""
    order = planned_order(*ranked)
    order.open(TEN, classes=("cat",), at=NOON)
    order.collect_events()
    return order


def open_batch(*, slots: Ranges = TEN, everything: Ranges = NONE) -> LabelBatch:
    batch = LabelBatch.open(
        batch_id=UUID(int=200),
        order_id=ORDER,
        project_id=PROJECT,
        organisation_id=CUSTOMER,
        provider_id=ADA,
        offer_id=UUID(int=100),
        slots=slots,
        task_type="object_detection",
        classes=("cat",),
        instructions_version=1,
        deliver_by=DELIVER_BY,
        everything=everything,
        at=NOON,
    )
    batch.collect_events()
    return batch


def read(batch: LabelBatch, part: int, covered: Ranges, *, at: datetime = NOON) -> None:
    """A worker has read a part."""
    batch.read_part(
        part=part,
        labels_digest=f"labels {part}",
        sums_digest=f"sums {part}",
        labels=1,
        covered=covered,
        problems=0,
        problems_digest="none",
        at=at,
    )


def measure(batch: LabelBatch, *, parts: int, report: str = "report") -> None:
    """A worker has merged the parts."""
    batch.measure(
        parts=parts,
        report_digest=report,
        items=10,
        labels=10,
        problems=0,
        gold_right=0,
        gold_checked=0,
        at=NOON,
    )


def delivered_batch() -> LabelBatch:
    """All ten slots have labels and a report."""
    batch = open_batch()
    batch.deliver(upload_digest="file", size_bytes=9, at=NOON)
    read(batch, 1, TEN)
    measure(batch, parts=1)
    batch.collect_events()
    return batch
