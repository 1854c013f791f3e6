"""Queries that tell what a choice would come to; they change nothing."""

import strawberry

from labelmarket.domain.errors import NotFound, Refusal
from labelmarket.graphql import ids
from labelmarket.graphql.context import Context, Info
from labelmarket.graphql.errors import from_refusal
from labelmarket.graphql.queries.things import WaitFor
from labelmarket.graphql.types.preview import RoutingPreview


@strawberry.type
class PreviewQueries:
    @strawberry.field(
        description="What applying a threshold would come to: routes, price, time and accuracy."
    )
    async def preview_routing(
        self,
        info: Info,
        project_id: strawberry.ID,
        threshold: float,
        wait_for: WaitFor = None,
    ) -> RoutingPreview:
        await info.context.wait_for(wait_for)
        return await _preview(info.context, project_id, threshold=threshold)

    @strawberry.field(description="What the project comes to as it is planned now.")
    async def preview_plan(
        self, info: Info, project_id: strawberry.ID, wait_for: WaitFor = None
    ) -> RoutingPreview:
        await info.context.wait_for(wait_for)
        return await _preview(info.context, project_id, threshold=None)


async def _preview(context: Context, project_id: str, *, threshold: float | None) -> RoutingPreview:
    identity = ids.find(project_id, "Project")
    try:
        found = (
            None
            if identity is None
            else await context.call(
                context.office.preview, context.who, identity, threshold=threshold
            )
        )
    except Refusal as refusal:
        raise from_refusal(refusal) from None
    if found is None:
        raise from_refusal(NotFound("there is no such project"))
    return RoutingPreview.of(found)
