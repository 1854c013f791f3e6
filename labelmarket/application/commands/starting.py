"""Commands that begin: the launch, orders after it, and labels of a machine."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.commands.cascade import ASK_FACTS_MAX, ask_next
from labelmarket.application.commands.orders import own_order
from labelmarket.application.commands.projects import own_project
from labelmarket.application.commands.providers import task_type_of
from labelmarket.application.commands.slots import complete_when_done
from labelmarket.application.labels import KINDS, LabelKind
from labelmarket.application.work import Answer, Stale, Work
from labelmarket.domain.errors import Conflict
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.project_routing import MachineShare
from labelmarket.domain.project_slots import Wanted
from labelmarket.domain.work_order import WorkOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchProject:
    """Begin: every planned order asks its first provider, in one transaction.

    `shares` are what a machine labels, worked out before. Of very many orders the later ones
    ask a moment afterwards, when their round is heard of.
    """

    project_id: UUID
    shares: tuple[MachineShare, ...] = ()

    def decide(self, work: Work, /) -> Answer:
        project = own_project(work, self.project_id)
        if project.status in (ProjectStatus.LAUNCHED, ProjectStatus.COMPLETED):
            return Answer(thing=project.id)
        _check(project, self.shares)
        orders = [work.get(WorkOrder, order_id) for order_id in project.waiting_orders]
        wanted = project.launch(self.shares, at=work.at)
        opened = [order for order in orders if wanted[order.id].slots]
        for order in orders:
            if wanted[order.id].slots:
                _open(work, project, order, wanted[order.id])
            else:
                order.cancel(reason="nothing is left for people", at=work.at)
        for order in opened:
            if work.facts_left >= ASK_FACTS_MAX:
                ask_next(work, order)
        return Answer(thing=project.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartWorkOrder:
    """Begin an order of a launched project: it takes what is left to people now.

    `shares` are what a machine labels, worked out before.
    """

    order_id: UUID
    shares: tuple[MachineShare, ...] = ()

    def decide(self, work: Work, /) -> Answer:
        order = own_order(work, self.order_id)
        project = work.get(Project, order.project_id)
        if order.id not in project.waiting_orders and not order.is_over:
            return Answer(thing=order.id)
        _check(project, self.shares)
        wanted = project.start_order(order.id, self.shares, at=work.at)
        _open(work, project, order, wanted)
        ask_next(work, order)
        return Answer(thing=order.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMachineLabels:
    """Let the machine label what no order holds, as routes are now."""

    project_id: UUID
    shares: tuple[MachineShare, ...] = ()

    def decide(self, work: Work, /) -> Answer:
        project = own_project(work, self.project_id)
        if project.status is ProjectStatus.DRAFT:
            raise Conflict("the machine labels from the launch on")
        _check(project, self.shares)
        project.place_shares(self.shares, at=work.at)
        complete_when_done(work, project)
        return Answer(thing=project.id)


def _check(project: Project, shares: Collection[MachineShare]) -> None:
    """Shares must rest on the project as it is; of one that is over none are worked out."""
    if project.is_over:
        raise Conflict(f"the project is {project.status}")
    bases = {share.task_id: share.basis for share in shares}
    if any(bases.get(task) != project.share_basis(task) for task in project.tasks):
        raise Stale("predictions, routes, classes, items or orders were changed at the same time")


def _open(work: Work, project: Project, order: WorkOrder, wanted: Wanted) -> None:
    order.open(
        wanted.slots,
        classes=wanted.classes,
        everything=wanted.everything,
        second_classes=_second_classes(work, project, order),
        at=work.at,
    )


def _second_classes(work: Work, project: Project, order: WorkOrder) -> tuple[str, ...]:
    """What another provider labels, too; all classes where an item has only one of them."""
    critical = project.critical_classes
    if not critical:
        return ()
    task_type = task_type_of(work, order.requirement.task_type, path=("taskId",))
    whole = KINDS.get(task_type.label_schema) is LabelKind.ITEM_CLASS
    return project.class_names if whole else critical
