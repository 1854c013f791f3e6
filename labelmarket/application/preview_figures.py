"""The figures of a preview: how much goes where, at what price, how well, how soon."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from labelmarket.application.labels import LabelKind
from labelmarket.application.machine_labels import Weighed
from labelmarket.domain.project import Project
from labelmarket.domain.ranking import Interval, ProviderEstimate
from labelmarket.domain.routing import ClassRoute, Route
from labelmarket.domain.slots import count
from labelmarket.domain.values import BACKGROUND, Terms

TWO_POINTS = 0.02
"""The error that somebody may be ready to pay for a saving with."""


Routes = Mapping[str, ClassRoute]
"""Where each class goes; a project works them out each time it is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How much of a task goes where; `machine_items` are those that nobody else looks at.

    Of the items of people so many are labeled by a second provider, too, for critical classes.
    """

    machine_items: int
    machine_labels: int
    people_items: int
    second_items: int = 0


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
    routes: Routes
    tasks: tuple[TaskPreview, ...]
    saving: float | None
    curve: tuple[Point, ...]
    for_two_points: Point | None
    problems: tuple[str, ...]


def on_machine(routes: Routes) -> frozenset[str]:
    return frozenset(name for name, one in routes.items() if one.route is Route.MACHINE)


def share_of(
    project: Project,
    task_id: UUID,
    routes: Routes,
    *,
    weighed: Weighed | None,
    kind: LabelKind | None,
) -> Share:
    """How much of what no order holds goes where by these routes.

    Before the launch nothing is held. The next launch, or order, gives as much to each.
    """
    machine = on_machine(routes)
    items = count(project.open_slots(task_id))
    everybody = items if len(machine) < len(project.classes) else 0
    if weighed is None or not machine:
        return Share(
            machine_items=0,
            machine_labels=0,
            people_items=everybody,
            second_items=everybody if project.critical_classes else 0,
        )
    labels = sum(
        number
        for name, number in zip(project.class_names, weighed.labels, strict=True)
        if name in machine
    )
    whole = labels if kind is LabelKind.ITEM_CLASS else 0 if everybody else weighed.covered
    theirs = items - whole
    return Share(
        machine_items=whole,
        machine_labels=labels,
        people_items=theirs,
        second_items=theirs if project.critical_classes else 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """What is known of the machine and of the providers of one task; the first one is best."""

    task_id: UUID
    weighed: Weighed | None
    kind: LabelKind | None
    estimates: tuple[ProviderEstimate, ...]
    order_sizes: tuple[int | None, ...] = ()

    def setups(self, items: int) -> int:
        """How many orders so many items take: those that wait, and one for what they leave."""
        orders, left = 0, items
        for size in self.order_sizes:
            if left <= 0:
                break
            orders, left = orders + 1, 0 if size is None else left - size
        return orders + (left > 0)

    def share(self, project: Project, routes: Routes) -> Share:
        return share_of(project, self.task_id, routes, weighed=self.weighed, kind=self.kind)

    def preview(self, project: Project, routes: Routes) -> TaskPreview:
        share = self.share(project, routes)
        alone = count(project.open_slots(self.task_id))
        return TaskPreview(
            task_id=self.task_id,
            share=share,
            people=self._people(share),
            accuracy=self.accuracy(project, routes),
            price_of_people_alone=self.price(
                alone, second_items=alone if project.critical_classes else 0
            ),
        )

    def price(self, items: int, *, second_items: int = 0) -> float | None:
        """The first provider's, for so many items, and as much for those labeled twice."""
        if not items:
            return 0.0
        terms = next((e.price for e in self.estimates if e.price is not None), None)
        if terms is None:
            return None
        return sum(_costs(terms, n, setups=self.setups(n)) for n in (items, second_items))

    def _people(self, share: Share) -> People:
        """Between the ends of all of them, who quote in the first one's currency."""
        if not self.estimates or not share.people_items:
            return People(price=None, currency=None, hours=None, done_by=None, accuracy=None)
        first = self.estimates[0]
        prices = [
            sum(
                _costs(one.price, n, setups=self.setups(n))
                for n in (share.people_items, share.second_items)
            )
            for one in self.estimates
            if one.price and first.price and one.price.currency == first.price.currency
        ]
        return People(
            price=(
                Interval(low=min(prices), mean=prices[0], high=max(prices)) if first.price else None
            ),
            currency=first.price.currency if first.price else None,
            hours=_span([one.hours for one in self.estimates]),
            done_by=first.done_by,
            accuracy=_span([one.accuracy for one in self.estimates]),
        )

    def accuracy(self, project: Project, routes: Routes) -> Interval | None:
        """That of every class by its route, weighed by how much gold there is of it."""
        people = self.estimates[0].accuracy if self.estimates else None
        weighed: list[tuple[float, Interval]] = []
        for name, chosen in routes.items():
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


def _costs(terms: Terms, items: int, *, setups: int) -> float:
    return float(terms.setup * setups + terms.per_item * items)


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


def total_of(accuracies: Sequence[Interval | None]) -> float | None:
    known = [one.mean for one in accuracies if one is not None]
    return sum(known) / len(known) if len(known) == len(accuracies) and known else None


def sum_of(prices: Iterable[float | None]) -> float | None:
    found = list(prices)
    known = [one for one in found if one is not None]
    return sum(known) if len(known) == len(found) else None


def saving_of(tasks: Sequence[TaskPreview]) -> float | None:
    alone = sum_of(task.price_of_people_alone for task in tasks)
    chosen = sum_of(
        (task.people.price.mean if task.people.price else None) if task.share.people_items else 0.0
        for task in tasks
    )
    return None if alone is None or chosen is None else alone - chosen


def for_two_points(curve: Sequence[Point], accuracy: float | None) -> Point | None:
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
