"""A whole market in memory: one thread, a clock set by hand, ids that count."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic
from uuid import UUID

import msgspec

from labelmarket.application.access import Viewer
from labelmarket.application.mapping import FactMapper
from labelmarket.application.market import Market
from labelmarket.application.ports import Timer
from labelmarket.application.reaction import Reaction, carry_out, carry_out_all
from labelmarket.application.reactions.begin_second_order import BeginSecondOrders
from labelmarket.application.reactions.compare_with_gold import CompareBatchesWithGold
from labelmarket.application.reactions.complete_project import CompleteProjectWithOrders
from labelmarket.application.reactions.offer_next_provider import OfferNextProvider
from labelmarket.application.reactions.withdraw_from_delisted import WithdrawFromDelisted
from labelmarket.application.timing import give_all
from labelmarket.application.view import Entry, R, View, fold
from labelmarket.application.views.all import VIEWS
from labelmarket.domain.access_token import Role
from labelmarket.domain.facts import FACTS
from tests.memory_log import CountedIds, ManualClock, MemoryRecorder

MAPPER = FactMapper(FACTS)
"""Made once, for it takes longer than a short play."""
ROUNDS_MAX = 1_000
"""More rounds than any finite cascade needs; beyond that something goes in circles."""


class _Market(Market):
    def construct_mapper(self) -> FactMapper:
        return MAPPER


class MemoryView(Generic[R]):
    """A view's rows as the bytes they are stored as, and how far they are."""

    def __init__(self, view: View[R]) -> None:
        self.view = view
        self._decoder = msgspec.json.Decoder(view.row)
        self.bodies: dict[UUID, bytes] = {}
        self.position = 0

    def take_in(self, entries: Sequence[Entry]) -> None:
        keys = {key for entry in entries for key in self.view.keys(entry.fact)}
        rows = {key: self._decoder.decode(self.bodies[key]) for key in keys & self.bodies.keys()}
        for key, row in fold(self.view, entries, rows).items():
            if row is None:
                self.bodies.pop(key, None)
            else:
                self.bodies[key] = msgspec.json.encode(row, order="deterministic")
        if entries:
            self.position = entries[-1].position

    def rows(self) -> Iterator[R]:
        yield from sorted(map(self._decoder.decode, self.bodies.values()), key=lambda r: r.born)

    def by_ids(self, viewer: Viewer, ids: Sequence[UUID], /) -> dict[UUID, R]:
        return {row.id: row for row in self.rows() if row.id in ids and _sees(viewer, row)}

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
        found = [
            row
            for row in self.rows()
            if row.born > after
            and _sees(viewer, row)
            and (project_id is None or row.project_id == project_id)
            and (parent_ids is None or row.parent_id in parent_ids)
            and (provider_ids is None or row.provider_id in provider_ids)
            and (state is None or row.state == state)
        ]
        return found[:first]

    def latest(self, viewer: Viewer, /, *, first: int, state: str) -> list[R]:
        seen = [row for row in self.rows() if row.state == state and _sees(viewer, row)]
        return seen[::-1][:first]

    def latest_of_each(
        self, viewer: Viewer, /, *, provider_ids: Sequence[UUID], first: int
    ) -> list[R]:
        return [
            row
            for one in provider_ids
            for row in [
                row for row in self.rows() if row.provider_id == one and _sees(viewer, row)
            ][::-1][:first]
        ]


def _sees(viewer: Viewer, row: R) -> bool:
    if viewer.sees_all:
        return True
    if viewer.role is Role.PROVIDER:
        return row.provider_id == viewer.organisation_id
    return row.shared or row.organisation_id == viewer.organisation_id


@dataclass(slots=True)
class Heard:
    """A reaction, and how far it has listened."""

    reaction: Reaction
    position: int = 0


class MemoryMarket:
    """The market with everything that follows its log, moved by hand."""

    def __init__(self, recorder: Callable[[ManualClock], MemoryRecorder] = MemoryRecorder) -> None:
        self.clock = ManualClock()
        self.new_id = CountedIds()
        self.recorder = recorder(self.clock)
        self.market = _Market(
            self.recorder, now=self.clock, new_id=self.new_id, pause=lambda _: None
        )
        self.mapper = MAPPER
        self.views: Mapping[str, MemoryView[Any]] = {v.name: MemoryView(v) for v in VIEWS}
        board = self.views["offer_board"]
        self.reactions = {
            reaction.name: Heard(reaction)
            for reaction in (
                OfferNextProvider(),
                BeginSecondOrders(),
                CompleteProjectWithOrders(),
                WithdrawFromDelisted(offers=board, wait_for=self._wait_for),
                CompareBatchesWithGold(batches=self.views["batch_sheet"], wait_for=self._wait_for),
            )
        }

    def entries(self, *, after: int = 0, until: int | None = None) -> list[Entry]:
        return [
            Entry(
                position=stored.position,
                recorded_at=stored.recorded_at,
                fact=self.mapper.read(stored),
                project_id=stored.project_id,
                provider_id=stored.provider_id,
            )
            for stored in self.recorder.log[after:until]
        ]

    def follow_views(self) -> None:
        for view in self.views.values():
            view.take_in(self.entries(after=view.position))

    def react(self, name: str, *, facts: int | None = None) -> int:
        """Let a reaction hear of its next facts, of all when no number is given."""
        heard = self.reactions[name]
        until = None if facts is None else heard.position + facts
        entries = self.entries(after=heard.position, until=until)
        for entry, error in carry_out_all(heard.reaction, entries, self.market):
            if error is not None:
                raise error
            heard.position = entry.position
        return len(entries)

    def hear_again(self, name: str, position: int) -> None:
        """Let a reaction hear of a fact once more, as after a crash."""
        entry = self.entries(after=position - 1, until=position)[0]
        carry_out(self.reactions[name].reaction, entry, self.market)

    def due_timers(self) -> list[Timer]:
        due = [t for t in self.recorder.timers.values() if t.due_at <= self.clock()]
        return sorted(due, key=lambda timer: (timer.due_at, timer.id))

    def fire(self, *timers: Timer) -> None:
        """Give these timers' commands. Raises what the first one fails at."""
        for error in give_all(self.market, timers).values():
            raise error

    def settle(self) -> None:
        """Carry on until nothing is due and nobody has anything to say."""
        for _ in range(ROUNDS_MAX):
            due = self.due_timers()
            self.fire(*due)
            self.follow_views()
            if not any([self.react(name) for name in self.reactions]) and not due:
                return
        raise AssertionError("the market never comes to rest")

    def _wait_for(self, position: int) -> None:
        self.follow_views()
        assert all(view.position >= position for view in self.views.values())
