"""A work order: the slots to be filled, the ranked providers, and the one winner.

Slots are conserved: every slot of the order is unassigned, assigned, approved or
withdrawn, and never two of these.
"""

from datetime import datetime
from typing import Self
from uuid import UUID

from labelmarket.domain.aggregate import Aggregate
from labelmarket.domain.bounds import ROUNDS_MAX
from labelmarket.domain.errors import Conflict, InvalidInput, NoProviders, OrderNotOpen
from labelmarket.domain.slots import NONE, Ranges, count, difference, is_normal
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

SHORTLIST_MAX = 50


class WorkOrder(Aggregate):
    TOPIC = "WorkOrder"

    def __init__(
        self,
        *,
        project_id: UUID,
        organisation_id: UUID,
        task_id: UUID,
        requirement: Requirement,
        answer_within_s: int,
        deliver_within_s: int,
        items: int | None = None,
        second_of: UUID | None = None,
    ) -> None:
        self.project_id = project_id
        self.organisation_id = organisation_id
        self.task_id = task_id
        self.requirement = requirement
        self.classes: tuple[str, ...] = ()
        self.everything: Ranges = NONE
        self.second_classes: tuple[str, ...] = ()
        self.answer_within_s = answer_within_s
        self.deliver_within_s = deliver_within_s
        self.status = OrderStatus.PLANNED
        self.ranked: tuple[UUID, ...] = ()
        self.ranking_version = 0
        self.round = 0
        self.asked: tuple[UUID, ...] = ()
        self.last_offer_id: UUID | None = None
        self.slots = self.unassigned = self.approved = self.withdrawn = NONE
        self.offered: dict[UUID, Ranges] = {}
        self.assigned: dict[UUID, Ranges] = {}
        self.takers: frozenset[UUID] = frozenset()
        self.items = items
        self.second_of = second_of
        self.twin_id = second_of

    def audience(self) -> tuple[UUID | None, UUID | None]:
        return self.project_id, None

    def customer(self) -> UUID | None:
        return self.organisation_id

    # Decisions: when each fact may happen.

    @classmethod
    def plan(
        cls,
        *,
        order_id: UUID,
        project_id: UUID,
        organisation_id: UUID,
        task_id: UUID,
        requirement: Requirement,
        answer_within_s: int,
        deliver_within_s: int,
        items: int | None = None,
        second_of: UUID | None = None,
        at: datetime,
    ) -> Self:
        return cls.begin(
            WorkOrderPlanned,
            id=order_id,
            at=at,
            project_id=project_id,
            organisation_id=organisation_id,
            task_id=task_id,
            requirement=requirement,
            answer_within_s=answer_within_s,
            deliver_within_s=deliver_within_s,
            items=items,
            second_of=second_of,
        )

    def rank(
        self, provider_ids: tuple[UUID, ...], *, expected_version: int | None, at: datetime
    ) -> None:
        """Order the providers; a change made from an outdated list is refused."""
        if self.is_over:
            raise OrderNotOpen(f"the work order is {self.status}")
        if expected_version is not None and expected_version != self.ranking_version:
            raise Conflict(f"the ranking is at version {self.ranking_version} now")
        if len(provider_ids) != len(set(provider_ids)) or len(provider_ids) > SHORTLIST_MAX:
            raise InvalidInput(
                f"rank each provider once, {SHORTLIST_MAX} at the most", path=("providerIds",)
            )
        if not provider_ids and self.status is not OrderStatus.PLANNED:
            raise InvalidInput("an order that has begun has somebody to ask", path=("providerIds",))
        if provider_ids != self.ranked:
            self.record(ProvidersRanked, at=at, provider_ids=provider_ids)

    def open(
        self,
        slots: Ranges,
        *,
        classes: tuple[str, ...],
        everything: Ranges = NONE,
        second_classes: tuple[str, ...] = (),
        at: datetime,
    ) -> None:
        """Say which slots are to be filled with which classes, and begin the first round."""
        assert is_normal(slots) and slots, slots
        if self.status is not OrderStatus.PLANNED:
            raise Conflict(f"the work order is {self.status}")
        if not self.ranked:
            raise NoProviders("no provider is ranked for the work order")
        if second_classes and len(self.ranked) < 2:
            critical = ", ".join(second_classes[:5])
            raise NoProviders(f"two providers label each of {critical}, so rank two")
        self.record(
            WorkOrderOpened,
            at=at,
            slots=slots,
            classes=classes,
            everything=everything,
            second_classes=second_classes,
        )
        self._start_round(self.answer_within_s, at=at)

    def note_second(self, order_id: UUID, *, at: datetime) -> None:
        """Know the order that labels critical classes of these items once more."""
        assert self.twin_id is None, "there is one second order"
        self.record(SecondOrderBegan, at=at, order_id=order_id)

    def ask_again(self, *, answer_within_s: int | None, at: datetime) -> None:
        """Go down the ranking from its top again, after nobody was left to ask."""
        if self.status is not OrderStatus.EXHAUSTED:
            raise OrderNotOpen(f"the work order is {self.status}")
        if not self.ranked:
            raise NoProviders("no provider is ranked for the work order")
        if self.round >= ROUNDS_MAX:
            raise Conflict(f"an order has {ROUNDS_MAX} rounds at the most")
        self._start_round(answer_within_s or self.answer_within_s, at=at)

    def _start_round(self, answer_within_s: int, *, at: datetime) -> None:
        self.record(
            RoundStarted,
            at=at,
            number=self.round + 1,
            provider_ids=self.ranked,
            answer_within_s=answer_within_s,
        )

    def stop(self, *, reason: str, at: datetime) -> None:
        """Leave what is open unlabeled, after nobody was left to ask."""
        if self.status not in (OrderStatus.EXHAUSTED, OrderStatus.CANCELLED):
            raise OrderNotOpen(f"the work order is {self.status}")
        self.cancel(reason=reason, at=at)

    @property
    def is_over(self) -> bool:
        return self.status in (OrderStatus.COMPLETED, OrderStatus.CANCELLED)

    @property
    def kept(self) -> Ranges:
        """The slots that were not withdrawn: somebody labels them, or has."""
        return difference(self.slots, self.withdrawn)

    @property
    def next_provider(self) -> UUID | None:
        """The first provider of the ranking that was not asked in this round."""
        return next((p for p in self.ranked if p not in self.asked), None)

    def skip(self, *, code: str, message: str, at: datetime) -> None:
        provider_id = self._to_ask()
        self.record(
            ProviderSkipped,
            at=at,
            round=self.round,
            rank=len(self.asked) + 1,
            provider_id=provider_id,
            code=code,
            message=message,
        )

    def place_offer(self, *, offer_id: UUID, at: datetime) -> None:
        """Ask the next provider; whoever calls has seen the offer before it end."""
        provider_id = self._to_ask()
        self.record(
            OfferPlaced,
            at=at,
            round=self.round,
            rank=len(self.asked) + 1,
            offer_id=offer_id,
            provider_id=provider_id,
            slots=self.unassigned,
        )

    def _to_ask(self) -> UUID:
        provider_id = self.next_provider
        assert self.status is OrderStatus.RUNNING and provider_id is not None, self.status
        return provider_id

    def exhaust(self, *, at: datetime) -> None:
        assert self.status is OrderStatus.RUNNING and self.next_provider is None, self.status
        self.record(RoundExhausted, at=at, round=self.round, slots=self.unassigned)

    def fill(self, *, offer_id: UUID, provider_id: UUID, batch_id: UUID, at: datetime) -> Ranges:
        """Give the offer's slots to its provider; refused when they are not free any more."""
        slots = self.offered[offer_id]
        if self.is_over:
            raise OrderNotOpen(f"the work order is {self.status}")
        if difference(slots, self.unassigned):
            raise OrderNotOpen("somebody else has taken some of these items")
        self.record(
            SliceFilled,
            at=at,
            offer_id=offer_id,
            provider_id=provider_id,
            batch_id=batch_id,
            slots=slots,
        )
        return slots

    def take_back(self, *, batch_id: UUID, slots: Ranges, at: datetime) -> None:
        """Free a batch's slots for the next provider, or for nobody when the order was stopped."""
        assert not difference(slots, self.assigned[batch_id]), "a batch gives back its own slots"
        assert slots and self.status is not OrderStatus.COMPLETED, "open slots are given back"
        if self.status is OrderStatus.CANCELLED:
            self.record(SlotsWithdrawn, at=at, batch_id=batch_id, slots=slots)
        else:
            self.record(SlotsReturned, at=at, batch_id=batch_id, slots=slots)

    def approve_slice(self, *, batch_id: UUID, at: datetime) -> None:
        """Count a batch's slots as done; the last one completes the order."""
        slots = self.assigned[batch_id]
        if not slots:
            return
        self.record(SliceApproved, at=at, batch_id=batch_id, slots=slots)
        if count(self.approved) == count(self.slots) and not self.is_over:
            self.record(WorkOrderCompleted, at=at)

    def cancel(self, *, reason: str, at: datetime) -> None:
        """Stop asking. What providers have taken on stays with them until revoked."""
        if self.status is OrderStatus.CANCELLED:
            return
        if self.status is OrderStatus.COMPLETED:
            raise Conflict("the work order is completed")
        self.record(WorkOrderCancelled, at=at, reason=reason, withdrawn=self.unassigned)
