"""What a choice of routes would come to, before anybody makes it: nothing is recorded.

The choice is made on the project as it was loaded, by the very decisions that would record it,
so that a preview cannot say anything else than what happens afterwards.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.access import Viewer
from labelmarket.application.label_kinds import kind_of
from labelmarket.application.machine_labels import MachineLabels
from labelmarket.application.market import Market
from labelmarket.application.ports import Clock
from labelmarket.application.preview_figures import (
    Point,
    RoutingPreview,
    Sides,
    TaskPreview,
    for_two_points,
    on_machine,
    saving_of,
    share_of,
    sum_of,
    total_of,
)
from labelmarket.application.recommend import Recommender
from labelmarket.application.view import Reads
from labelmarket.application.views.order_sheet import OrderRow
from labelmarket.application.views.project_page import ProjectRow
from labelmarket.domain.project import Project
from labelmarket.domain.work_order_facts import OrderStatus

CURVE_POINTS_MAX = 100
ORDERS_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewing:
    market: Market
    machine: MachineLabels
    recommend: Recommender
    projects: Reads[ProjectRow]
    orders: Reads[OrderRow]
    now: Clock

    def __call__(
        self, viewer: Viewer, project_id: UUID, *, threshold: float | None
    ) -> RoutingPreview | None:
        """Preview a project with a threshold, or as it is; None for what may not be seen.

        Raises the `Refusal` that applying the threshold would meet.
        """
        row = self.projects.by_ids(viewer, [project_id]).get(project_id)
        project = None if row is None else self.market.find(Project, project_id)
        if row is None or project is None:
            return None
        if threshold is not None:
            project.apply_threshold(threshold, at=self.now())
        orders = self.orders.page(viewer, first=ORDERS_MAX, project_id=project_id)
        sides = [self._sides(project, row, task_id, orders) for task_id in project.tasks]
        chosen, routes = project.threshold, project.routes
        tasks = tuple(one.preview(project, routes) for one in sides)
        curve = self._curve(project, sides)
        return RoutingPreview(
            threshold=chosen,
            routes=routes,
            tasks=tasks,
            saving=saving_of(tasks),
            curve=curve,
            for_two_points=for_two_points(curve, total_of([t.accuracy for t in tasks])),
            problems=tuple(_problems(project, tasks, orders)),
        )

    def _sides(
        self, project: Project, row: ProjectRow, task_id: UUID, orders: Sequence[OrderRow]
    ) -> Sides:
        requirement, said = project.tasks[task_id], project.predictions.get(task_id)
        kind = weighed = None
        if said is not None:
            kind = kind_of(self.market, requirement.task_type)
            weighed = self.machine.weigh(
                said.labels_digest,
                kind=kind,
                items=tuple(project.manifests.values()),
                classes=project.class_names,
                within=project.open_slots(task_id),
            )
        share = share_of(project, task_id, project.routes, weighed=weighed, kind=kind)
        advice = self.recommend.advise(row, requirement, items=max(share.people_items, 1))
        able = {one.provider.id: one.estimate for one in advice.recommended}
        waiting = [one for one in orders if _waits(one) and one.task_id == task_id]
        chosen = dict.fromkeys(p for order in waiting for p in order.ranked)
        return Sides(
            task_id=task_id,
            weighed=weighed,
            kind=kind,
            estimates=tuple(able[one] for one in chosen or able if one in able),
            order_sizes=tuple(one.items for one in waiting),
        )

    def _curve(self, project: Project, sides: Sequence[Sides]) -> tuple[Point, ...]:
        """A point for each threshold at which a class changes sides."""
        if project.is_over:
            return ()
        metrics = {one.metric for one in project.routes.values() if one.metric is not None}
        steps = sorted({0.0, 1.0, *metrics})
        points = []
        for threshold in steps[:: -(-len(steps) // CURVE_POINTS_MAX)]:
            project.apply_threshold(threshold, at=self.now())
            routes = project.routes
            shares = [one.share(project, routes) for one in sides]
            points.append(
                Point(
                    threshold=threshold,
                    machine_classes=len(on_machine(routes)),
                    people_items=sum(share.people_items for share in shares),
                    price=sum_of(
                        one.price(share.people_items, second_items=share.second_items)
                        for one, share in zip(sides, shares, strict=True)
                    ),
                    accuracy=total_of([one.accuracy(project, routes) for one in sides]),
                )
            )
        return tuple(points)


def _problems(
    project: Project, tasks: Sequence[TaskPreview], orders: Sequence[OrderRow]
) -> Iterator[str]:
    """What a launch, or a later order, would be refused for, all of it at once."""
    if not project.items:
        yield "the project has no items yet"
    if not project.classes:
        yield "the project has no classes yet"
    people_items = sum(task.share.people_items for task in tasks)
    if people_items and not any(map(_waits, orders)):
        yield f"no work order is planned for {people_items} items"
    for task in tasks:
        own = [one for one in orders if _waits(one) and one.task_id == task.task_id]
        if not task.share.people_items:
            continue
        if any(not order.ranked for order in own):
            yield "no provider is ranked for a work order"
        elif task.share.second_items and any(len(order.ranked) < 2 for order in own):
            yield "critical classes are labeled by two providers, and one is ranked"


def _waits(order: OrderRow) -> bool:
    return order.status is OrderStatus.PLANNED
