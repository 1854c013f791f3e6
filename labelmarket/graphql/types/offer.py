"""Offers: work shown to one provider, at a price, with a deadline."""

from datetime import datetime
from typing import Self

import strawberry

from labelmarket.application.views.offer_board import OfferRow
from labelmarket.application.visibility import is_shown
from labelmarket.application.work_items import Brief
from labelmarket.domain.offer import DeclineReason, OfferStatus
from labelmarket.graphql import ids
from labelmarket.graphql.context import Context, Info
from labelmarket.graphql.types.batch import Batch
from labelmarket.graphql.types.instructions import Instructions
from labelmarket.graphql.types.node import Node
from labelmarket.graphql.types.provider import Provider
from labelmarket.graphql.types.requirement import Terms


@strawberry.type(description="A slice of an order shown to one provider.")
class Offer(Node):
    row: strawberry.Private[OfferRow]
    order_id: strawberry.ID
    status: OfferStatus
    round: int | None = strawberry.field(description="Null for providers.")
    rank: int | None = strawberry.field(description="Null for providers.")
    terms: Terms
    task_type: str
    classes: list[str]
    items: int
    sent_at: datetime
    answer_by: datetime = strawberry.field(description="An answer counts strictly before this.")
    deliver_by: datetime
    ended_at: datetime | None
    decline_reason: DeclineReason | None
    decline_note: str | None

    @strawberry.field
    async def provider(self, info: Info) -> Provider | None:
        assert self.row.provider_id is not None, "an offer is sent to a provider"
        row = await info.context.loaders.providers.load(self.row.provider_id)
        return None if row is None else Provider.of(row, info.context)

    @strawberry.field
    async def project_name(self, info: Info) -> str:
        return (await self._brief(info.context)).name

    @strawberry.field(description="The version that the offer named when it was sent.")
    async def instructions(self, info: Info) -> Instructions | None:
        version = (await self._brief(info.context)).version(self.row.instructions_version)
        return None if version is None else Instructions.of(version)

    @strawberry.field(description="What an acceptance opened.")
    async def batch(self, info: Info) -> Batch | None:
        if self.row.batch_id is None:
            return None
        row = await info.context.loaders.batches.load(self.row.batch_id)
        return None if row is None else Batch.of(row)

    async def _brief(self, context: Context) -> Brief:
        assert self.row.project_id is not None, "an offer belongs to a project"
        return await context.loaders.briefs.load(self.row.project_id)

    @classmethod
    def of(cls, row: OfferRow, context: Context) -> Self:
        assert row.parent_id is not None, "an offer belongs to an order"
        viewer = context.who
        reason = row.decline_reason
        return cls(
            id=ids.encode("Offer", row.id),
            row=row,
            order_id=ids.encode("WorkOrder", row.parent_id),
            status=row.status,
            round=row.round if is_shown(viewer, "Offer", "round") else None,
            rank=row.rank if is_shown(viewer, "Offer", "rank") else None,
            terms=Terms.of(row.terms),
            task_type=row.task_type,
            classes=list(row.classes),
            items=row.items,
            sent_at=row.sent_at,
            answer_by=row.answer_by,
            deliver_by=row.deliver_by,
            ended_at=row.ended_at,
            decline_reason=None if reason is None else DeclineReason(reason),
            decline_note=row.decline_note,
        )
