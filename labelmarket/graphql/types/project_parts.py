"""What a project's page is made of."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from labelmarket.application.views.project_page import ProjectRow, TaskRow
from labelmarket.domain import project_facts, values
from labelmarket.domain.routing import ClassRoute, Route
from labelmarket.domain.values import BACKGROUND
from labelmarket.graphql import ids
from labelmarket.graphql.types.requirement import Requirement


@strawberry.type(description="What the customer wants to reach; each part may be left open.")
class Target:
    accuracy: float | None
    deadline: datetime | None
    budget: Decimal | None
    currency: str | None

    @classmethod
    def of(cls, target: project_facts.Target) -> Self:
        return cls(
            accuracy=target.accuracy,
            deadline=target.deadline,
            budget=target.budget,
            currency=target.currency,
        )


@strawberry.type(description="One kind of labeling inside a project.")
class Task:
    id: strawberry.ID
    requirement: Requirement

    @classmethod
    def of(cls, row: TaskRow) -> Self:
        return cls(id=ids.encode("Task", row.id), requirement=Requirement.of(row.requirement))


@strawberry.type(description="A label name, and who labels it.")
class LabelClass:
    name: str
    critical: bool = strawberry.field(description="Always labeled by people.")
    reserved: bool = strawberry.field(description="True for `_background_`, which is no object.")
    route: Route
    route_reason: str = strawberry.field(description="Why it goes there, in words.")
    overridden: bool = strawberry.field(description="Whether the customer's own choice decided.")
    machine: bool = strawberry.field(
        description="Whether a machine may label it: the oracle knows it, and it is not critical."
    )
    oracle: str | None = strawberry.field(description="The model that knows it; null: none does.")
    metric: float | None = strawberry.field(description="The oracle's; null: it does not know it.")
    metric_name: str | None = strawberry.field(description="What the metric measures.")
    metric_low: float | None = strawberry.field(description="Lower bound, where it is known.")
    metric_high: float | None = strawberry.field(description="Upper bound, where it is known.")
    gold_examples: int = strawberry.field(description="True labels that the metric rests on.")


def classes_of(row: ProjectRow) -> list[LabelClass]:
    routes = row.routes
    return [_class(row, one, routes[one.name]) for one in row.classes]


def _class(row: ProjectRow, one: values.LabelClass, route: ClassRoute) -> LabelClass:
    metric = row.metrics.get(one.name)
    known = route.metric is not None
    return LabelClass(
        name=one.name,
        critical=one.critical,
        reserved=one.name == BACKGROUND,
        route=route.route,
        route_reason=route.reason,
        overridden=route.overridden,
        machine=known and not one.critical,
        oracle=row.oracle if known else None,
        metric=route.metric,
        metric_name=row.metric if known else None,
        metric_low=metric.low if metric and known else None,
        metric_high=metric.high if metric and known else None,
        gold_examples=metric.gold_examples if metric else 0,
    )
