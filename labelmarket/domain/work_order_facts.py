"""The facts of a work order, and the change that each one makes."""

from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from labelmarket.domain.aggregate import Fact, FirstFact
from labelmarket.domain.slots import NONE, Ranges, difference, union
from labelmarket.domain.values import Requirement


class OrderStatus(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    FILLED = "filled"
    EXHAUSTED = "exhausted"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class OrderState(Protocol):
    """What these facts change."""

    status: OrderStatus
    classes: tuple[str, ...]
    everything: Ranges
    second_classes: tuple[str, ...]
    answer_within_s: int
    ranked: tuple[UUID, ...]
    ranking_version: int
    round: int
    asked: tuple[UUID, ...]
    last_offer_id: UUID | None
    slots: Ranges
    unassigned: Ranges
    approved: Ranges
    withdrawn: Ranges
    offered: dict[UUID, Ranges]
    assigned: dict[UUID, Ranges]
    takers: frozenset[UUID]
    twin_id: UUID | None


class WorkOrderPlanned(FirstFact):
    """An order for so many items of a task, or for all that will be left.

    `second_of` is the order of other providers beside which this one labels the same items.
    """

    TOPIC = "WorkOrderPlanned"
    class_version = 2
    project_id: UUID
    organisation_id: UUID
    task_id: UUID
    requirement: Requirement
    answer_within_s: int
    deliver_within_s: int
    items: int | None
    second_of: UUID | None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["items"] = state["second_of"] = None


class ProvidersRanked(Fact):
    TOPIC = "ProvidersRanked"
    provider_ids: tuple[UUID, ...]

    def apply(self, order: OrderState, /) -> None:
        order.ranked = self.provider_ids
        order.ranking_version += 1


class WorkOrderOpened(Fact):
    """What is to be filled: these slots, with labels of these classes.

    On the slots in `everything` all classes of the project are wanted. `second_classes` are
    labeled once more by another provider.
    """

    TOPIC = "WorkOrderOpened"
    class_version = 3
    slots: Ranges
    classes: tuple[str, ...]
    everything: Ranges
    second_classes: tuple[str, ...]

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["everything"] = []

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        state["second_classes"] = []

    def apply(self, order: OrderState, /) -> None:
        order.slots = order.unassigned = self.slots
        order.classes = self.classes
        order.everything = self.everything
        order.second_classes = self.second_classes


class SecondOrderBegan(Fact):
    """Another order has other providers label critical classes of the same items once more."""

    TOPIC = "SecondOrderBegan"
    order_id: UUID

    def apply(self, order: OrderState, /) -> None:
        order.twin_id = self.order_id


class RoundStarted(Fact):
    TOPIC = "RoundStarted"
    number: int
    provider_ids: tuple[UUID, ...]
    answer_within_s: int

    def apply(self, order: OrderState, /) -> None:
        order.round = self.number
        order.answer_within_s = self.answer_within_s
        order.asked = ()
        order.status = OrderStatus.RUNNING


class ProviderSkipped(Fact):
    """A rank was used up without an offer, because the provider could not take one."""

    TOPIC = "ProviderSkipped"
    round: int
    rank: int
    provider_id: UUID
    code: str
    message: str

    def apply(self, order: OrderState, /) -> None:
        order.asked = (*order.asked, self.provider_id)


class OfferPlaced(Fact):
    TOPIC = "OfferPlaced"
    round: int
    rank: int
    offer_id: UUID
    provider_id: UUID
    slots: Ranges

    def apply(self, order: OrderState, /) -> None:
        order.asked = (*order.asked, self.provider_id)
        order.last_offer_id = self.offer_id
        order.offered = {**order.offered, self.offer_id: self.slots}


class SliceFilled(Fact):
    TOPIC = "SliceFilled"
    offer_id: UUID
    provider_id: UUID
    batch_id: UUID
    slots: Ranges

    def apply(self, order: OrderState, /) -> None:
        order.unassigned = difference(order.unassigned, self.slots)
        order.assigned = {**order.assigned, self.batch_id: self.slots}
        order.takers = order.takers | {self.provider_id}
        if not order.unassigned:
            order.status = OrderStatus.FILLED


class SlotsReturned(Fact):
    """A batch was revoked; the slots that it had not delivered are to be filled again."""

    TOPIC = "SlotsReturned"
    batch_id: UUID
    slots: Ranges

    def apply(self, order: OrderState, /) -> None:
        kept = difference(order.assigned[self.batch_id], self.slots)
        order.assigned = {**order.assigned, self.batch_id: kept}
        order.unassigned = union(order.unassigned, self.slots)
        if order.unassigned:
            order.status = OrderStatus.RUNNING


class SlotsWithdrawn(Fact):
    """A batch of a cancelled order was revoked; nobody is asked for its slots any more."""

    TOPIC = "SlotsWithdrawn"
    batch_id: UUID
    slots: Ranges

    def apply(self, order: OrderState, /) -> None:
        kept = difference(order.assigned[self.batch_id], self.slots)
        order.assigned = {**order.assigned, self.batch_id: kept}
        order.withdrawn = union(order.withdrawn, self.slots)


class RoundExhausted(Fact):
    TOPIC = "RoundExhausted"
    round: int
    slots: Ranges

    def apply(self, order: OrderState, /) -> None:
        order.status = OrderStatus.EXHAUSTED


class SliceApproved(Fact):
    TOPIC = "SliceApproved"
    batch_id: UUID
    slots: Ranges

    def apply(self, order: OrderState, /) -> None:
        order.assigned = {**order.assigned, self.batch_id: NONE}
        order.approved = union(order.approved, self.slots)


class WorkOrderCompleted(Fact):
    TOPIC = "WorkOrderCompleted"

    def apply(self, order: OrderState, /) -> None:
        order.status = OrderStatus.COMPLETED


class WorkOrderCancelled(Fact):
    TOPIC = "WorkOrderCancelled"
    reason: str
    withdrawn: Ranges

    def apply(self, order: OrderState, /) -> None:
        order.withdrawn = union(order.withdrawn, self.withdrawn)
        order.unassigned = NONE
        order.status = OrderStatus.CANCELLED
