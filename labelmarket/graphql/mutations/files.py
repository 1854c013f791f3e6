"""Mutations that take uploaded files into a project: items and true labels."""

from uuid import UUID

import strawberry

from labelmarket.application.intake import Taken
from labelmarket.application.market import Outcome
from labelmarket.domain.errors import InvalidInput
from labelmarket.graphql.context import Info
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.projects import project_of
from labelmarket.graphql.mutations.things import ProjectPayload
from labelmarket.graphql.mutations.uploads import upload_of
from labelmarket.graphql.settling import Asking, settle_file
from labelmarket.graphql.types.part import RowProblem


@strawberry.input(description="The item with this key has this uploaded file.")
class MediaInput:
    key: str
    upload_id: strawberry.ID


@strawberry.input
class AddItemsInput(Keyed):
    project_id: strawberry.ID
    upload_id: strawberry.ID = strawberry.field(description="A COCO file; its images are items.")
    media: list[MediaInput] = strawberry.field(default_factory=list)

    def media_by_key(self) -> dict[str, UUID]:
        found = {one.key: upload_of(one.upload_id) for one in self.media}
        if len(found) != len(self.media):
            raise InvalidInput("one file for each key", path=("media", "key"))
        return found


@strawberry.input
class AddGoldInput(Keyed):
    project_id: strawberry.ID
    upload_id: strawberry.ID = strawberry.field(description="A COCO file of true labels.")


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


@strawberry.type
class AddGoldPayload(FilePayload):
    labels: int = strawberry.field(default=0, description="True labels that were added.")


@strawberry.type
class FileMutations:
    @strawberry.mutation(description="Before the launch: add what is to be labeled.")
    async def add_items(self, info: Info, input: AddItemsInput) -> AddItemsPayload:
        taken: list[Taken] = []

        def add(named: tuple[UUID, UUID, dict[str, UUID]], asking: Asking) -> Outcome:
            project_id, upload_id, media = named
            taken.append(
                info.context.office.intake.add_items(
                    project_id=project_id,
                    upload_id=upload_id,
                    media=media,
                    by=info.context.actor,
                    key=asking.key,
                )
            )
            return taken[-1].outcome

        payload = await settle_file(
            info,
            AddItemsPayload,
            input.idempotency_key,
            prepare=lambda: (
                project_of(input.project_id),
                upload_of(input.upload_id),
                input.media_by_key(),
            ),
            carry_out=add,
        )
        if taken:
            payload.tell(taken[-1])
            payload.added = taken[-1].count
        return payload

    @strawberry.mutation(description="Add true labels, which providers never see.")
    async def add_gold(self, info: Info, input: AddGoldInput) -> AddGoldPayload:
        taken: list[Taken] = []

        def add(named: tuple[UUID, UUID], asking: Asking) -> Outcome:
            taken.append(
                info.context.office.intake.add_gold(
                    project_id=named[0],
                    upload_id=named[1],
                    by=info.context.actor,
                    key=asking.key,
                )
            )
            return taken[-1].outcome

        payload = await settle_file(
            info,
            AddGoldPayload,
            input.idempotency_key,
            prepare=lambda: (project_of(input.project_id), upload_of(input.upload_id)),
            carry_out=add,
        )
        if taken:
            payload.tell(taken[-1])
            payload.labels = taken[-1].count
        return payload
