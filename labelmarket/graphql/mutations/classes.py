"""Mutations about single classes: suggestions taken or ignored, critical ones, imported ones."""

import strawberry

from labelmarket.application.commands.classes import MarkClassCritical
from labelmarket.application.taking import Taken
from labelmarket.graphql.context import Info
from labelmarket.graphql.mutations.files import FilePayload, settle_taken
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.projects import project_of
from labelmarket.graphql.mutations.things import ProjectPayload
from labelmarket.graphql.mutations.uploads import upload_of
from labelmarket.graphql.settling import settle, settle_with


@strawberry.input
class AcceptClassSuggestionInput(Keyed):
    project_id: strawberry.ID
    class_name: str
    suggestion: str = strawberry.field(description="One that is suggested for this class.")


@strawberry.input
class IgnoreClassSuggestionInput(Keyed):
    project_id: strawberry.ID
    class_name: str
    suggestion: str = strawberry.field(description="One that is suggested for this class.")


@strawberry.input
class MarkClassCriticalInput(Keyed):
    project_id: strawberry.ID
    class_name: str
    critical: bool = True
    reason: str = ""


@strawberry.input
class ImportClassesInput(Keyed):
    project_id: strawberry.ID
    upload_id: strawberry.ID = strawberry.field(
        description="A list with a name a line, a table with a column `class` or `name`, or any "
        "label file; the end of the upload's name tells which."
    )


@strawberry.type
class AcceptClassSuggestionPayload(ProjectPayload):
    pass


@strawberry.type
class IgnoreClassSuggestionPayload(ProjectPayload):
    pass


@strawberry.type
class MarkClassCriticalPayload(ProjectPayload):
    pass


@strawberry.type
class ImportClassesPayload(FilePayload):
    added: int = 0

    def tell(self, taken: Taken) -> None:
        super().tell(taken)
        self.added = taken.count


@strawberry.type
class ClassMutations:
    @strawberry.mutation(description="Before the launch: the class takes the suggested name.")
    async def accept_class_suggestion(
        self, info: Info, input: AcceptClassSuggestionInput
    ) -> AcceptClassSuggestionPayload:
        return await settle_with(
            info,
            AcceptClassSuggestionPayload,
            input.idempotency_key,
            prepare=lambda: project_of(input.project_id),
            carry_out=lambda project_id, asking: info.context.office.suggesting.accept(
                project_id=project_id,
                class_name=input.class_name,
                suggestion=input.suggestion,
                by=info.context.actor,
                key=asking.key,
            ),
        )

    @strawberry.mutation(description="The class stays; this is not suggested for it again.")
    async def ignore_class_suggestion(
        self, info: Info, input: IgnoreClassSuggestionInput
    ) -> IgnoreClassSuggestionPayload:
        return await settle_with(
            info,
            IgnoreClassSuggestionPayload,
            input.idempotency_key,
            prepare=lambda: project_of(input.project_id),
            carry_out=lambda project_id, asking: info.context.office.suggesting.ignore(
                project_id=project_id,
                class_name=input.class_name,
                suggestion=input.suggestion,
                by=info.context.actor,
                key=asking.key,
            ),
        )

    @strawberry.mutation(description="While critical, only people label this class.")
    async def mark_class_critical(
        self, info: Info, input: MarkClassCriticalInput
    ) -> MarkClassCriticalPayload:
        return await settle(
            info,
            MarkClassCriticalPayload,
            input.idempotency_key,
            lambda: MarkClassCritical(
                project_id=project_of(input.project_id),
                class_name=input.class_name,
                critical=input.critical,
                reason=input.reason,
            ),
        )

    @strawberry.mutation(description="Before the launch: add the class names in a file.")
    async def import_classes(self, info: Info, input: ImportClassesInput) -> ImportClassesPayload:
        return await settle_taken(
            info,
            ImportClassesPayload,
            input.idempotency_key,
            prepare=lambda: (project_of(input.project_id), upload_of(input.upload_id)),
            take=lambda named, asking: info.context.office.intake.import_classes(
                project_id=named[0], upload_id=named[1], by=info.context.actor, key=asking.key
            ),
        )
