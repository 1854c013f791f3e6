"""Work orders: the ranking, who was asked, and what became of the slots."""

from typing import TYPE_CHECKING, Annotated, Self

import strawberry

from labelmarket.application.views import order_sheet
from labelmarket.domain.work_order_facts import OrderStatus
from labelmarket.graphql import ids
from labelmarket.graphql.context import Info
from labelmarket.graphql.types.batch import Batch
from labelmarket.graphql.types.node import Node
from labelmarket.graphql.types.provider import Provider
from labelmarket.graphql.types.requirement import Requirement

if TYPE_CHECKING:
    from labelmarket.graphql.types.offer import Offer

LazyOffer = Annotated["Offer", strawberry.lazy("labelmarket.graphql.types.offer")]


@strawberry.type(description="One rank of a round that was used up: by an offer or by a skip.")
class Asked:
    asked: strawberry.Private[order_sheet.Asked]
    round: int
    rank: int
    skip_code: str | None = strawberry.field(description="Why no offer was sent, as a code.")
    skip_message: str | None

    @strawberry.field
    async def provider(self, info: Info) -> Provider | None:
        row = await info.context.loaders.providers.load(self.asked.provider_id)
        return None if row is None else Provider.of(row, info.context)

    @strawberry.field
    async def offer(self, info: Info) -> LazyOffer | None:
        from labelmarket.graphql.types.offer import Offer  # noqa: PLC0415 - types form a ring

        if self.asked.offer_id is None:
            return None
        row = await info.context.loaders.offers.load(self.asked.offer_id)
        return None if row is None else Offer.of(row, info.context)

    @classmethod
    def of(cls, asked: order_sheet.Asked) -> Self:
        return cls(
            asked=asked,
            round=asked.round,
            rank=asked.rank,
            skip_code=asked.skip_code,
            skip_message=asked.skip_message,
        )


@strawberry.type(description="Slots of one task to be filled, by providers asked one by one.")
class WorkOrder(Node):
    row: strawberry.Private[order_sheet.OrderRow]
    project_id: strawberry.ID
    status: OrderStatus
    requirement: Requirement
    classes: list[str] = strawberry.field(description="What is labeled; known at the launch.")
    planned_items: int | None = strawberry.field(
        description="How many of the task's items it is for; null for all that are left."
    )
    second_of: strawberry.ID | None = strawberry.field(
        description="The order beside which other providers label its critical classes once more."
    )
    answer_within_seconds: int
    deliver_within_seconds: int
    round: int = strawberry.field(description="How often the ranking was begun; 0 before launch.")
    ranking_version: int = strawberry.field(description="Rises with every new ranking.")
    asked: list[Asked]
    slots: int = strawberry.field(description="One slot is one label set for one item.")
    unassigned_slots: int
    assigned_slots: int = strawberry.field(description="Taken on, and not approved yet.")
    approved_slots: int
    withdrawn_slots: int

    @strawberry.field(description="The customer's ranking, best first.")
    async def ranked_providers(self, info: Info) -> list[Provider]:
        rows = await info.context.loaders.providers.load_many(list(self.row.ranked))
        return [Provider.of(row, info.context) for row in rows if row is not None]

    @strawberry.field(description="Every offer sent for this order, oldest first.")
    async def offers(self, info: Info) -> list[LazyOffer]:
        from labelmarket.graphql.types.offer import Offer  # noqa: PLC0415 - types form a ring

        rows = await info.context.loaders.offers_of_order.load(self.row.id)
        return [Offer.of(row, info.context) for row in rows]

    @strawberry.field(description="What was accepted, oldest first.")
    async def batches(self, info: Info) -> list[Batch]:
        rows = await info.context.loaders.batches_of_order.load(self.row.id)
        return [Batch.of(row) for row in rows]

    @classmethod
    def of(cls, row: order_sheet.OrderRow) -> Self:
        assert row.project_id is not None, "an order belongs to a project"
        return cls(
            id=ids.encode("WorkOrder", row.id),
            row=row,
            project_id=ids.encode("Project", row.project_id),
            status=row.status,
            requirement=Requirement.of(row.requirement),
            classes=list(row.classes),
            planned_items=row.items,
            second_of=None if row.second_of is None else ids.encode("WorkOrder", row.second_of),
            answer_within_seconds=row.answer_within_s,
            deliver_within_seconds=row.deliver_within_s,
            round=row.round,
            ranking_version=row.ranking_version,
            asked=[Asked.of(one) for one in row.asked],
            slots=row.slots,
            unassigned_slots=row.unassigned,
            assigned_slots=row.assigned,
            approved_slots=row.approved,
            withdrawn_slots=row.withdrawn,
        )
