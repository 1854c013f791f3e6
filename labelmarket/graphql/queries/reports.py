"""Queries for reports on labels."""

from collections.abc import Sequence
from functools import partial
from typing import Final, TypeAlias

import strawberry

from labelmarket.application.project_report import Reported, by_machine, report_of_project
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.application.visibility import sees_gold
from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.oracle_facts import Placement
from labelmarket.graphql import ids
from labelmarket.graphql.context import Context, Info
from labelmarket.graphql.errors import from_refusal
from labelmarket.graphql.queries.things import WaitFor
from labelmarket.graphql.types.enums import ReportOf
from labelmarket.graphql.types.evidence_found import looking_into
from labelmarket.graphql.types.report import Checks, Report

GOLD_ITSELF: Final = "Not known: these are the true labels themselves."

Found: TypeAlias = tuple[str, Reported]
"""A report's digest, and what it speaks of."""


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
            found = await _of_gold(context, batch_id=batch_id, project_id=project_id)
        elif batch_id is not None:
            found = await _of_batch(context, batch_id)
        else:
            found = await _of_project(context, project_id or "")
        if found is None:
            return None
        digest, reported = found
        placed: Sequence[Placement] = ()
        if of is ReportOf.DELIVERED and project_id is not None:
            placed = await _placed(context, project_id)
        report = Report.of(
            await context.call(context.office.files.report, digest),
            digest=digest,
            viewer=context.who,
            look=looking_into(context, reported),
            by_machine=await context.call(by_machine, context.office, placed),
            checks=_checks(context, of, batch_id=batch_id, project_id=project_id),
        )
        if of is ReportOf.GOLD:
            report.quality_unknown = GOLD_ITSELF
        return report


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


async def _of_batch(context: Context, batch_id: str) -> Found | None:
    identity = ids.find(batch_id, "Batch")
    row = None if identity is None else await context.loaders.batches.load(identity)
    if row is None or row.report_digest is None:
        return None
    return row.report_digest, _batch(row)


async def _of_project(context: Context, project_id: str) -> Found | None:
    identity = ids.find(project_id, "Project")
    if identity is None:
        return None
    project = await context.loaders.projects.load(identity)
    if project is None:
        return None
    return await context.call(report_of_project, context.office, identity)


async def _of_gold(
    context: Context, *, batch_id: str | None, project_id: str | None
) -> Found | None:
    """The gold is the project's; a batch stands for the project it belongs to."""
    if not sees_gold(context.who):
        return None
    identity = None if project_id is None else ids.find(project_id, "Project")
    if batch_id is not None and (batch := ids.find(batch_id, "Batch")) is not None:
        row = await context.loaders.batches.load(batch)
        identity = None if row is None else row.project_id
    project = None if identity is None else await context.loaders.projects.load(identity)
    if project is None or project.gold_report_digest is None:
        return None
    return project.gold_report_digest, Reported(project_id=project.id, gold=True)


def _batch(row: BatchRow) -> Reported:
    assert row.project_id is not None, "a batch belongs to a project"
    return Reported(project_id=row.project_id, batch_id=row.id)
