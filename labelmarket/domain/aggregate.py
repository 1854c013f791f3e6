"""The one place where the domain touches the eventsourcing library."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import AggregateCreated, AggregateEvent, BaseAggregate
from eventsourcing.utils import register_topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who caused a fact, by which command, and under which policy.

    `correlation_id` is shared by everything that one outside request set in motion;
    `causation_id` names the fact, timer or job that led to this command, if one did.
    """

    actor: str
    organisation_id: UUID | None
    token_id: str | None
    command_id: str
    correlation_id: str
    causation_id: str | None
    policy_version: int
    traceparent: str | None


@dataclass(frozen=True, slots=True)
class Personal:
    """Marks a fact's field as personal data about the subject in the named field."""

    subject: str


class Aggregate(BaseAggregate[UUID]):
    """A consistency boundary whose state is the fold of its facts.

    Each aggregate and each fact states its own `TOPIC`, the name stored with the
    fact for ever. Ids and times come in as arguments.
    """

    TOPIC: ClassVar[str]

    class Event(AggregateEvent):
        """A fact about one aggregate, and the change that it makes."""

        TOPIC: ClassVar[str]
        class_version: ClassVar[int] = 1
        envelope: Envelope | None = field(default=None, kw_only=True, compare=False)

        def __init_subclass__(cls) -> None:
            super().__init_subclass__()
            if "TOPIC" in cls.__dict__:
                register_topic(cls.TOPIC, cls)

        def apply(self, aggregate: Any, /) -> None:
            """Change the aggregate's state; never refuse, never look outside."""

    @classmethod
    def begin(cls, first: type["FirstFact"], /, *, id: UUID, at: datetime, **fields: Any) -> Self:
        """Start a new aggregate with its first fact."""
        return cls._create(first, id=id, timestamp=at, **fields)

    def record(self, fact: type["Fact"], /, *, at: datetime, **fields: Any) -> None:
        """Add a fact, never dated before the one it follows."""
        self.trigger_event(fact, timestamp=max(at, self.modified_on), **fields)

    def audience(self) -> tuple[UUID | None, UUID | None]:
        """The project these facts belong to, and the provider that may see them."""
        return None, None

    def customer(self) -> UUID | None:
        """The organisation whose business these facts are, as a customer."""
        return None


Fact = Aggregate.Event


class FirstFact(Fact, AggregateCreated):
    """The fact that starts an aggregate; its fields go to `__init__`."""
