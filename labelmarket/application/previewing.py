"""What a choice of routes would come to, before anybody makes it: nothing is recorded.

The choice is made on the project as it was loaded, by the very decisions that would record it,
so that a preview cannot say anything else than what happens afterwards.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from labelmarket.application.access import Viewer
from labelmarket.application.label_kinds import kind_of
from labelmarket.application.labels import LabelKind
from labelmarket.application.machine_labels import MachineLabels, Weighed
from labelmarket.application.market import Market
from labelmarket.application.ports import Clock
from labelmarket.application.recommend import Recommender
from labelmarket.application.view import Reads
from labelmarket.application.views.order_sheet import OrderRow
from labelmarket.application.views.project_page import ProjectRow
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.ranking import Interval, ProviderEstimate
from labelmarket.domain.routing import ClassRoute, Route
from labelmarket.domain.values import BACKGROUND

CURVE_POINTS_MAX = 100
ORDERS_MAX = 500
TWO_POINTS = 0.02
"""The error that somebody may be ready to pay for a saving with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of a task goes where; `machine_items` are those that nobody else looks at."""

    machine_items: int
    machine_labels: int
    people_items: int


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """What it takes the providers who can do it, of whom there are none where all is None.

    The mean is the first one's, the ends are those of all of them.
    """

    price: Interval | None
    currency: str | None
    hours: Interval | None
    done_by: datetime | None
    accuracy: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPreview:
    """`accuracy` is that of machine and people together, weighed by the gold of each class."""

    task_id: UUID
    share: Share
    people: People
    accuracy: Interval | None
    price_of_people_alone: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What a threshold comes to with the first providers, all tasks together."""

    threshold: float
    machine_classes: int
    people_items: int
    price: float | None
    accuracy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingPreview:
    """What a choice comes to; `saving` is against people alone.

    `for_two_points` is the cheapest threshold that costs two points of accuracy at the most.
    `problems` say in words what a launch would be refused for.
    """

    threshold: float | None
    routes: Mapping[str, ClassRoute]
    tasks: tuple[TaskPreview, ...]
    saving: float | None
    curve: tuple[Point, ...]
    for_two_points: Point | None
    problems: tuple[str, ...]


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
        tasks = tuple(one.preview(project) for one in sides)
        chosen, routes = project.threshold, project.routes
        curve = self._curve(project, sides)
        return RoutingPreview(
            threshold=chosen,
            routes=routes,
            tasks=tasks,
            saving=_saving(tasks),
            curve=curve,
            for_two_points=_for_two_points(curve, _total([t.accuracy for t in tasks])),
            problems=tuple(_problems(project, tasks, orders)),
        )

    def _sides(
        self, project: Project, row: ProjectRow, task_id: UUID, orders: Sequence[OrderRow]
    ) -> "_Sides":
        requirement, said = project.tasks[task_id], project.predictions.get(task_id)
        kind = weighed = None
        if said is not None:
            kind = kind_of(self.market, requirement.task_type)
            weighed = self.machine.weigh(
                said.labels_digest,
                kind=kind,
                items=tuple(project.manifests.values()),
                classes=project.class_names,
            )
        items = share_of(project, weighed, kind).people_items
        advice = self.recommend.advise(row, requirement, items=max(items, 1))
        able = {one.provider.id: one.estimate for one in advice.recommended}
        chosen = dict.fromkeys(
            p for order in orders if order.task_id == task_id for p in order.ranked
        )
        return _Sides(
            task_id=task_id,
            weighed=weighed,
            kind=kind,
            estimates=tuple(able[one] for one in chosen or able if one in able),
        )

    def _curve(self, project: Project, sides: Sequence["_Sides"]) -> tuple[Point, ...]:
        """A point for each threshold at which a class changes sides."""
        if project.status is not ProjectStatus.DRAFT:
            return ()
        metrics = {one.metric for one in project.routes.values() if one.metric is not None}
        steps = sorted({0.0, 1.0, *metrics})
        points = []
        for threshold in steps[:: -(-len(steps) // CURVE_POINTS_MAX)]:
            project.apply_threshold(threshold, at=self.now())
            shares = [share_of(project, one.weighed, one.kind) for one in sides]
            points.append(
                Point(
                    threshold=threshold,
                    machine_classes=len(project.classes_on(Route.MACHINE)),
                    people_items=sum(share.people_items for share in shares),
                    price=_sum(
                        one.price(share.people_items)
                        for one, share in zip(sides, shares, strict=True)
                    ),
                    accuracy=_total([one.accuracy(project) for one in sides]),
                )
            )
        return tuple(points)


def share_of(project: Project, weighed: Weighed | None, kind: LabelKind | None) -> Share:
    """How much goes where as routes are now: as much as a launch would give to each."""
    machine = set(project.classes_on(Route.MACHINE))
    everybody = project.items if len(machine) < len(project.classes) else 0
    if weighed is None or not machine:
        return Share(machine_items=0, machine_labels=0, people_items=everybody)
    labels = sum(
        number
        for name, number in zip(project.class_names, weighed.labels, strict=True)
        if name in machine
    )
    whole = labels if kind is LabelKind.ITEM_CLASS else 0 if everybody else weighed.covered
    return Share(machine_items=whole, machine_labels=labels, people_items=project.items - whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """What is known of the machine and of the providers of one task; the first one is best."""

    task_id: UUID
    weighed: Weighed | None
    kind: LabelKind | None
    estimates: tuple[ProviderEstimate, ...]

    def preview(self, project: Project) -> TaskPreview:
        share = share_of(project, self.weighed, self.kind)
        return TaskPreview(
            task_id=self.task_id,
            share=share,
            people=_people(self.estimates if share.people_items else ()),
            accuracy=self.accuracy(project),
            price_of_people_alone=self.price(project.items),
        )

    def price(self, items: int) -> float | None:
        """The first provider's, for so many items."""
        if not items:
            return 0.0
        terms = next((e.price for e in self.estimates if e.price is not None), None)
        return None if terms is None else float(terms.setup + terms.per_item * items)

    def accuracy(self, project: Project) -> Interval | None:
        """That of every class by its route, weighed by how much gold there is of it."""
        people = self.estimates[0].accuracy if self.estimates else None
        weighed: list[tuple[float, Interval]] = []
        for name, chosen in project.routes.items():
            metric = project.metrics.get(name)
            weight = float(metric.gold_examples) if metric else 0.0
            if name == BACKGROUND:
                continue
            if chosen.route is Route.HUMAN:
                if people is None:
                    return None
                weighed.append((weight, people))
            elif metric is not None and metric.value is not None:
                low = metric.value if metric.low is None else metric.low
                high = metric.value if metric.high is None else metric.high
                weighed.append((weight, Interval(low=low, mean=metric.value, high=high)))
        return _mean(weighed)


def _problems(
    project: Project, tasks: Sequence[TaskPreview], orders: Sequence[OrderRow]
) -> Iterator[str]:
    """What a launch would be refused for, all of it at once."""
    if not project.items:
        yield "the project has no items yet"
    if not project.classes:
        yield "the project has no classes yet"
    for task in tasks:
        own = [order for order in orders if order.task_id == task.task_id]
        if not task.share.people_items:
            continue
        if not own:
            yield f"no work order is planned for {task.share.people_items} items of a task"
        if any(not order.ranked for order in own):
            yield "no provider is ranked for a work order"


def _people(estimates: Sequence[ProviderEstimate]) -> People:
    """Between the ends of all of them, who quote in the first one's currency."""
    if not estimates:
        return People(price=None, currency=None, hours=None, done_by=None, accuracy=None)
    first = estimates[0]
    prices = [
        float(e.price.total)
        for e in estimates
        if e.price and first.price and e.price.currency == first.price.currency
    ]
    return People(
        price=(
            Interval(low=min(prices), mean=float(first.price.total), high=max(prices))
            if first.price
            else None
        ),
        currency=first.price.currency if first.price else None,
        hours=_span([e.hours for e in estimates]),
        done_by=first.done_by,
        accuracy=_span([e.accuracy for e in estimates]),
    )


def _span(found: Sequence[Interval]) -> Interval:
    low, high = min(one.low for one in found), max(one.high for one in found)
    return Interval(low=low, mean=found[0].mean, high=high)


def _mean(weighed: Sequence[tuple[float, Interval]]) -> Interval | None:
    """The weighted mean; all alike where nothing is known of the weights."""
    if not weighed:
        return None
    whole = sum(weight for weight, _ in weighed)
    shares = [(weight / whole if whole else 1 / len(weighed), one) for weight, one in weighed]
    return Interval(
        low=sum(share * one.low for share, one in shares),
        mean=sum(share * one.mean for share, one in shares),
        high=sum(share * one.high for share, one in shares),
    )


def _total(accuracies: Sequence[Interval | None]) -> float | None:
    known = [one.mean for one in accuracies if one is not None]
    return sum(known) / len(known) if len(known) == len(accuracies) and known else None


def _sum(prices: Iterable[float | None]) -> float | None:
    found = list(prices)
    known = [one for one in found if one is not None]
    return sum(known) if len(known) == len(found) else None


def _saving(tasks: Sequence[TaskPreview]) -> float | None:
    alone = _sum(task.price_of_people_alone for task in tasks)
    chosen = _sum(
        (task.people.price.mean if task.people.price else None) if task.share.people_items else 0.0
        for task in tasks
    )
    return None if alone is None or chosen is None else alone - chosen


def _for_two_points(curve: Sequence[Point], accuracy: float | None) -> Point | None:
    if accuracy is None:
        return None
    within = [
        point
        for point in curve
        if point.price is not None
        and point.accuracy is not None
        and point.accuracy >= accuracy - TWO_POINTS
    ]
    return min(within, key=lambda point: (point.price, -(point.accuracy or 0)), default=None)
