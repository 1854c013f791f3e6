"""What a report's query finds: items, or labels on them, a page at a time."""

from typing import Protocol

import strawberry

from labelmarket.application.labels import Item as KnownItem
from labelmarket.application.looked_up import Shown, Sought
from labelmarket.application.project_report import Reported
from labelmarket.application.report_evidence import look_up
from labelmarket.application.visibility import is_shown
from labelmarket.graphql.connections import Connection, check_first, page_of, read_cursor
from labelmarket.graphql.context import Context
from labelmarket.graphql.types.item import Item, item_of


@strawberry.type(description="An item that a report's query finds, or one label on it.")
class EvidenceFound:
    item: Item
    label_id: str | None = strawberry.field(
        description="The label's own id in its file. Null for an item as a whole."
    )
    class_: str | None = strawberry.field(name="class", description="Null for an item as a whole.")
    box: list[float] | None = strawberry.field(
        description="Left, top, width and height in pixels, of a label that has them."
    )


class Look(Protocol):
    """Looks a query up, for whoever reads the report."""

    async def __call__(
        self, sought: Sought, /, *, first: int, after: str | None
    ) -> Connection[EvidenceFound] | None: ...


def looking_into(context: Context, reported: Reported) -> Look:
    """Look queries up in the labels behind a report."""

    def shown(one: tuple[Shown, KnownItem]) -> EvidenceFound:
        found, item = one
        return EvidenceFound(
            item=item_of(context, item),
            label_id=None if found.label_id is None else str(found.label_id),
            class_=found.class_name,
            box=None if found.box is None else list(found.box),
        )

    async def look(
        sought: Sought, /, *, first: int, after: str | None
    ) -> Connection[EvidenceFound] | None:
        if not is_shown(context.who, "Report", "top_image"):
            return None
        # It waits for its turn like whatever reads whole files.
        rows = await context.api.threads.take_file(
            look_up,
            context.office,
            reported,
            sought,
            first=check_first(first) + 1,
            after=read_cursor(after, start=-1),
        )
        return page_of(rows, first=first, shape=shown, place=lambda row: row[0].place)

    return look
