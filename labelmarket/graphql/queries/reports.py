"""Queries for reports on labels."""

from collections.abc import Sequence
from functools import partial

import strawberry

from labelmarket.application.project_report import by_machine, report_of_project
from labelmarket.application.visibility import sees_gold
from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.label_batch_facts import BatchStatus
from labelmarket.domain.oracle_facts import Placement
from labelmarket.graphql import ids
from labelmarket.graphql.context import Context, Info
from labelmarket.graphql.errors import from_refusal
from labelmarket.graphql.queries.things import WaitFor
from labelmarket.graphql.types.enums import ReportOf
from labelmarket.graphql.types.report import Checks, Report

BATCHES_OF_A_PROJECT_MAX = 1_000


@strawberry.type
class ReportQueries:
    @strawberry.field(
        description="Null until it is measured. Of GOLD: for a project, never for providers. "
        "Of DELIVERED: for a batch, or for all of a project's batches together, as far as they "
        "do not label the same items."
    )
    async def report(
        self,
        info: Info,
        batch_id: strawberry.ID | None = None,
        project_id: strawberry.ID | None = None,
        of: ReportOf = ReportOf.DELIVERED,
        wait_for: WaitFor = None,
    ) -> Report | None:
        context = info.context
        if (batch_id is None) == (project_id is None):
            raise from_refusal(InvalidInput("name either a batch or a project"))
        await context.wait_for(wait_for)
        if of is ReportOf.GOLD:
            digest = await _of_gold(context, batch_id=batch_id, project_id=project_id)
        elif batch_id is not None:
            digest = await _of_batch(context, batch_id)
        else:
            digest = await _of_project(context, project_id or "")
        if digest is None:
            return None
        text = await context.call(context.office.files.report, digest)
        placed: Sequence[Placement] = ()
        if of is ReportOf.DELIVERED and project_id is not None:
            placed = await _placed(context, project_id)
        return Report.of(
            text,
            digest=digest,
            viewer=context.who,
            by_machine=await context.call(by_machine, context.office, placed),
            checks=_checks(context, of, batch_id=batch_id, project_id=project_id),
        )


def _checks(
    context: Context, of: ReportOf, *, batch_id: str | None, project_id: str | None
) -> Checks | None:
    """How labels compare with gold is worked out for those alone who ask."""
    checking = context.office.checking
    batch = ids.find(batch_id or "", "Batch")
    project = ids.find(project_id or "", "Project")
    if of is ReportOf.GOLD:
        return None
    if batch is not None:
        return partial(checking.of_batch, batch)
    return None if project is None else partial(checking.of_project, project)


async def _placed(context: Context, project_id: str) -> Sequence[Placement]:
    identity = ids.find(project_id, "Project")
    project = None if identity is None else await context.loaders.projects.load(identity)
    return () if project is None else [one.placement for one in project.placed]


async def _of_batch(context: Context, batch_id: str) -> str | None:
    identity = ids.find(batch_id, "Batch")
    row = None if identity is None else await context.loaders.batches.load(identity)
    return None if row is None else row.report_digest


async def _of_project(context: Context, project_id: str) -> str | None:
    identity = ids.find(project_id, "Project")
    if identity is None:
        return None
    rows = await context.call(
        context.office.batches.page,
        context.who,
        first=BATCHES_OF_A_PROJECT_MAX,
        project_id=identity,
    )
    project = await context.loaders.projects.load(identity)
    if project is None:
        return None
    # Second labels of critical classes have reports of their own.
    firsts = (row for row in rows if row.parent_id not in project.second_orders)
    measured = [row for row in firsts if row.report_digest is not None]
    if not project.placed and len(measured) == 1 and measured[0].status is not BatchStatus.REVOKED:
        return measured[0].report_digest
    return await context.call(
        report_of_project, context.office, identity, [row.id for row in measured]
    )


async def _of_gold(context: Context, *, batch_id: str | None, project_id: str | None) -> str | None:
    """The gold is the project's; a batch stands for the project it belongs to."""
    if not sees_gold(context.who):
        return None
    identity = None if project_id is None else ids.find(project_id, "Project")
    if batch_id is not None and (batch := ids.find(batch_id, "Batch")) is not None:
        row = await context.loaders.batches.load(batch)
        identity = None if row is None else row.project_id
    project = None if identity is None else await context.loaders.projects.load(identity)
    return None if project is None else project.gold_report_digest
