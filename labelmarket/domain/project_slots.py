"""Whose the slots of a project are: the machine's, a work order's, nobody's yet, or nobody's ever.

Each slot of a task is exactly one of: labeled by the machine alone, held by one work order, left
unlabeled, or free. On slots that an order holds a machine may label its classes beside people.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from labelmarket.domain.bounds import check_text
from labelmarket.domain.errors import Conflict, InvalidInput, NothingToDo
from labelmarket.domain.project_facts import OrderAdded
from labelmarket.domain.project_routing import MachineShare, ProjectRouting
from labelmarket.domain.project_slot_facts import (
    OrderedSlots,
    SecondOrderAdded,
    SlotsGivenBack,
    SlotsLeftUnlabeled,
    SlotsOrdered,
)
from labelmarket.domain.routing import Route
from labelmarket.domain.slots import NONE, Ranges, difference, first_of, union

ORDERS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What people are to label: `classes` on `slots`, and on those in `everything` all classes."""

    slots: Ranges
    classes: tuple[str, ...]
    everything: Ranges = NONE


class ProjectSlots(ProjectRouting):
    """The part of a project that conserves its slots."""

    def __init__(self) -> None:
        super().__init__()
        self.items = 0
        self.orders: dict[UUID, UUID] = {}
        self.order_sizes: dict[UUID, int] = {}
        self.held: dict[UUID, Ranges] = {}
        self.given_back: frozenset[UUID] = frozenset()
        self.unlabeled: dict[UUID, Ranges] = {}
        self.second_orders: frozenset[UUID] = frozenset()

    @property
    def waiting_orders(self) -> tuple[UUID, ...]:
        """The orders that were planned and have not begun."""
        return tuple(order_id for order_id in self.orders if order_id not in self.held)

    def open_slots(self, task_id: UUID) -> Ranges:
        held = (
            self.held.get(order, NONE) for order, task in self.orders.items() if task == task_id
        )
        gone = union(*held, self.unlabeled.get(task_id, NONE))
        return difference(((0, self.items),) if self.items else NONE, gone)

    def free_slots(self, task_id: UUID) -> Ranges:
        """The open slots that the machine has not labeled wholly."""
        done = union(*(one.slots for one in self.placed.get(task_id, ()) if one.whole))
        return difference(self.open_slots(task_id), done)

    def left_to_people(self, task_id: UUID, slots: Ranges | None = None) -> Wanted:
        """What people are to label on free slots, on all of them unless told on which.

        Whatever the machine is silent about is theirs. Of a task without predictions they label
        the classes that go to people; the others are labeled elsewhere.
        """
        free = self.free_slots(task_id) if slots is None else slots
        human = self.classes_on(Route.HUMAN)
        if self.share_basis(task_id) is None:
            return Wanted(slots=free if human else NONE, classes=human)
        # One after the other: many orders that begin at once ask this of a few slots each.
        silent = free
        for one in self.placed.get(task_id, ()):
            silent = difference(silent, one.slots)
        classes = self.class_names if silent == free else human
        return Wanted(slots=free, classes=classes, everything=silent)

    @property
    def critical_classes(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.classes if one.critical)

    @property
    def every_order(self) -> tuple[UUID, ...]:
        return (*self.orders, *sorted(self.second_orders))

    @property
    def waits_for_orders(self) -> bool:
        """Whether something is left to people that no order holds."""
        return any(self.left_to_people(task_id).slots for task_id in self.tasks)

    # Decisions: when each fact may happen.

    def add_order(
        self, *, order_id: UUID, task_id: UUID, items: int | None = None, at: datetime
    ) -> None:
        """Plan an order for so many items of a task; without a number, for all that are left."""
        self._not_over()
        if task_id not in self.tasks:
            raise InvalidInput("the project has no such task", path=("taskId",))
        if len(self.orders) >= ORDERS_MAX:
            raise InvalidInput(f"{ORDERS_MAX} work orders at the most", path=("projectId",))
        if items is not None and items < 1:
            raise InvalidInput("an order has one item at least", path=("items",))
        before = [one for one in self.waiting_orders if self.orders[one] == task_id]
        if any(one not in self.order_sizes for one in before):
            raise Conflict("an order that waits takes all items of the task; plan orders by items")
        self.record(OrderAdded, at=at, order_id=order_id, task_id=task_id, items=items)

    def start_orders(self, order_ids: Collection[UUID], *, at: datetime) -> dict[UUID, Wanted]:
        """Give each order what is free of its task; the machine's share was placed before."""
        free = {task_id: self.left_to_people(task_id).slots for task_id in self.tasks}
        found = {}
        for order_id in order_ids:
            task_id = self.orders[order_id]
            taken = first_of(free[task_id], self.order_sizes.get(order_id))
            free[task_id] = difference(free[task_id], taken)
            found[order_id] = self.left_to_people(task_id, taken)
        if found:
            ordered = tuple(OrderedSlots(order_id=o, slots=w.slots) for o, w in found.items())
            self.record(SlotsOrdered, at=at, orders=ordered)
        return found

    def start_order(
        self, order_id: UUID, shares: Collection[MachineShare] = (), *, at: datetime
    ) -> Wanted:
        """Begin an order that was planned after the launch; it takes what the machine leaves."""
        self._running("a work order begins with the launch")
        if order_id in self.given_back:
            raise Conflict("the work order was released")
        if order_id not in self.waiting_orders:
            raise Conflict("the work order has begun already")
        self.place_shares(shares, at=at)
        if not self.left_to_people(self.orders[order_id]).slots:
            raise NothingToDo("nothing is left for people in this task")
        return self.start_orders((order_id,), at=at)[order_id]

    def add_second_order(self, order_id: UUID, *, second_of: UUID, at: datetime) -> None:
        """Have other providers label the critical classes of an order's items once more."""
        self.record(SecondOrderAdded, at=at, order_id=order_id, second_of=second_of)

    def give_back(self, order_id: UUID, slots: Ranges, *, at: datetime) -> None:
        """Take slots back from an order that was stopped, so that they may be routed anew."""
        self._not_over()
        self.record(SlotsGivenBack, at=at, order_id=order_id, slots=slots)

    def leave_unlabeled(self, *, reason: str, at: datetime) -> None:
        """Give up what is left to people and no order holds."""
        self._running("the project is not launched yet")
        check_text(reason, path=("reason",))
        left = {task_id: self.left_to_people(task_id).slots for task_id in self.tasks}
        if not any(left.values()):
            raise NothingToDo("nothing waits for an order")
        for task_id, slots in left.items():
            if slots:
                self.record(SlotsLeftUnlabeled, at=at, task_id=task_id, slots=slots, reason=reason)

    def place_shares(self, shares: Collection[MachineShare], *, at: datetime) -> None:
        """Let predictions be labels of all open slots, in the place of what was there before."""
        by_task = {share.task_id: share for share in shares}
        for task_id in self.tasks:
            self.place_share(task_id, by_task.get(task_id), at=at)
