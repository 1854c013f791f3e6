"""Label batches: what is owed, what was delivered, and how far the reading of it is."""

from datetime import datetime
from typing import Self

import strawberry

from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.application.work_items import asked_of, work_items
from labelmarket.domain.label_batch_facts import BatchStatus
from labelmarket.domain.slots import count
from labelmarket.graphql import ids
from labelmarket.graphql.connections import After, Connection, First, check_first, read_cursor
from labelmarket.graphql.context import Info
from labelmarket.graphql.types.export import Export, exports_page
from labelmarket.graphql.types.item import Item, items_page
from labelmarket.graphql.types.node import Node
from labelmarket.graphql.types.part import Part
from labelmarket.graphql.types.provider import Provider


@strawberry.type(description="The labels that one accepted offer is about.")
class Batch(Node):
    row: strawberry.Private[BatchRow]
    order_id: strawberry.ID
    project_id: strawberry.ID
    offer_id: strawberry.ID
    status: BatchStatus
    items: int
    delivered_items: int
    missing_items: int
    labels: int = strawberry.field(description="Labels in the parts that were measured.")
    parts: list[Part]
    deliver_by: datetime
    overdue: bool
    opened_at: datetime
    started_at: datetime | None
    delivered_at: datetime | None
    approved_at: datetime | None
    classes: list[str]
    task_type: str
    report_ready: bool

    @strawberry.field
    async def provider(self, info: Info) -> Provider | None:
        assert self.row.provider_id is not None, "a batch is somebody's"
        row = await info.context.loaders.providers.load(self.row.provider_id)
        return None if row is None else Provider.of(row, info.context)

    @strawberry.field(
        description="What is to be labeled. Empty for a provider once it is no longer its work."
    )
    async def work_items(
        self, info: Info, first: First = 50, after: After = None
    ) -> Connection[Item]:
        found = await info.context.call(
            work_items,
            info.context.office,
            info.context.who,
            self.row,
            first=check_first(first) + 1,
            after=read_cursor(after, start=-1),
        )
        asked = await info.context.call(asked_of, info.context.office, self.row.id)
        return items_page(info.context, found, first=first, batch_id=self.row.id, asked=asked)

    @strawberry.field(description="Oldest first; providers see their own.")
    async def exports(
        self, info: Info, first: First = 50, after: After = None
    ) -> Connection[Export]:
        return await exports_page(info.context, first=first, after=after, batch_id=self.row.id)

    @classmethod
    def of(cls, row: BatchRow) -> Self:
        assert row.project_id is not None and row.parent_id is not None, "a batch has a place"
        missing = count(row.missing)
        return cls(
            id=ids.encode("Batch", row.id),
            row=row,
            order_id=ids.encode("WorkOrder", row.parent_id),
            project_id=ids.encode("Project", row.project_id),
            offer_id=ids.encode("Offer", row.offer_id),
            status=row.status,
            items=row.items,
            delivered_items=row.items - missing,
            missing_items=missing,
            labels=row.labels,
            parts=[Part.of(one) for one in row.parts],
            deliver_by=row.deliver_by,
            overdue=row.overdue,
            opened_at=row.opened_at,
            started_at=row.started_at,
            delivered_at=row.delivered_at,
            approved_at=row.approved_at,
            classes=list(row.classes),
            task_type=row.task_type,
            report_ready=row.report_digest is not None,
        )
