"""Commands on slots that nobody labels: those of an order that is stopped, those given up."""

from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.commands.orders import own_order, stop_order
from labelmarket.application.commands.projects import own_project
from labelmarket.application.work import Answer, Work
from labelmarket.domain.bounds import check_text
from labelmarket.domain.errors import Conflict, OrderNotOpen
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.work_order import WorkOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseWorkOrder:
    """Stop asking for an order, and give back to the project what no provider has taken on."""

    order_id: UUID
    reason: str

    def decide(self, work: Work, /) -> Answer:
        order = own_order(work, self.order_id)
        project = work.get(Project, order.project_id)
        if order.id in project.given_back or (order.second_of and order.is_over):
            return Answer(thing=order.id)
        check_text(self.reason, path=("reason",))
        if order.is_over:
            raise OrderNotOpen(f"the work order is {order.status}")
        if order.slots and not order.unassigned:
            raise Conflict("providers have taken on every item of the work order")
        if order.second_of is None:
            self._stop_second(work, order)
            project.give_back(order.id, order.unassigned, at=work.at)
        self._stop(work, order)
        return Answer(thing=order.id)

    def _stop_second(self, work: Work, order: WorkOrder) -> None:
        """Stop the second order, too; what somebody has to do with its items forbids it."""
        twin = None if order.twin_id is None else work.get(WorkOrder, order.twin_id)
        if twin is None:
            return
        if twin.takers:
            raise Conflict("another provider labels these items a second time; rank others instead")
        if twin.is_over:
            return
        if order.takers:
            raise Conflict("some items were labeled once; release the second order first")
        self._stop(work, twin)

    def _stop(self, work: Work, order: WorkOrder) -> None:
        told = self.reason or "the customer took the work back"
        stop_order(work, order, reason=self.reason, to_provider=told)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveUnlabeled:
    """Give up what is left to people and no order holds."""

    project_id: UUID
    reason: str

    def decide(self, work: Work, /) -> Answer:
        project = own_project(work, self.project_id)
        project.leave_unlabeled(reason=self.reason, at=work.at)
        complete_when_done(work, project)
        return Answer(thing=project.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteProject:
    """End the project when nothing waits for an order and all of its orders have ended."""

    project_id: UUID

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        complete_when_done(work, work.get(Project, self.project_id))
        return Answer(thing=self.project_id)


def complete_when_done(work: Work, project: Project) -> None:
    if project.status is not ProjectStatus.LAUNCHED or project.waits_for_orders:
        return
    waiting = project.waiting_orders
    orders = [work.get(WorkOrder, one) for one in project.every_order if one not in waiting]
    if not all(order.is_over for order in orders):
        return
    # A reaction begins second orders, which may hear of the first ones only after their end.
    if any(one.second_classes and one.twin_id is None and one.kept for one in orders):
        return
    for order_id in waiting:
        work.get(WorkOrder, order_id).cancel(reason="nothing is left for people", at=work.at)
    project.complete(at=work.at)
