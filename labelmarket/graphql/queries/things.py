"""Queries for one thing by its id; what may not be seen is null, like what there is not."""

from typing import Annotated

import strawberry

from labelmarket.graphql import ids
from labelmarket.graphql.context import Context, Info
from labelmarket.graphql.scalars import Position
from labelmarket.graphql.types.batch import Batch
from labelmarket.graphql.types.export import Export
from labelmarket.graphql.types.node import Node
from labelmarket.graphql.types.offer import Offer
from labelmarket.graphql.types.order import WorkOrder
from labelmarket.graphql.types.project import Project
from labelmarket.graphql.types.provider import Provider

WaitFor = Annotated[
    Position | None,
    strawberry.argument(
        description="Answer only when this is taken in; after 5 seconds the code is NOT_YET."
    ),
]


@strawberry.type
class ThingQueries:
    @strawberry.field(description="Anything by its id.")
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        found = ids.decode(id)
        match found[0] if found else "":
            case "Provider":
                return await _provider(info.context, id)
            case "Project":
                return await _project(info.context, id)
            case "WorkOrder":
                return await _order(info.context, id)
            case "Offer":
                return await _offer(info.context, id)
            case "Batch":
                return await _batch(info.context, id)
            case "Export":
                return await _export(info.context, id)
            case _:
                return None

    @strawberry.field
    async def provider(
        self, info: Info, id: strawberry.ID, wait_for: WaitFor = None
    ) -> Provider | None:
        await info.context.wait_for(wait_for)
        return await _provider(info.context, id)

    @strawberry.field
    async def project(
        self, info: Info, id: strawberry.ID, wait_for: WaitFor = None
    ) -> Project | None:
        await info.context.wait_for(wait_for)
        return await _project(info.context, id)

    @strawberry.field
    async def work_order(
        self, info: Info, id: strawberry.ID, wait_for: WaitFor = None
    ) -> WorkOrder | None:
        await info.context.wait_for(wait_for)
        return await _order(info.context, id)

    @strawberry.field
    async def offer(self, info: Info, id: strawberry.ID, wait_for: WaitFor = None) -> Offer | None:
        await info.context.wait_for(wait_for)
        return await _offer(info.context, id)

    @strawberry.field
    async def batch(self, info: Info, id: strawberry.ID, wait_for: WaitFor = None) -> Batch | None:
        await info.context.wait_for(wait_for)
        return await _batch(info.context, id)

    @strawberry.field(
        description="Whoever asked for it sees it, and the customer whose labels they are."
    )
    async def export(
        self, info: Info, id: strawberry.ID, wait_for: WaitFor = None
    ) -> Export | None:
        await info.context.wait_for(wait_for)
        return await _export(info.context, id)


async def _provider(context: Context, text: str) -> Provider | None:
    identity = ids.find(text, "Provider")
    row = None if identity is None else await context.loaders.providers.load(identity)
    return None if row is None else Provider.of(row, context)


async def _project(context: Context, text: str) -> Project | None:
    identity = ids.find(text, "Project")
    row = None if identity is None else await context.loaders.projects.load(identity)
    return None if row is None else Project.of(row)


async def _order(context: Context, text: str) -> WorkOrder | None:
    identity = ids.find(text, "WorkOrder")
    row = None if identity is None else await context.loaders.orders.load(identity)
    return None if row is None else WorkOrder.of(row)


async def _offer(context: Context, text: str) -> Offer | None:
    identity = ids.find(text, "Offer")
    row = None if identity is None else await context.loaders.offers.load(identity)
    return None if row is None else Offer.of(row, context)


async def _batch(context: Context, text: str) -> Batch | None:
    identity = ids.find(text, "Batch")
    row = None if identity is None else await context.loaders.batches.load(identity)
    return None if row is None else Batch.of(row)


async def _export(context: Context, text: str) -> Export | None:
    identity = ids.find(text, "Export")
    row = None if identity is None else await context.loaders.exports.load(identity)
    return None if row is None else Export.of(row)
