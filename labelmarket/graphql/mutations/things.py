"""Payloads by what they show; each mutation has one of its own made from these."""

from uuid import UUID

import strawberry

from labelmarket.graphql.context import Context
from labelmarket.graphql.payloads import Payload
from labelmarket.graphql.types.batch import Batch
from labelmarket.graphql.types.export import Export
from labelmarket.graphql.types.offer import Offer
from labelmarket.graphql.types.order import WorkOrder
from labelmarket.graphql.types.project import Project
from labelmarket.graphql.types.provider import Provider


@strawberry.type
class ProjectPayload(Payload):
    project: Project | None = None

    async def show(self, context: Context, thing: UUID) -> None:
        row = await context.loaders.projects.load(thing)
        self.project = None if row is None else Project.of(row)


@strawberry.type
class ProviderPayload(Payload):
    provider: Provider | None = None

    async def show(self, context: Context, thing: UUID) -> None:
        row = await context.loaders.providers.load(thing)
        self.provider = None if row is None else Provider.of(row, context)


@strawberry.type
class WorkOrderPayload(Payload):
    work_order: WorkOrder | None = None

    async def show(self, context: Context, thing: UUID) -> None:
        row = await context.loaders.orders.load(thing)
        self.work_order = None if row is None else WorkOrder.of(row)


@strawberry.type
class OfferPayload(Payload):
    offer: Offer | None = None

    async def show(self, context: Context, thing: UUID) -> None:
        row = await context.loaders.offers.load(thing)
        self.offer = None if row is None else Offer.of(row, context)


@strawberry.type
class BatchPayload(Payload):
    batch: Batch | None = None

    async def show(self, context: Context, thing: UUID) -> None:
        row = await context.loaders.batches.load(thing)
        self.batch = None if row is None else Batch.of(row)


@strawberry.type
class ExportPayload(Payload):
    export: Export | None = None

    async def show(self, context: Context, thing: UUID) -> None:
        row = await context.loaders.exports.load(thing)
        self.export = None if row is None else Export.of(row)
