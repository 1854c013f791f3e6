"""Queries on the log of facts."""

from typing import Annotated

import strawberry

from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.facts import FACTS
from labelmarket.graphql import ids
from labelmarket.graphql.connections import Connection, First, PageInfo, check_first
from labelmarket.graphql.context import Info
from labelmarket.graphql.errors import from_refusal
from labelmarket.graphql.scalars import Position
from labelmarket.graphql.types.fact import EventType, Fact, aggregate_of

TYPES_MAX = 100


@strawberry.type
class LogQueries:
    @strawberry.field(description="What happened, in order, as far as the asker may see it.")
    async def events(
        self,
        info: Info,
        after: Annotated[
            Position | None, strawberry.argument(description="Only what came behind this.")
        ] = None,
        first: First = 50,
        types: Annotated[
            list[str] | None, strawberry.argument(description="Only these, by `eventTypes`.")
        ] = None,
        aggregate_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only what this thing did.")
        ] = None,
    ) -> Connection[Fact]:
        context = info.context
        check_first(first)
        _check_types(types)
        start = 0 if after is None else await context.place(after)
        about = None if aggregate_id is None else ids.decode(aggregate_id)
        if aggregate_id is not None and about is None:
            return Connection(nodes=[], page_info=PageInfo(has_next_page=False, end_cursor=None))
        stored = await context.call(
            context.office.log.visible,
            context.who,
            after=start,
            limit=first + 1,
            aggregate_id=None if about is None else about[1],
            topics=types,
        )
        nodes = [
            Fact.of(one, context.who, mapper=context.office.mapper, positions=context.api.positions)
            for one in stored[:first]
        ]
        end = nodes[-1].position if nodes else None
        return Connection(
            nodes=nodes, page_info=PageInfo(has_next_page=len(stored) > first, end_cursor=end)
        )

    @strawberry.field(description="Every kind of fact that there is.")
    def event_types(self) -> list[EventType]:
        return [EventType(name=one, aggregate=aggregate_of(one)) for one in sorted(FACTS)]


def _check_types(types: list[str] | None) -> None:
    for one in types or ():
        if one not in FACTS:
            raise from_refusal(InvalidInput(f"there is no kind of fact {one[:80]!r}"))
    if types is not None and not 1 <= len(types) <= TYPES_MAX:
        raise from_refusal(InvalidInput(f"1 to {TYPES_MAX} types"))
