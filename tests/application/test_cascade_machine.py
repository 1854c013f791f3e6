"""Whatever happens, in whatever order and however often: the cascade keeps its promises."""

import os
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from labelmarket.application.commands.providers import SetAvailability
from labelmarket.application.ports import KeyReused
from labelmarket.application.work import TooEarly
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.slots import count, overlaps, union
from labelmarket.domain.work_order import WorkOrder
from labelmarket.domain.work_order_facts import OrderStatus
from tests.application.cascade_players import Players, hairs, some
from tests.application.stage import open_hours
from tests.memory_market import MemoryView

EXAMPLES = os.environ.get("LABELMARKET_CASCADE_EXAMPLES")
"""How many plays to try; without it a few, and always the same ones."""


class Cascade(Players):
    # What time and the market's own loops do.

    @rule(seconds=st.sampled_from((1, 5, 60, 600, 3_600, 40 * 86_400)))
    def pass_time(self, seconds: int) -> None:
        self.stage.wait(seconds=seconds)

    @precondition(lambda self: self.memory.recorder.timers)
    @rule(choice=some, hair=hairs)
    def come_near_a_deadline(self, choice: int, hair: timedelta) -> None:
        timers = list(self.memory.recorder.timers.values())
        moment = timers[choice % len(timers)].due_at + hair
        self.memory.clock.at = max(self.memory.clock.at, moment)

    @precondition(lambda self: self.timers)
    @rule(choice=some)
    def fire_any_timer(self, choice: int) -> None:
        timer = list(self.timers.values())[-1 - choice % min(len(self.timers), 4)]
        head, waiting = self.stage.head(), timer.id in self.memory.recorder.timers
        _, _, name = timer.id.partition(":")
        ended = any(name == str(offer_id) for offer_id in self.watch.ends)
        try:
            self.memory.fire(timer)
        except TooEarly:
            assert self.memory.clock() < timer.due_at
            assert waiting == (timer.id in self.memory.recorder.timers), "an early timer is kept"
        assert (waiting and not ended and self.memory.clock() >= timer.due_at) or (
            self.stage.head() == head
        ), "a timer that is early, superseded or given before records nothing"

    @rule()
    def fire_what_is_due(self) -> None:
        for timer in self.memory.due_timers():
            self.memory.fire(timer)
            assert timer.id not in self.memory.recorder.timers

    @rule(choice=some, facts=st.sampled_from((None, 1, 2, 3)))
    def react(self, choice: int, facts: int | None) -> None:
        names = list(self.memory.reactions)
        self.memory.react(names[choice % len(names)], facts=facts)

    @rule(choice=some, place=some)
    def hear_again(self, choice: int, place: int) -> None:
        names = list(self.memory.reactions)
        name = names[choice % len(names)]
        heard = self.memory.reactions[name].position
        if heard:
            head = self.stage.head()
            self.memory.hear_again(name, 1 + place % heard)
            # Offers that were sent meanwhile are another matter for a delisted provider.
            assert name == "withdraw_from_delisted" or self.stage.head() == head

    @precondition(lambda self: self.said)
    @rule(choice=some)
    def say_again(self, choice: int) -> None:
        command, by, key, outcome = self.said[-1 - choice % len(self.said)]
        head = self.stage.head()
        assert self.stage.say(command, by=by, key=key) == outcome, "the same key, another answer"
        with pytest.raises(KeyReused):
            self.stage.say(
                SetAvailability(availability=open_hours(items_per_month=1)),
                by=by,
                key=key,
            )
        assert self.stage.head() == head

    @rule(size=st.integers(1, 40))
    def rebuild_the_views(self, size: int) -> None:
        self.memory.follow_views()
        for live in self.memory.views.values():
            rebuilt = MemoryView(live.view)
            for after in range(0, self.stage.head(), size):
                rebuilt.take_in(self.memory.entries(after=after, until=after + size))
            assert rebuilt.bodies == live.bodies, "a view folded anew differs"

    # What must hold after every step.

    @invariant()
    def every_promise_is_kept(self) -> None:
        self.look()
        self.watch.check_keys({k: r.positions for k, r in self.memory.recorder.keys.items()})
        self.memory.follow_views()
        self.sheets_count_what_the_orders_hold()
        self.batches_keep_count_of_what_is_owed()

    def sheets_count_what_the_orders_hold(self) -> None:
        for row in self.memory.views["order_sheet"].rows():
            order = self.stage.get(WorkOrder, row.id)
            assigned = sum(count(held) for held in order.assigned.values())
            assert (row.status, row.ranked, row.round) == (order.status, order.ranked, order.round)
            assert (row.slots, row.unassigned) == (count(order.slots), count(order.unassigned))
            assert (row.assigned, row.approved) == (assigned, count(order.approved))
            assert row.withdrawn == count(order.withdrawn)

    def batches_keep_count_of_what_is_owed(self) -> None:
        rows = {row.id: row for row in self.memory.views["batch_sheet"].rows()}
        for batch_id in self.watch.batches:
            batch = self.stage.get(LabelBatch, batch_id)
            assert union(batch.covered, batch.missing) == batch.slots
            assert overlaps(batch.covered, batch.missing) == bool(batch.reworked)
            kept = sum(count(part.kept) for part in batch.parts.values())
            assert kept == count(batch.covered), "two parts speak for one slot"
            row = rows[batch_id]
            assert (row.status, row.missing) == (batch.status, batch.missing)
            assert (row.overdue, row.deliver_by) == (batch.overdue, batch.deliver_by)

    def teardown(self) -> None:
        """Left alone, everything comes to an end."""
        if not hasattr(self, "memory") or self.watch.objected:
            return
        self.memory.settle()
        while self.memory.recorder.timers:
            due_at = min(t.due_at for t in self.memory.recorder.timers.values())
            self.memory.clock.at = max(self.memory.clock.at, due_at)
            self.memory.settle()
        self.every_promise_is_kept()
        self.rebuild_the_views(7)
        assert not self.watch.open_offers(), "an offer never ended"
        for order_id in self.orders:
            order = self.stage.get(WorkOrder, order_id)
            assert order.status is not OrderStatus.RUNNING, "an order never ended"


Cascade.TestCase.settings = settings(
    max_examples=int(EXAMPLES or 30),
    stateful_step_count=60 if EXAMPLES else 40,
    derandomize=EXAMPLES is None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
test_the_cascade_keeps_its_promises = Cascade.TestCase
