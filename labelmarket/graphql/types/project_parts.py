"""What a project's page is made of."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from labelmarket.application.views.project_page import ProjectRow, TaskRow
from labelmarket.domain import project_facts
from labelmarket.domain.routing import Route
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
    metric: float | None = strawberry.field(description="The oracle's; null: it does not know it.")


def classes_of(row: ProjectRow) -> list[LabelClass]:
    routes = row.routes
    return [
        LabelClass(
            name=one.name,
            critical=one.critical,
            reserved=one.name == BACKGROUND,
            route=routes[one.name].route,
            route_reason=routes[one.name].reason,
            overridden=routes[one.name].overridden,
            metric=routes[one.name].metric,
        )
        for one in row.classes
    ]
