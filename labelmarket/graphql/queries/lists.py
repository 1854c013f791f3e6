"""Queries for lists, page by page, as far as the asker may see them."""

import strawberry

from labelmarket.application.view import Row
from labelmarket.domain.access_token import Role
from labelmarket.domain.offer import OfferStatus
from labelmarket.domain.provider import Standing
from labelmarket.graphql import ids
from labelmarket.graphql.connections import (
    After,
    Connection,
    First,
    check_first,
    page_of,
    read_cursor,
)
from labelmarket.graphql.context import Info
from labelmarket.graphql.queries.things import WaitFor
from labelmarket.graphql.types.offer import Offer
from labelmarket.graphql.types.project import Project
from labelmarket.graphql.types.provider import Provider


@strawberry.type
class ListQueries:
    @strawberry.field(description="Customers see the listed ones; a provider sees itself.")
    async def providers(
        self, info: Info, first: First = 50, after: After = None, wait_for: WaitFor = None
    ) -> Connection[Provider]:
        context = info.context
        await context.wait_for(wait_for)
        rows = await context.call(
            context.office.providers.page,
            context.who,
            first=check_first(first) + 1,
            after=read_cursor(after, start=0),
            # Those that left are read where somebody worked with them, and not chosen from.
            state=Standing.LISTED if context.who.role is Role.CUSTOMER else None,
        )
        return page_of(rows, first=first, shape=lambda row: Provider.of(row, context), place=born)

    @strawberry.field(description="Those of the asker's organisation.")
    async def projects(
        self, info: Info, first: First = 50, after: After = None, wait_for: WaitFor = None
    ) -> Connection[Project]:
        context = info.context
        await context.wait_for(wait_for)
        rows = await context.call(
            context.office.projects.page,
            context.who,
            first=check_first(first) + 1,
            after=read_cursor(after, start=0),
        )
        return page_of(rows, first=first, shape=Project.of, place=born)

    @strawberry.field(description="A provider's own; a customer's are those of its projects.")
    async def offers(
        self,
        info: Info,
        *,
        first: First = 50,
        after: After = None,
        status: OfferStatus | None = None,
        project_id: strawberry.ID | None = None,
        wait_for: WaitFor = None,
    ) -> Connection[Offer]:
        context = info.context
        await context.wait_for(wait_for)
        project = None if project_id is None else ids.find(project_id, "Project")
        check_first(first)
        start = read_cursor(after, start=0)
        nowhere = project_id is not None and project is None
        rows = (
            []
            if nowhere
            else await context.call(
                context.office.offers.page,
                context.who,
                first=first + 1,
                after=start,
                project_id=project,
                state=None if status is None else status.value,
            )
        )
        return page_of(rows, first=first, shape=lambda row: Offer.of(row, context), place=born)


def born(row: Row) -> int:
    return row.born
