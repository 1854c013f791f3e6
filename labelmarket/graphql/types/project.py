"""Projects, as their customers see them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from labelmarket.application.views.project_page import ProjectRow
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.values import Priority
from labelmarket.graphql import ids
from labelmarket.graphql.connections import After, Connection, First, check_first, read_cursor
from labelmarket.graphql.context import Info
from labelmarket.graphql.types.export import Export, exports_page
from labelmarket.graphql.types.instructions import Instructions
from labelmarket.graphql.types.item import Item, items_page
from labelmarket.graphql.types.node import Node
from labelmarket.graphql.types.project_machines import Learner, MachineLabels, Predictions
from labelmarket.graphql.types.project_parts import LabelClass, Target, Task, classes_of

if TYPE_CHECKING:
    from labelmarket.graphql.types.order import WorkOrder


@strawberry.type(description="What a customer wants labeled, and how far it is.")
class Project(Node):
    row: strawberry.Private[ProjectRow]
    name: str
    data_type: str
    status: ProjectStatus
    target: Target
    tasks: list[Task]
    instructions: list[Instructions] = strawberry.field(description="Oldest version first.")
    item_count: int
    gold_labels: int = strawberry.field(description="True labels that were added.")
    gold_report_ready: bool
    priorities: list[list[Priority]] = strawberry.field(
        description="Most important first; those in one group matter alike."
    )
    routing_threshold: float | None = strawberry.field(
        description="Classes with a metric strictly below it go to people."
    )
    oracle: str | None = strawberry.field(description="The model whose metrics decide routes.")
    oracle_version: str | None = strawberry.field(
        description="The version of its predictions that was measured; null where somebody said it."
    )
    oracle_metric: str | None = strawberry.field(description="What its values measure.")
    predictions: list[Predictions] = strawberry.field(
        description="Oldest first; the last ones of a task count."
    )
    machine_labels: list[MachineLabels] = strawberry.field(
        description="Predictions that became labels: at the launch, and where routes were changed."
    )
    unlabeled_items: int = strawberry.field(
        description="Items that nobody is asked for any more, those of each task counted."
    )
    learners: list[Learner] = strawberry.field(description="One a task that it was taught for.")
    created_at: datetime
    launched_at: datetime | None

    @strawberry.field(description="The label names, and where each one goes.")
    def classes(self) -> list[LabelClass]:
        return classes_of(self.row)

    @strawberry.field
    async def orders(
        self, info: Info
    ) -> list[Annotated["WorkOrder", strawberry.lazy("labelmarket.graphql.types.order")]]:
        from labelmarket.graphql.types.order import WorkOrder  # noqa: PLC0415 - types form a ring

        rows = await info.context.loaders.orders_of_project.load(self.row.id)
        return [WorkOrder.of(row) for row in rows]

    @strawberry.field(description="What is to be labeled, in the order it was added.")
    async def items(self, info: Info, first: First = 50, after: After = None) -> Connection[Item]:
        start = read_cursor(after, start=-1) + 1
        found = await info.context.call(
            info.context.office.files.items,
            self.row.manifests,
            first=start,
            count=check_first(first) + 1,
        )
        return items_page(info.context, found, first=first)

    @strawberry.field(description="Of the project and of its batches, oldest first.")
    async def exports(
        self, info: Info, first: First = 50, after: After = None
    ) -> Connection[Export]:
        return await exports_page(info.context, first=first, after=after, project_id=self.row.id)

    @classmethod
    def of(cls, row: ProjectRow) -> Self:
        return cls(
            id=ids.encode("Project", row.id),
            row=row,
            name=row.name,
            data_type=row.data_type,
            status=row.status,
            target=Target.of(row.target),
            tasks=[Task.of(one) for one in row.tasks],
            instructions=[Instructions.of(one) for one in row.instructions],
            item_count=row.items,
            gold_labels=row.gold_labels,
            gold_report_ready=row.gold_report_digest is not None,
            priorities=[list(group) for group in row.priorities],
            routing_threshold=row.threshold,
            oracle=row.oracle,
            oracle_version=row.oracle_version,
            oracle_metric=row.metric,
            predictions=[Predictions.of(one) for one in row.predictions],
            machine_labels=[MachineLabels.of(one.task_id, one.placement) for one in row.placed],
            unlabeled_items=row.unlabeled,
            learners=[Learner.of(one) for one in row.learners],
            created_at=row.created_at,
            launched_at=row.launched_at,
        )
