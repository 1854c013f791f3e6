"""Queries about the market as a whole, and its advice."""

import strawberry

from labelmarket.domain import taxonomy
from labelmarket.domain.errors import NotFound
from labelmarket.domain.taxonomy import TAXONOMY_ID, Taxonomy
from labelmarket.graphql import ids
from labelmarket.graphql.context import Info
from labelmarket.graphql.errors import from_refusal
from labelmarket.graphql.queries.things import WaitFor
from labelmarket.graphql.scalars import Position
from labelmarket.graphql.types.recommendation import Recommendations
from labelmarket.graphql.types.taxonomy import TaskType
from labelmarket.graphql.types.viewer import Viewer


@strawberry.type
class MarketQueries:
    @strawberry.field(description="Who asks.")
    def viewer(self, info: Info) -> Viewer:
        return Viewer.of(info.context.who)

    @strawberry.field(description="Where the log ends now.")
    async def position(self, info: Info) -> Position:
        head = await info.context.call(info.context.office.log.head)
        return Position(info.context.api.positions.encode(head))

    @strawberry.field(description="Every kind of labeling that the market knows.")
    async def taxonomy(self, info: Info) -> list[TaskType]:
        kept = await info.context.call(info.context.office.market.find, Taxonomy, TAXONOMY_ID)
        known = kept.task_types() if kept else tuple(taxonomy.BUILT_IN.values())
        return [TaskType.of(one) for one in known]

    @strawberry.field(description="Who can do an order, best first, and who cannot, and why.")
    async def recommendations(
        self, info: Info, order_id: strawberry.ID, wait_for: WaitFor = None
    ) -> Recommendations:
        await info.context.wait_for(wait_for)
        order = ids.find(order_id, "WorkOrder")
        advice = (
            None
            if order is None
            else await info.context.call(info.context.office.recommend, info.context.who, order)
        )
        if advice is None:
            raise from_refusal(NotFound("there is no such order"))
        return Recommendations.of(advice, info.context)
