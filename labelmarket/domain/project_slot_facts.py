"""The facts that tell which slots of a project's tasks are whose."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from labelmarket.domain.aggregate import Fact
from labelmarket.domain.slots import NONE, Ranges, difference, union


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedSlots:
    """What a work order takes of its task; nothing when there was nothing left for it."""

    order_id: UUID
    slots: Ranges


class SlotState(Protocol):
    """What these facts change: the slots of each order, and of each task those that stay empty."""

    held: dict[UUID, Ranges]
    given_back: frozenset[UUID]
    unlabeled: dict[UUID, Ranges]
    second_orders: frozenset[UUID]


class SlotsOrdered(Fact):
    """Work orders began, and took these slots of their tasks."""

    TOPIC = "SlotsOrdered"
    orders: tuple[OrderedSlots, ...]

    def apply(self, project: SlotState, /) -> None:
        project.held = {**project.held, **{one.order_id: one.slots for one in self.orders}}


class SlotsGivenBack(Fact):
    """A work order was stopped; the slots that no provider has came back from it."""

    TOPIC = "SlotsGivenBack"
    order_id: UUID
    slots: Ranges

    def apply(self, project: SlotState, /) -> None:
        kept = difference(project.held.get(self.order_id, NONE), self.slots)
        project.held = {**project.held, self.order_id: kept}
        project.given_back = project.given_back | {self.order_id}


class SlotsLeftUnlabeled(Fact):
    """The customer wants no labels of these slots any more."""

    TOPIC = "SlotsLeftUnlabeled"
    task_id: UUID
    slots: Ranges
    reason: str

    def apply(self, project: SlotState, /) -> None:
        before = project.unlabeled.get(self.task_id, NONE)
        project.unlabeled = {**project.unlabeled, self.task_id: union(before, self.slots)}


class SecondOrderAdded(Fact):
    """An order of the market's own: critical classes get labels of a second provider, too."""

    TOPIC = "SecondOrderAdded"
    order_id: UUID
    second_of: UUID

    def apply(self, project: SlotState, /) -> None:
        project.second_orders = project.second_orders | {self.order_id}
