"""What machines said of a project, what they know, and what they labeled."""

from datetime import datetime
from typing import Self
from uuid import UUID

import strawberry

from labelmarket.application.views.project_page import LearnerRow, PredictionsRow
from labelmarket.domain.oracle_facts import Placement
from labelmarket.domain.slots import count
from labelmarket.graphql import ids
from labelmarket.graphql.context import Info


@strawberry.type(description="A class that the learner cannot tell yet.")
class NotLearned:
    class_name: str
    examples: int
    needed: int


@strawberry.type(description="What the market's own learner knows of the texts of a task.")
class Learner:
    task_id: strawberry.ID
    version: str
    examples: int = strawberry.field(description="Texts with true classes that it has read.")
    approved: int = strawberry.field(
        description="Those of them that were delivered and approved; the others are gold."
    )
    judged: int = strawberry.field(
        description="Those whose class was told by a model that had not read them."
    )
    right: int = strawberry.field(description="Those of them that were told right.")
    learned: list[str]
    not_learned: list[NotLearned]
    failed_code: str | None = strawberry.field(description="Why it could not be taught.")
    failed_message: str | None

    @classmethod
    def of(cls, row: LearnerRow) -> Self:
        return cls(
            task_id=ids.encode("Task", row.task_id),
            version=row.version,
            examples=row.examples,
            approved=row.approved,
            judged=row.judged,
            right=row.right,
            learned=list(row.learned),
            not_learned=[
                NotLearned(class_name=one.class_name, examples=one.examples, needed=one.needed)
                for one in row.not_learned
            ],
            failed_code=row.failed_code,
            failed_message=row.failed_message,
        )


@strawberry.type(description="What a version of a model said of the items of a task.")
class Predictions:
    task_id: strawberry.ID
    oracle: str
    version: str
    predictions: int
    covered_items: int
    problem_count: int
    added_at: datetime
    trained_on: int | None = strawberry.field(
        description="Examples that the version learned from. Null where nobody said so."
    )

    @classmethod
    def of(cls, row: PredictionsRow) -> Self:
        return cls(
            task_id=ids.encode("Task", row.task_id),
            oracle=row.oracle,
            version=row.version,
            predictions=row.labels,
            covered_items=row.covered_items,
            problem_count=row.problems,
            added_at=row.added_at,
            trained_on=row.trained_on,
        )


@strawberry.type(description="What the machine labeled of a task.")
class MachineLabels:
    task_id: strawberry.ID
    oracle: str
    version: str
    classes: list[str]
    items: int = strawberry.field(description="Items on which the machine had its say.")
    placement: strawberry.Private[Placement]

    @strawberry.field(description="On these items.")
    async def labels(self, info: Info) -> int:
        context, placed = info.context, self.placement
        counts = await context.call(
            context.office.machine.count, placed.labels_digest, on=placed.slots
        )
        return sum(counts.values())

    @classmethod
    def of(cls, task_id: UUID, placed: Placement) -> Self:
        return cls(
            task_id=ids.encode("Task", task_id),
            oracle=placed.oracle,
            version=placed.version,
            classes=list(placed.classes),
            items=count(placed.slots),
            placement=placed,
        )
