"""Streams that several commands look at, loaded once, and many at a time."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from itertools import islice
from typing import TypeVar
from uuid import UUID

from labelmarket.application.work import Command
from labelmarket.domain.aggregate import Aggregate

AT_A_TIME_MAX = 250

A = TypeVar("A", bound=Aggregate)

LoadsMany = Callable[[Collection[UUID]], Mapping[UUID, Aggregate]]
"""Loads the aggregates with these ids, leaving out those that there are not."""

_Place = tuple[type, str]
"""Where an id was seen: in which field of what."""


class Entangled(Exception):
    """A command needs what an earlier one of the same save changes."""


class SharedStreams:
    """What a save's commands load; `changed` are the streams that it adds facts to.

    Commands of one kind go the same way: where one asks for the order of its offer, the
    others will ask for the orders of theirs. So what stands in the same field of the same
    kind of thing is loaded along. A wrong guess costs a little, and changes nothing.
    """

    def __init__(self, load_many: LoadsMany, commands: Sequence[Command]) -> None:
        self._load_many = load_many
        self._held: dict[UUID, Aggregate | None] = {}
        self._places: dict[UUID, _Place] = {}
        self._seen_at: dict[_Place, dict[UUID, None]] = {}
        self.changed: set[UUID] = set()
        for command in commands:
            self._note(type(command), _ids_in_command(command))

    def find(self, kind: type[A], aggregate_id: UUID) -> A | None:
        """Raises `Entangled` for a stream that is changed already."""
        if aggregate_id in self.changed:
            raise Entangled
        if aggregate_id not in self._held:
            self._load_with_siblings(aggregate_id)
        held = self._held[aggregate_id]
        if held is not None and held.pending_events:
            # A command that was refused has changed it before; that is not to be seen.
            self._load({aggregate_id: None})
            held = self._held[aggregate_id]
        return held if isinstance(held, kind) else None

    def _siblings(self, aggregate_id: UUID) -> dict[UUID, None]:
        place = self._places.get(aggregate_id)
        seen = self._seen_at[place] if place else {}
        missing = (one for one in seen if one not in self._held)
        return dict.fromkeys(islice(missing, AT_A_TIME_MAX - 1))

    def _load_with_siblings(self, aggregate_id: UUID) -> None:
        siblings = self._siblings(aggregate_id)
        try:
            self._load({aggregate_id: None, **siblings})
        except Exception:
            if not siblings:
                raise
            # Another one's stream may be what cannot be read; that is its own command's trouble.
            self._load({aggregate_id: None})

    def _load(self, ids: Collection[UUID]) -> None:
        found = self._load_many(ids)
        for aggregate_id in ids:
            aggregate = found.get(aggregate_id)
            self._held[aggregate_id] = aggregate
            if aggregate is not None:
                self._note(type(aggregate), vars(aggregate).items())

    def _note(self, kind: type, named: Collection[tuple[str, object]]) -> None:
        for name, value in named:
            ids = value if isinstance(value, (list, tuple)) else (value,)
            for one in ids:
                if isinstance(one, UUID):
                    self._places.setdefault(one, (kind, name))
                    self._seen_at.setdefault((kind, name), {})[one] = None


def _ids_in_command(command: Command) -> list[tuple[str, object]]:
    return [(field.name, getattr(command, field.name)) for field in fields(command)]  # type: ignore[arg-type]  # a frozen dataclass
