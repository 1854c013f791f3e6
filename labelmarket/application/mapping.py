"""Facts to stored bytes and back, with the fact's annotations as the schema."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, get_args, get_type_hints
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from labelmarket.application.ports import StoredFact
from labelmarket.domain.aggregate import Fact

KINDS_MAX = 512

_IDENTITY = {"originator_id", "originator_version"}
_MOMENT = Annotated[datetime, msgspec.Meta(tz=True)]
_ZONED: Mapping[Any, Any] = {datetime: _MOMENT, datetime | None: _MOMENT | None}
"""Fields that are moments themselves: the decoder sees to it that they have a time zone."""


class FactUnreadable(Exception):
    """A stored fact that this program cannot read: unknown, newer, or damaged."""


class FactUnstorable(Exception):
    """A fact whose fields do not survive being stored and read: our own mistake."""


class _Version(msgspec.Struct):
    class_version: Annotated[int, msgspec.Meta(ge=1)] = 1


class _Kind:
    """How one kind of fact is read: a decoder that refuses what it does not know."""

    def __init__(self, fact: type[Fact]) -> None:
        self.fact = fact
        hints = get_type_hints(fact, include_extras=True)
        names = [f.name for f in fields(fact) if f.name not in _IDENTITY]
        shape = [(name, _ZONED.get(hints[name], hints[name])) for name in names]
        struct = msgspec.defstruct(
            fact.__name__,
            [*shape, ("class_version", int, 1)],
            forbid_unknown_fields=True,
            kw_only=True,
        )
        self.names = tuple(names)
        self._dated = tuple(
            name for name in names if hints[name] not in _ZONED and _may_hold_moments(hints[name])
        )
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(struct)

    def read(self, state: bytes) -> dict[str, Any]:
        """The fields. What is of today's version, as nearly all is, is parsed only once."""
        try:
            decoded = self._decoder.decode(state)
            today = decoded.class_version == self.fact.class_version
        except msgspec.ValidationError:
            today = False
        if not today:
            decoded = self._decoder.decode(self._renewed(state))
        values = msgspec.structs.asdict(decoded)
        del values["class_version"]
        for name in self._dated:
            if any(moment.tzinfo is None for moment in _moments(values[name])):
                raise msgspec.ValidationError(f"{name} has a moment without a time zone")
        return values

    def _renewed(self, state: bytes) -> bytes:
        """The state in today's version, whatever else may be wrong with it."""
        version = msgspec.json.decode(state, type=_Version).class_version
        if version > self.fact.class_version:
            raise FactUnreadable(f"{self.fact.TOPIC} version {version} is newer than this program")
        if version == self.fact.class_version:
            return state
        return msgspec.json.encode(self._upcast(msgspec.json.decode(state), version))

    def _upcast(self, raw: dict[str, Any], version: int) -> dict[str, Any]:
        for step in range(version, self.fact.class_version):
            try:
                getattr(self.fact, f"upcast_v{step}_v{step + 1}")(raw)
            except (ArithmeticError, LookupError, TypeError, ValueError) as error:
                raise FactUnreadable(f"a damaged {self.fact.TOPIC}: {error!r}") from error
        raw["class_version"] = self.fact.class_version
        return raw


@lru_cache(maxsize=KINDS_MAX)
def _kind_of(fact: type[Fact]) -> _Kind:
    """One for all mappers of a process: reading the annotations takes longer than many facts."""
    return _Kind(fact)


class FactMapper(Mapper[UUID]):
    """Reads and writes the kinds of facts that it was given, and no others.

    A fact is decoded once before it is stored: what would not come back equal is
    refused, so a wrong type never enters the log.
    """

    def __init__(self, kinds: Mapping[str, type[Fact]]) -> None:
        super().__init__(JSONTranscoder())
        self._kinds = {topic: _kind_of(kind) for topic, kind in kinds.items()}

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        assert isinstance(domain_event, Fact), domain_event
        kind = self._kinds[domain_event.TOPIC]
        state = {name: getattr(domain_event, name) for name in kind.names}
        if kind.fact.class_version > 1:
            state["class_version"] = kind.fact.class_version
        encoded = msgspec.json.encode(state)
        try:
            same = kind.read(encoded) == {name: state[name] for name in kind.names}
        except msgspec.ValidationError as error:
            raise FactUnstorable(f"{domain_event.TOPIC}: {error}") from error
        if not same:
            raise FactUnstorable(f"{domain_event.TOPIC} does not read back as it was written")
        return StoredEvent(
            originator_id=domain_event.originator_id,
            originator_version=domain_event.originator_version,
            topic=domain_event.TOPIC,
            state=encoded,
        )

    @property
    def topics(self) -> frozenset[str]:
        """The kinds of facts that this program knows."""
        return frozenset(self._kinds)

    def read(self, stored: StoredFact) -> Fact:
        """The fact in a line of the log."""
        return self.fact(
            stored.topic, stored.state, stored.originator_id, stored.originator_version
        )

    def to_domain_event(self, stored_event: StoredEvent) -> Fact:
        return self.fact(
            stored_event.topic,
            stored_event.state,
            stored_event.originator_id,
            stored_event.originator_version,
        )

    def fact(self, topic: str, state: bytes, stream: UUID | str, version: int, /) -> Fact:
        """The fact that was stored in these columns. Raises `FactUnreadable`."""
        try:
            kind = self._kinds[topic]
        except KeyError:
            raise FactUnreadable(f"there is no kind of fact {topic!r}") from None
        try:
            values = kind.read(state)
        except msgspec.MsgspecError as error:
            raise FactUnreadable(f"a damaged {topic}: {error}") from error
        values["originator_id"] = stream
        values["originator_version"] = version
        fact = object.__new__(kind.fact)
        object.__setattr__(fact, "__dict__", values)
        return fact


def _may_hold_moments(hint: Any) -> bool:  # noqa: ANN401 - an annotation is anything
    """Whether values of this type are, or hold somewhere inside, a date with a time."""
    if hint is datetime:
        return True
    if isinstance(hint, type) and is_dataclass(hint):
        return any(_may_hold_moments(inner) for inner in get_type_hints(hint).values())
    return any(_may_hold_moments(inner) for inner in get_args(hint))


def _moments(value: object) -> Iterator[datetime]:
    if isinstance(value, datetime):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from _moments(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for inner in (*value.keys(), *value.values()):
            yield from _moments(inner)
    elif isinstance(value, (tuple, list, frozenset)):
        for inner in value:
            yield from _moments(inner)
