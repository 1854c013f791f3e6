"""Facts: what happened, as it was recorded, as far as it may be seen."""

from datetime import datetime
from typing import Any, Final, Self

import msgspec
import strawberry
from strawberry.scalars import JSON

from labelmarket.application.access import Viewer
from labelmarket.application.mapping import FactMapper
from labelmarket.application.ports import StoredFact
from labelmarket.application.visibility import is_shown, sees_actor
from labelmarket.domain.facts import FACTS
from labelmarket.graphql import ids
from labelmarket.graphql.positions import Positions
from labelmarket.graphql.scalars import Position

_ENVELOPE: Final = frozenset(
    {"originator_id", "originator_topic", "originator_version", "timestamp", "envelope"}
)
_AGGREGATE_OF_MODULE: Final = {
    "access_token": "AccessToken",
    "label_batch_facts": "Batch",
    "label_export": "Export",
    "offer": "Offer",
    "oracle_facts": "Project",
    "project_class_facts": "Project",
    "project_slot_facts": "Project",
    "project_facts": "Project",
    "provider": "Provider",
    "provider_load": "ProviderLoad",
    "taxonomy": "Taxonomy",
    "work_order_facts": "WorkOrder",
}


def aggregate_of(topic: str) -> str:
    """Give the kind of thing that facts with this name are about, as ids call it."""
    return _AGGREGATE_OF_MODULE[FACTS[topic].__module__.rpartition(".")[2]]


@strawberry.type(description="A kind of fact.")
class EventType:
    name: str
    aggregate: str = strawberry.field(description="The kind of thing that it is about.")


@strawberry.type(description="Something that happened. Facts are never changed.")
class Fact:
    position: Position = strawberry.field(description="Its place in the log.")
    type: str
    at: datetime = strawberry.field(description="When it was decided.")
    recorded_at: datetime = strawberry.field(description="When it entered the log.")
    actor: str = strawberry.field(
        description="Who caused it. Empty for providers when it was somebody else."
    )
    aggregate_id: strawberry.ID
    version: int = strawberry.field(description="Its number among the facts of this thing.")
    project_id: strawberry.ID | None
    data: JSON = strawberry.field(
        description="Its own fields, as they are recorded; some are left out for providers."
    )

    @classmethod
    def of(
        cls, stored: StoredFact, viewer: Viewer, *, mapper: FactMapper, positions: Positions
    ) -> Self:
        fact = mapper.read(stored)
        about = stored.originator_id
        fields: dict[str, Any] = {
            name: msgspec.to_builtins(value)
            for name, value in vars(fact).items()
            if name not in _ENVELOPE and is_shown(viewer, "Fact", name, about=about)
        }
        project, envelope = stored.project_id, fact.envelope
        named = envelope is not None and sees_actor(viewer, envelope.organisation_id)
        return cls(
            position=Position(positions.encode(stored.position)),
            type=stored.topic,
            at=fact.timestamp,
            recorded_at=stored.recorded_at,
            actor=envelope.actor if envelope is not None and named else "",
            aggregate_id=ids.encode(aggregate_of(stored.topic), about),
            version=stored.originator_version,
            project_id=None if project is None else ids.encode("Project", project),
            data=JSON(fields),
        )
