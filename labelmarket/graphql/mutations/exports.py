"""The mutation that has labels written as a file."""

from uuid import UUID

import strawberry

from labelmarket.application.exports import Wanted
from labelmarket.domain.label_format import LabelFormat
from labelmarket.graphql import ids
from labelmarket.graphql.context import Info
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.things import ExportPayload
from labelmarket.graphql.settling import settle_file


@strawberry.input
class ExportLabelsInput(Keyed):
    project_id: strawberry.ID | None = strawberry.field(
        default=None, description="Labels of all its batches, and those of machines."
    )
    batch_id: strawberry.ID | None = strawberry.field(
        default=None, description="Labels of one batch; a provider names one of its own."
    )
    task_id: strawberry.ID | None = strawberry.field(
        default=None, description="Of a project: only what was labeled for this task."
    )
    format: LabelFormat

    def wanted(self) -> Wanted:
        return Wanted(
            format=self.format,
            project_id=_named(self.project_id, "Project", path="projectId"),
            batch_id=_named(self.batch_id, "Batch", path="batchId"),
            task_id=_named(self.task_id, "Task", path="taskId"),
        )


@strawberry.type
class ExportLabelsPayload(ExportPayload):
    pass


@strawberry.type
class ExportMutations:
    @strawberry.mutation(
        description="Have what was delivered by now written as a file. Asked again, with nothing "
        "new delivered, the same export is given, and one that failed is tried anew."
    )
    async def export_labels(self, info: Info, input: ExportLabelsInput) -> ExportLabelsPayload:
        return await settle_file(
            info,
            ExportLabelsPayload,
            input.idempotency_key,
            prepare=input.wanted,
            carry_out=lambda wanted, asking: info.context.office.export(
                wanted, by=info.context.actor, key=asking.key
            ),
        )


def _named(text: str | None, kind: str, *, path: str) -> UUID | None:
    return None if text is None else ids.must(text, kind, path=path)
