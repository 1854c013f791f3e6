"""A view is a pure fold: facts in, rows out, the same live, rebuilt, or as of a moment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec

from labelmarket.application.access import Viewer
from labelmarket.domain.aggregate import Fact

PAGE_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fact at its place in the log."""

    position: int
    recorded_at: datetime
    fact: Fact
    project_id: UUID | None = None
    provider_id: UUID | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What every view's row has: its place, its state, and who may see it.

    A customer sees the rows of its organisation and those that are `shared`; a provider
    sees the rows that name it; operators and auditors see all. `born` is the position
    of the fact that made the row, the order of every list.
    """

    id: UUID
    born: int
    state: str
    project_id: UUID | None = None
    parent_id: UUID | None = None
    organisation_id: UUID | None = None
    provider_id: UUID | None = None
    shared: bool = False


R = TypeVar("R", bound=Row)


class View(Protocol[R]):
    """One kind of row and how facts change it. `version` rises with the row's shape.

    `topics` are the facts that it may find rows in; all others are passed over unread.
    """

    name: str
    version: int
    row: type[R]
    topics: frozenset[str]

    def keys(self, fact: Fact, /) -> tuple[UUID, ...]:
        """The rows that a fact names; none when it is not this view's business."""
        ...

    def evolve(self, row: R | None, entry: Entry, /) -> R | None:
        """The row after a fact; None when there is none."""
        ...


def topics_of(*kinds: type[Fact]) -> frozenset[str]:
    """The names of these facts."""
    return frozenset(kind.TOPIC for kind in kinds)


Named = tuple[Entry, tuple[UUID, ...]]
"""An entry with the rows that it names in some view."""


def named(view: View[R], entries: Iterable[Entry]) -> list[Named]:
    """What is the view's business of these."""
    found = ((entry, view.keys(entry.fact)) for entry in entries)
    return [(entry, keys) for entry, keys in found if keys]


def fold(view: View[R], entries: Iterable[Entry], rows: Mapping[UUID, R]) -> dict[UUID, R | None]:
    """The rows that change when entries are folded into `rows`, None for rows that go."""
    found = named(view, entries)
    changed = {key: rows.get(key) for _, keys in found for key in keys}
    fold_named(view, found, changed)
    return changed


def fold_named(view: View[R], found: Iterable[Named], rows: dict[UUID, R | None]) -> None:
    """Fold entries into `rows`, where every row that they name has its place."""
    for entry, keys in found:
        for key in keys:
            rows[key] = view.evolve(rows[key], entry)


class Reads(Protocol[R]):
    """What may be read of a view: authorization is in the query, never after it."""

    def by_ids(self, viewer: Viewer, ids: Sequence[UUID], /) -> dict[UUID, R]:
        """The rows with these ids that the viewer may see."""
        ...

    def page(
        self,
        viewer: Viewer,
        /,
        *,
        first: int,
        after: int = 0,
        project_id: UUID | None = None,
        parent_ids: Sequence[UUID] | None = None,
        provider_ids: Sequence[UUID] | None = None,
        state: str | None = None,
    ) -> list[R]:
        """Up to `first` rows behind the one born at `after`, in the order of birth."""
        ...


class LatestReads(Reads[R], Protocol[R]):
    """What may be read of a view, youngest first."""

    def latest(self, viewer: Viewer, /, *, first: int, state: str) -> list[R]:
        """The `first` rows in this state that were born last."""
        ...

    def latest_of_each(
        self, viewer: Viewer, /, *, provider_ids: Sequence[UUID], first: int
    ) -> list[R]:
        """For each of these providers, its `first` rows that were born last."""
        ...
