"""Mutations that take uploaded files into a project: items and true labels."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

import strawberry

from labelmarket.application.market import Outcome
from labelmarket.application.taking import Taken
from labelmarket.domain.errors import InvalidInput
from labelmarket.graphql.context import Info
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.projects import project_of, task_of
from labelmarket.graphql.mutations.things import ProjectPayload
from labelmarket.graphql.mutations.uploads import upload_of
from labelmarket.graphql.settling import Asking, settle_file
from labelmarket.graphql.types.part import RowProblem

F = TypeVar("F", bound="FilePayload")
N = TypeVar("N")


@strawberry.input(description="The item with this key has this uploaded file.")
class MediaInput:
    key: str
    upload_id: strawberry.ID


@strawberry.input
class AddItemsInput(Keyed):
    project_id: strawberry.ID
    upload_id: strawberry.ID = strawberry.field(
        description="COCO, whose images are items, a table, JSON lines or a plain list."
    )
    media: list[MediaInput] = strawberry.field(default_factory=list)

    def media_by_key(self) -> dict[str, UUID]:
        found = {one.key: upload_of(one.upload_id) for one in self.media}
        if len(found) != len(self.media):
            raise InvalidInput("one file for each key", path=("media", "key"))
        return found


@strawberry.input
class AddGoldInput(Keyed):
    project_id: strawberry.ID
    upload_id: strawberry.ID = strawberry.field(
        description="A file of true labels: COCO, a table, JSON lines, Label Studio, VOC or CVAT."
    )


@strawberry.input
class AddPredictionsInput(Keyed):
    project_id: strawberry.ID
    task_id: strawberry.ID | None = strawberry.field(
        default=None, description="May be left out when the project has one task."
    )
    oracle: str = strawberry.field(description="The model's name.")
    version: str = strawberry.field(description="What a version said is kept, and never replaced.")
    upload_id: strawberry.ID = strawberry.field(
        description="COCO results, or a CSV or JSON lines with a probability for each class."
    )
    trained_on: int | None = strawberry.field(
        default=None,
        description="How many examples the version learned from. With two versions or more, of "
        "which each learned from all that the one before did, reports tell what more labels did.",
    )


@strawberry.type
class FilePayload(ProjectPayload):
    problems: list[RowProblem] = strawberry.field(
        default_factory=list, description="The first rows that were left out."
    )
    problem_count: int = 0

    def tell(self, taken: Taken) -> None:
        self.problems = [RowProblem.of(one) for one in taken.problems]
        self.problem_count = taken.problem_count


@strawberry.type
class AddItemsPayload(FilePayload):
    added: int = 0

    def tell(self, taken: Taken) -> None:
        super().tell(taken)
        self.added = taken.count


@strawberry.type
class AddGoldPayload(FilePayload):
    labels: int = strawberry.field(default=0, description="True labels that were added.")

    def tell(self, taken: Taken) -> None:
        super().tell(taken)
        self.labels = taken.count


@strawberry.type
class AddPredictionsPayload(FilePayload):
    predictions: int = strawberry.field(default=0, description="Predictions that were added.")

    def tell(self, taken: Taken) -> None:
        super().tell(taken)
        self.predictions = taken.count


@strawberry.type
class FileMutations:
    @strawberry.mutation(description="Before the launch: add what is to be labeled.")
    async def add_items(self, info: Info, input: AddItemsInput) -> AddItemsPayload:
        return await settle_taken(
            info,
            AddItemsPayload,
            input.idempotency_key,
            prepare=lambda: (
                project_of(input.project_id),
                upload_of(input.upload_id),
                input.media_by_key(),
            ),
            take=lambda named, asking: info.context.office.intake.add_items(
                project_id=named[0],
                upload_id=named[1],
                media=named[2],
                by=info.context.actor,
                key=asking.key,
            ),
        )

    @strawberry.mutation(description="Add true labels, which providers never see.")
    async def add_gold(self, info: Info, input: AddGoldInput) -> AddGoldPayload:
        return await settle_taken(
            info,
            AddGoldPayload,
            input.idempotency_key,
            prepare=lambda: (project_of(input.project_id), upload_of(input.upload_id)),
            take=lambda named, asking: info.context.office.intake.add_gold(
                project_id=named[0], upload_id=named[1], by=info.context.actor, key=asking.key
            ),
        )

    @strawberry.mutation(
        description="Before the launch: add what a model says of the items. It is compared with "
        "the gold, and becomes labels at the launch where its classes go to the machine."
    )
    async def add_predictions(
        self, info: Info, input: AddPredictionsInput
    ) -> AddPredictionsPayload:
        return await settle_taken(
            info,
            AddPredictionsPayload,
            input.idempotency_key,
            prepare=lambda: (
                project_of(input.project_id),
                task_of(input.task_id),
                upload_of(input.upload_id),
            ),
            take=lambda named, asking: info.context.office.intake.add_predictions(
                project_id=named[0],
                task_id=named[1],
                oracle=input.oracle,
                version=input.version,
                upload_id=named[2],
                trained_on=input.trained_on,
                by=info.context.actor,
                key=asking.key,
            ),
        )


async def settle_taken(
    info: Info,
    payload: type[F],
    key: str | None,
    *,
    prepare: Callable[[], N],
    take: Callable[[N, Asking], Taken],
) -> F:
    """Settle what takes a file in, and tell what became of its rows."""
    taken: list[Taken] = []

    def carry_out(named: N, asking: Asking) -> Outcome:
        taken.append(take(named, asking))
        return taken[-1].outcome

    shown = await settle_file(info, payload, key, prepare=prepare, carry_out=carry_out)
    if taken:
        shown.tell(taken[-1])
    return shown
