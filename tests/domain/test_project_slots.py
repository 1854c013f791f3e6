"""Every slot is in one hand, whatever is routed, ordered, taken back or given up."""

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from labelmarket.domain.errors import Conflict, InvalidInput, NothingToDo, Refusal
from labelmarket.domain.oracle_facts import Placement, within
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.project_routing import MachineShare
from labelmarket.domain.routing import Route
from labelmarket.domain.slots import (
    NONE,
    Ranges,
    count,
    difference,
    first_of,
    intersection,
    is_normal,
    normal,
    union,
)
from tests.domain.domain_samples import NOON, ORDER, TASK, facts_of
from tests.domain.test_project import draft
from tests.domain.test_project_routing import ITEMS, measured, routed, said, share

EVERY: Ranges = ((0, ITEMS),)
LATER = UUID(int=500)
some_slots = st.lists(
    st.tuples(st.integers(0, ITEMS), st.integers(0, ITEMS)).map(lambda r: (min(r), max(r)))
).map(normal)


@given(some_slots, st.none() | st.integers(0, ITEMS + 2))
def test_the_first_slots_are_the_first_ones(slots: Ranges, size: int | None) -> None:
    first = first_of(slots, size)

    rest = difference(slots, first)
    assert is_normal(first)
    assert count(first) == (count(slots) if size is None else min(size, count(slots)))
    assert not first or not rest or first[-1][1] <= rest[0][0]


def launched(*, sizes: tuple[int | None, ...] = (4,), machine: Ranges = NONE) -> Project:
    """Cats are the machine's on these items; orders are for so many items each."""
    project = routed(orders=0)
    for number, size in enumerate(sizes):
        project.add_order(order_id=UUID(int=ORDER.int + number), task_id=TASK, items=size, at=NOON)
    project.launch([share(project, machine, whole_items=True)] if machine else [], at=NOON)
    facts_of(project)
    return project


def test_orders_of_one_task_share_its_items() -> None:
    project = launched(sizes=(4, 3, None))
    assert list(project.held.values()) == [((0, 4),), ((4, 7),), ((7, 10),)]
    assert not project.waits_for_orders


def test_what_no_order_takes_waits_for_one() -> None:
    project = launched(sizes=(4,))

    assert project.free_slots(TASK) == ((4, 10),)
    assert project.status is ProjectStatus.LAUNCHED
    project.add_order(order_id=LATER, task_id=TASK, at=NOON)
    assert project.start_order(LATER, at=NOON).slots == ((4, 10),)
    assert not project.waits_for_orders


def test_an_order_behind_one_that_takes_everything_is_refused() -> None:
    project = draft(orders=1)
    with pytest.raises(Conflict, match="takes all items"):
        project.add_order(order_id=LATER, task_id=TASK, at=NOON)


@pytest.mark.parametrize("items", [0, -3])
def test_an_order_of_no_items_is_refused(items: int) -> None:
    with pytest.raises(InvalidInput):
        draft(orders=0).add_order(order_id=LATER, task_id=TASK, items=items, at=NOON)


def test_a_changed_route_moves_what_nobody_has_begun_and_nothing_else() -> None:
    # Given an order of four items, with the machine's cats on two further ones
    project = launched(sizes=(4,), machine=((2, 6),))
    assert (project.held[ORDER], project.free_slots(TASK)) == (((0, 2), (6, 8)), ((8, 10),))
    # When cats go to people, and dogs to the machine
    project.override_route(class_name="cat", route=Route.HUMAN, reason="", at=NOON)
    project.override_route(class_name="dog", route=Route.MACHINE, reason="", at=NOON)
    basis = project.share_basis(TASK)
    assert basis is not None
    assert basis.opened == ((2, 6), (8, 10))
    project.place_shares([share(project, ((5, 6), (8, 9)), whole_items=True)], at=NOON)
    # Then the order keeps its items, and the others are shared out anew
    assert project.held[ORDER] == ((0, 2), (6, 8))
    assert project.free_slots(TASK) == ((2, 5), (9, 10))
    # And once nothing is the machine's any more, all of it goes to people
    project.override_route(class_name="dog", route=Route.HUMAN, reason="", at=NOON)
    project.place_shares([], at=NOON)
    assert project.free_slots(TASK) == ((2, 6), (8, 10))
    assert project.placed[TASK] == ()


def test_the_same_share_again_records_nothing() -> None:
    project = launched(sizes=(4,), machine=((2, 6),))
    again = share(project, ((2, 6),), whole_items=True)
    project.place_shares([again], at=NOON)
    assert facts_of(project) == []


def test_beside_people_the_machine_keeps_the_classes_it_had_when_they_began() -> None:
    # Given people who label dogs on four items where the machine labels cats
    project = routed(orders=0)
    project.add_order(order_id=ORDER, task_id=TASK, items=4, at=NOON)
    project.launch([share(project, EVERY)], at=NOON)
    # When the next order begins after cats went to people, too
    project.override_route(class_name="cat", route=Route.HUMAN, reason="", at=NOON)
    project.add_order(order_id=LATER, task_id=TASK, at=NOON)
    wanted = project.start_order(LATER, at=NOON)
    # Then it labels both, and the machine's cats stay where the first order is
    assert (wanted.slots, wanted.classes) == (((4, 10),), ("cat", "dog"))
    (kept,) = project.placed[TASK]
    assert (kept.slots, kept.classes) == (((0, 4),), ("cat",))


def test_an_order_begins_once() -> None:
    project = launched()
    with pytest.raises(Conflict):
        project.start_order(ORDER, at=NOON)


def test_what_was_taken_back_may_be_ordered_again() -> None:
    project = launched(sizes=(4,))
    project.give_back(ORDER, ((1, 4),), at=NOON)
    assert project.held[ORDER] == ((0, 1),)
    assert project.free_slots(TASK) == ((1, 10),)


def test_what_is_given_up_waits_no_more() -> None:
    project = launched(sizes=(4,))
    project.leave_unlabeled(reason="enough", at=NOON)
    assert not project.waits_for_orders
    with pytest.raises(NothingToDo):
        project.leave_unlabeled(reason="enough", at=NOON)


class Moves(RuleBasedStateMachine):
    """Any changes of route, shares and orders of a launched project, one after the other."""

    @initialize(machine=some_slots, whole=st.booleans(), size=st.integers(1, ITEMS))
    def launch(self, machine: Ranges, size: int, *, whole: bool) -> None:
        self.whole, self.orders, self.spoken = whole, 1, machine
        self.project = routed(orders=0)
        self.project.add_order(order_id=ORDER, task_id=TASK, items=size, at=NOON)
        shares = [share(self.project, machine, whole_items=whole)] if machine else []
        self.project.launch(shares, at=NOON)

    @rule(name=st.sampled_from(("cat", "dog")), route=st.sampled_from(Route))
    def override(self, name: str, route: Route) -> None:
        self._changing_routes(
            lambda: self.project.override_route(class_name=name, route=route, reason="", at=NOON)
        )

    @rule(threshold=st.sampled_from((0.1, 0.5, 0.95)))
    def threshold(self, threshold: float) -> None:
        self._changing_routes(lambda: self.project.apply_threshold(threshold, at=NOON))

    @rule(version=st.sampled_from("23"), cat=st.sampled_from((0.3, 0.9)))
    def predict(self, version: str, cat: float) -> None:
        if self.project.is_over:
            return
        said(self.project, version=version, upload=version, labels=version)
        measured(self.project, predictions=version, cat=cat, dog=0.6)

    @rule(slots=some_slots)
    def place(self, slots: Ranges) -> None:
        self.spoken = slots
        if not self.project.is_over:
            shares = self._shares(slots)
            self._changing_routes(lambda: self.project.place_shares(shares, at=NOON))

    @rule(size=st.none() | st.integers(1, ITEMS), start=st.booleans())
    def order(self, size: int | None, *, start: bool) -> None:
        order_id = UUID(int=ORDER.int + self.orders)
        try:
            self.project.add_order(order_id=order_id, task_id=TASK, items=size, at=NOON)
        except Conflict:
            return
        self.orders += 1
        if start:
            self._start(order_id)

    @rule()
    def start_those_that_wait(self) -> None:
        for order_id in self.project.waiting_orders:
            self._start(order_id)

    @rule(choice=st.integers(0, 9), slots=some_slots)
    def give_back(self, choice: int, slots: Ranges) -> None:
        begun = list(self.project.held)
        if self.project.is_over or not begun:
            return
        order_id = begun[choice % len(begun)]
        mine = intersection(slots, self.project.held[order_id])
        self.project.give_back(order_id, mine, at=NOON)

    @rule()
    def give_up(self) -> None:
        try:
            self.project.leave_unlabeled(reason="", at=NOON)
        except Refusal:
            return

    @invariant()
    def every_slot_is_in_one_hand(self) -> None:
        project = getattr(self, "project", None)
        if project is None:
            return
        hands = [
            *project.held.values(),
            project.unlabeled.get(TASK, NONE),
            project.free_slots(TASK),
            intersection(project.open_slots(TASK), _wholly(project.placed.get(TASK, ()))),
        ]
        assert sum(map(count, hands)) == ITEMS
        assert union(*hands) == EVERY
        assert all(is_normal(one) for one in hands)
        mine = [one.slots for one in project.placed.get(TASK, ())]
        assert sum(map(count, mine)) == count(union(*mine)), "one machine speaks of an item"

    def _shares(self, spoken: Ranges) -> list[MachineShare]:
        """What the machine labels now when it speaks of these items."""
        basis = self.project.share_basis(TASK)
        mine = intersection(spoken, basis.opened) if basis else NONE
        return [share(self.project, mine, whole_items=self.whole)] if mine else []

    def _start(self, order_id: UUID) -> None:
        try:
            wanted = self.project.start_order(order_id, self._shares(self.spoken), at=NOON)
        except Refusal:
            return
        by_machine = {
            name: union(*(p.slots for p in self.project.placed.get(TASK, ()) if name in p.classes))
            for name in ("cat", "dog")
        }
        for name in ("cat", "dog"):
            theirs = union(wanted.slots if name in wanted.classes else NONE, wanted.everything)
            assert not intersection(theirs, by_machine[name]), "labeled twice"
            if self.project.share_basis(TASK) is not None:
                assert not difference(wanted.slots, union(theirs, by_machine[name])), "by nobody"

    def _changing_routes(self, change: Callable[[], None]) -> None:
        """Make a change; whatever people have begun is as it was."""
        held = dict(self.project.held)
        taken = union(*held.values())
        beside = within(self.project.placed.get(TASK, ()), taken)
        try:
            change()
        except Refusal:
            return
        assert self.project.held == held
        assert within(self.project.placed.get(TASK, ()), taken) == beside


def _wholly(placed: tuple[Placement, ...]) -> Ranges:
    return union(*(one.slots for one in placed if one.whole))


TestMoves = Moves.TestCase
TestMoves.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
"""The cascade lane plays with the same moves, in counts that this leaves out."""
