"""What a choice of routes would come to, before it is made."""

from datetime import datetime
from typing import Self

import strawberry

from labelmarket.application import preview_figures
from labelmarket.domain.routing import ClassRoute, Route
from labelmarket.graphql import ids
from labelmarket.graphql.types.recommendation import Interval


@strawberry.type(description="Where a class would go, and why.")
class RoutedClass:
    name: str
    route: Route
    reason: str
    overridden: bool = strawberry.field(description="Whether the customer's own choice decides.")
    metric: float | None

    @classmethod
    def of(cls, name: str, chosen: ClassRoute) -> Self:
        return cls(
            name=name,
            route=chosen.route,
            reason=chosen.reason,
            overridden=chosen.overridden,
            metric=chosen.metric,
        )


@strawberry.type(
    description="What people would be asked for. Means are those of the first provider, in the "
    "order's own ranking if there is one; the ends are those of all who may be asked."
)
class PeoplePreview:
    items: int
    second_items: int = strawberry.field(
        description="Those of them that another provider labels, too, for critical classes."
    )
    price: Interval | None = strawberry.field(description="Null: nobody who can do it quotes one.")
    currency: str | None
    hours: Interval | None = strawberry.field(description="Working hours.")
    done_by: datetime | None = strawberry.field(description="Kept four times in five.")
    accuracy: Interval | None


@strawberry.type(description="How a task would be shared between machine and people.")
class TaskPreview:
    task_id: strawberry.ID
    machine_items: int = strawberry.field(description="Items that nobody else looks at.")
    machine_labels: int
    people: PeoplePreview
    accuracy: Interval | None = strawberry.field(
        description="Of both together, each class weighed by its gold."
    )

    @classmethod
    def of(cls, task: preview_figures.TaskPreview) -> Self:
        people = task.people
        return cls(
            task_id=ids.encode("Task", task.task_id),
            machine_items=task.share.machine_items,
            machine_labels=task.share.machine_labels,
            people=PeoplePreview(
                items=task.share.people_items,
                second_items=task.share.second_items,
                price=Interval.of(people.price) if people.price else None,
                currency=people.currency,
                hours=Interval.of(people.hours) if people.hours else None,
                done_by=people.done_by,
                accuracy=Interval.of(people.accuracy) if people.accuracy else None,
            ),
            accuracy=Interval.of(task.accuracy) if task.accuracy else None,
        )


@strawberry.type(description="What one threshold comes to, with the first providers.")
class RoutingPoint:
    threshold: float
    machine_classes: int
    people_items: int
    price: float | None
    accuracy: float | None

    @classmethod
    def of(cls, point: preview_figures.Point) -> Self:
        return cls(
            threshold=point.threshold,
            machine_classes=point.machine_classes,
            people_items=point.people_items,
            price=point.price,
            accuracy=point.accuracy,
        )


@strawberry.type(description="What a choice of routes would come to; nothing was changed.")
class RoutingPreview:
    threshold: float | None
    classes: list[RoutedClass]
    tasks: list[TaskPreview]
    saving: float | None = strawberry.field(
        description="Of the price, against people labeling everything."
    )
    curve: list[RoutingPoint] = strawberry.field(
        description="A point for each threshold at which a class changes sides."
    )
    for_two_points: RoutingPoint | None = strawberry.field(
        description="The cheapest threshold that costs two points of accuracy at the most."
    )
    problems: list[str] = strawberry.field(description="What a launch would be refused for.")

    @classmethod
    def of(cls, preview: preview_figures.RoutingPreview) -> Self:
        point = preview.for_two_points
        return cls(
            threshold=preview.threshold,
            classes=[RoutedClass.of(name, one) for name, one in preview.routes.items()],
            tasks=[TaskPreview.of(one) for one in preview.tasks],
            saving=preview.saving,
            curve=[RoutingPoint.of(one) for one in preview.curve],
            for_two_points=RoutingPoint.of(point) if point else None,
            problems=list(preview.problems),
        )
