"""Mutations that write a project's brief and start or stop it."""

from uuid import UUID

import strawberry

from labelmarket.application.commands.orders import CancelProject
from labelmarket.application.commands.projects import (
    CreateProject,
    DefineClasses,
    RankPriorities,
    ReviseTarget,
)
from labelmarket.domain.project_facts import Target
from labelmarket.domain.values import Priority
from labelmarket.graphql import ids
from labelmarket.graphql.context import Info
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.things import ProjectPayload
from labelmarket.graphql.mutations.values import LabelClassInput, RequirementInput, TargetInput
from labelmarket.graphql.settling import settle, settle_file, settle_with


@strawberry.input
class CreateProjectInput(Keyed):
    name: str
    data_type: str
    tasks: list[RequirementInput]
    target: TargetInput | None = None


@strawberry.input
class ReviseTargetInput(Keyed):
    project_id: strawberry.ID
    target: TargetInput


@strawberry.input
class WriteInstructionsInput(Keyed):
    project_id: strawberry.ID
    text: str


@strawberry.input
class DefineClassesInput(Keyed):
    project_id: strawberry.ID
    classes: list[LabelClassInput]


@strawberry.input
class RankPrioritiesInput(Keyed):
    project_id: strawberry.ID
    ranking: list[list[Priority]] = strawberry.field(
        description="Most important first; those in one group matter alike."
    )


@strawberry.input
class LaunchProjectInput(Keyed):
    project_id: strawberry.ID


@strawberry.input
class CancelProjectInput(Keyed):
    project_id: strawberry.ID
    reason: str = ""


@strawberry.type
class CreateProjectPayload(ProjectPayload):
    pass


@strawberry.type
class ReviseTargetPayload(ProjectPayload):
    pass


@strawberry.type
class WriteInstructionsPayload(ProjectPayload):
    pass


@strawberry.type
class DefineClassesPayload(ProjectPayload):
    pass


@strawberry.type
class RankPrioritiesPayload(ProjectPayload):
    pass


@strawberry.type
class LaunchProjectPayload(ProjectPayload):
    pass


@strawberry.type
class CancelProjectPayload(ProjectPayload):
    pass


@strawberry.type
class ProjectMutations:
    @strawberry.mutation
    async def create_project(self, info: Info, input: CreateProjectInput) -> CreateProjectPayload:
        return await settle(
            info,
            CreateProjectPayload,
            input.idempotency_key,
            lambda: CreateProject(
                name=input.name,
                data_type=input.data_type,
                tasks=tuple(one.value() for one in input.tasks),
                target=input.target.value() if input.target else Target(),
            ),
        )

    @strawberry.mutation
    async def revise_target(self, info: Info, input: ReviseTargetInput) -> ReviseTargetPayload:
        return await settle(
            info,
            ReviseTargetPayload,
            input.idempotency_key,
            lambda: ReviseTarget(
                project_id=project_of(input.project_id), target=input.target.value()
            ),
        )

    @strawberry.mutation(description="Adds a version; open offers keep the one they named.")
    async def write_instructions(
        self, info: Info, input: WriteInstructionsInput
    ) -> WriteInstructionsPayload:
        return await settle_with(
            info,
            WriteInstructionsPayload,
            input.idempotency_key,
            prepare=lambda: project_of(input.project_id),
            carry_out=lambda project_id, asking: info.context.office.intake.write_instructions(
                project_id=project_id, text=input.text, by=info.context.actor, key=asking.key
            ),
        )

    @strawberry.mutation(description="Before the launch.")
    async def define_classes(self, info: Info, input: DefineClassesInput) -> DefineClassesPayload:
        return await settle(
            info,
            DefineClassesPayload,
            input.idempotency_key,
            lambda: DefineClasses(
                project_id=project_of(input.project_id),
                classes=tuple(one.value() for one in input.classes),
            ),
        )

    @strawberry.mutation(description="What matters when providers are recommended.")
    async def rank_priorities(
        self, info: Info, input: RankPrioritiesInput
    ) -> RankPrioritiesPayload:
        return await settle(
            info,
            RankPrioritiesPayload,
            input.idempotency_key,
            lambda: RankPriorities(
                project_id=project_of(input.project_id),
                ranking=tuple(tuple(group) for group in input.ranking),
            ),
        )

    @strawberry.mutation(
        description="Predictions of the machine's classes become labels, and every planned order "
        "asks its first provider for what is left."
    )
    async def launch_project(self, info: Info, input: LaunchProjectInput) -> LaunchProjectPayload:
        return await settle_file(
            info,
            LaunchProjectPayload,
            input.idempotency_key,
            prepare=lambda: project_of(input.project_id),
            carry_out=lambda project_id, asking: info.context.office.launch(
                project_id, by=info.context.actor, key=asking.key
            ),
        )

    @strawberry.mutation(description="Stops what nobody accepted yet; accepted work goes on.")
    async def cancel_project(self, info: Info, input: CancelProjectInput) -> CancelProjectPayload:
        return await settle(
            info,
            CancelProjectPayload,
            input.idempotency_key,
            lambda: CancelProject(project_id=project_of(input.project_id), reason=input.reason),
        )


def project_of(text: str) -> UUID:
    return ids.must(text, "Project", path="projectId")


def task_of(text: str | None) -> UUID | None:
    """The task that is named, if one is."""
    return None if text is None else ids.must(text, "Task", path="taskId")
