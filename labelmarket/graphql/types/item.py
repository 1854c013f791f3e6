"""Items: what is to be labeled."""

from functools import partial
from uuid import UUID

import strawberry

from labelmarket.application import labels
from labelmarket.graphql.connections import Connection, page_of
from labelmarket.graphql.context import Context


@strawberry.type(description="One thing to be labeled, by the key that label files call it by.")
class Item:
    key: str
    width: float | None = strawberry.field(description="In pixels, where it is known.")
    height: float | None = strawberry.field(description="In pixels, where it is known.")
    media_url: str | None = strawberry.field(
        description="Path of the uploaded file or of the text on this server, signed, good for "
        "minutes: for a provider, while the work is its to do."
    )
    classes: list[str] | None = strawberry.field(
        description="What is to be labeled of it, for an item of a batch."
    )
    uri: str | None = strawberry.field(description="Where the customer keeps it, in its words.")
    group: str | None = strawberry.field(description="What it belongs to, in the customer's words.")


def items_page(
    context: Context,
    items: tuple[labels.Item, ...],
    *,
    first: int,
    batch_id: UUID | None = None,
    asked: labels.Asked | None = None,
) -> Connection[Item]:
    """One page of items; those of a batch are linked to for its sake, and say what is asked."""
    return page_of(
        items,
        first=first,
        shape=partial(item_of, context, batch_id=batch_id, asked=asked),
        place=lambda item: item.ordinal,
    )


def item_of(
    context: Context,
    item: labels.Item,
    *,
    batch_id: UUID | None = None,
    asked: labels.Asked | None = None,
) -> Item:
    links, who = context.office.links, context.who
    return Item(
        key=item.key,
        width=item.width if item.width > 0 else None,
        height=item.height if item.height > 0 else None,
        media_url=links.for_media(who, item.media, batch_id=batch_id, text=item.text)
        if item.media
        else None,
        classes=None if asked is None else list(asked.on(item.ordinal)),
        uri=item.uri or None,
        group=item.group or None,
    )
