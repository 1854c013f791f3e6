"""Work orders as they stand: the ranking, who was asked, and what is filled."""

from uuid import UUID

import msgspec
from msgspec.structs import replace

from labelmarket.application.view import Entry, Row, topics_of
from labelmarket.domain.aggregate import Fact
from labelmarket.domain.slots import count
from labelmarket.domain.values import Requirement
from labelmarket.domain.work_order_facts import (
    OfferPlaced,
    OrderStatus,
    ProviderSkipped,
    ProvidersRanked,
    RoundExhausted,
    RoundStarted,
    SecondOrderBegan,
    SliceApproved,
    SliceFilled,
    SlotsReturned,
    SlotsWithdrawn,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderOpened,
    WorkOrderPlanned,
)

_CHANGES = (
    OfferPlaced,
    ProviderSkipped,
    ProvidersRanked,
    RoundExhausted,
    RoundStarted,
    SecondOrderBegan,
    SliceApproved,
    SliceFilled,
    SlotsReturned,
    SlotsWithdrawn,
    WorkOrderCancelled,
    WorkOrderCompleted,
    WorkOrderOpened,
)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One rank of a round that was used up: by an offer, or by a skip with its reason."""

    round: int
    rank: int
    provider_id: UUID
    offer_id: UUID | None = None
    skip_code: str | None = None
    skip_message: str | None = None


class OrderRow(Row, frozen=True, kw_only=True):
    """`parent_id` is the project; slots are counted by what became of them."""

    task_id: UUID
    requirement: Requirement
    classes: tuple[str, ...] = ()
    answer_within_s: int
    deliver_within_s: int
    items: int | None = None
    second_of: UUID | None = None
    round: int = 0
    ranked: tuple[UUID, ...] = ()
    ranking_version: int = 0
    asked: tuple[Asked, ...] = ()
    slots: int = 0
    unassigned: int = 0
    assigned: int = 0
    approved: int = 0
    withdrawn: int = 0

    @property
    def status(self) -> OrderStatus:
        return OrderStatus(self.state)


class OrderSheet:
    name = "order_sheet"
    version = 2
    row = OrderRow
    topics = topics_of(WorkOrderPlanned, *_CHANGES)

    def keys(self, fact: Fact, /) -> tuple[UUID, ...]:
        return (fact.originator_id,) if fact.TOPIC in self.topics else ()

    def evolve(self, row: OrderRow | None, entry: Entry, /) -> OrderRow | None:
        fact = entry.fact
        if isinstance(fact, WorkOrderPlanned):
            return _planned(fact, born=entry.position)
        assert row is not None, "an order is planned before anything else"
        match fact:
            case ProvidersRanked():
                version = row.ranking_version + 1
                return replace(row, ranked=fact.provider_ids, ranking_version=version)
            case WorkOrderOpened():
                slots = count(fact.slots)
                return replace(row, slots=slots, unassigned=slots, classes=fact.classes)
            case SecondOrderBegan():
                return row
            case RoundStarted():
                return replace(
                    row,
                    state=OrderStatus.RUNNING,
                    round=fact.number,
                    answer_within_s=fact.answer_within_s,
                )
            case OfferPlaced() | ProviderSkipped():
                return replace(row, asked=(*row.asked, _asked(fact)))
            case RoundExhausted():
                return replace(row, state=OrderStatus.EXHAUSTED)
            case WorkOrderCompleted():
                return replace(row, state=OrderStatus.COMPLETED)
        return _counted(row, fact)


def _counted(row: OrderRow, fact: Fact) -> OrderRow:
    """Slots move between the counts; none is lost and none appears."""
    match fact:
        case SliceFilled():
            moved = count(fact.slots)
            left = row.unassigned - moved
            state = row.state if left else OrderStatus.FILLED
            return replace(row, unassigned=left, assigned=row.assigned + moved, state=state)
        case SlotsReturned():
            moved = count(fact.slots)
            return replace(
                row,
                unassigned=row.unassigned + moved,
                assigned=row.assigned - moved,
                state=OrderStatus.RUNNING,
            )
        case SlotsWithdrawn():
            moved = count(fact.slots)
            return replace(row, assigned=row.assigned - moved, withdrawn=row.withdrawn + moved)
        case SliceApproved():
            moved = count(fact.slots)
            return replace(row, assigned=row.assigned - moved, approved=row.approved + moved)
        case WorkOrderCancelled():
            gone = count(fact.withdrawn)
            return replace(
                row,
                state=OrderStatus.CANCELLED,
                unassigned=row.unassigned - gone,
                withdrawn=row.withdrawn + gone,
            )
        case _:
            raise AssertionError(f"no change is known for {fact.TOPIC}")


def _asked(fact: OfferPlaced | ProviderSkipped) -> Asked:
    if isinstance(fact, OfferPlaced):
        return Asked(
            round=fact.round,
            rank=fact.rank,
            provider_id=fact.provider_id,
            offer_id=fact.offer_id,
        )
    return Asked(
        round=fact.round,
        rank=fact.rank,
        provider_id=fact.provider_id,
        skip_code=fact.code,
        skip_message=fact.message,
    )


def _planned(fact: WorkOrderPlanned, *, born: int) -> OrderRow:
    return OrderRow(
        id=fact.originator_id,
        born=born,
        state=OrderStatus.PLANNED,
        project_id=fact.project_id,
        parent_id=fact.project_id,
        organisation_id=fact.organisation_id,
        task_id=fact.task_id,
        requirement=fact.requirement,
        answer_within_s=fact.answer_within_s,
        deliver_within_s=fact.deliver_within_s,
        items=fact.items,
        second_of=fact.second_of,
    )
