"""Timers: due ones are given once, early ones never, and none is lost."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from labelmarket.adapters.clock import new_id
from labelmarket.adapters.postgres.clock import ServerClock
from labelmarket.adapters.postgres.pool import Pool, open_pool
from labelmarket.adapters.postgres.recorder import PostgresRecorder
from labelmarket.adapters.postgres.timers import PostgresTimers
from labelmarket.application.access import MARKET
from labelmarket.application.market import Market
from labelmarket.bootstrap.core import Core
from labelmarket.bootstrap.timers import fire_due
from tests.adapters.postgres.scene import Record, all_at_once, do, eventually, launch, one, select

EXPIRED = "SELECT count(*) FROM market.facts WHERE topic = 'OfferExpired'"
TIMERS = "SELECT count(*) FROM market.timers"


class Behind(ServerClock):
    """Fell behind the server by a while, until it is set again; or for ever."""

    def __init__(self, pool: Pool, *, by_s: float, for_ever: bool = False) -> None:
        super().__init__(pool)
        self.by_s, self.for_ever = by_s, for_ever

    def set(self) -> None:
        super().set()
        if not getattr(self, "for_ever", False):
            self.by_s = 0.0

    def __call__(self) -> datetime:
        return super().__call__() - timedelta(seconds=self.by_s)


def with_clock(core: Core, clock: ServerClock) -> Core:
    market = Market(PostgresRecorder(core.pool), now=clock, new_id=new_id, pause=lambda _: None)
    return replace(core, clock=clock, market=market)


def launch_late(core: Core) -> None:
    """An offer whose deadline has passed already."""
    launch(with_clock(core, Behind(core.pool, by_s=60, for_ever=True)), answer_within_s=1)


def set_timers(core: Core, number: int, *, in_s: float = -1) -> set[str]:
    names = {f"t{n}" for n in range(number)}
    for name in names:
        do(core, Record(timer=name, timer_in_s=in_s))
    return names


def test_due_timers_are_taken_once_by_two_takers(core: Core) -> None:
    names = set_timers(core, 40)

    def take() -> list[str]:
        timers = PostgresTimers(core.pool)
        taken: list[str] = []
        while (due := timers.take()) and len(taken) <= len(names):
            taken += [timer.id for timer in due]
        return taken

    first, second = all_at_once([take, take])

    assert sorted(first + second) == sorted(names)


def test_timers_are_taken_in_the_order_of_their_dates(core: Core) -> None:
    for name, in_s in (("b", -2), ("c", -1), ("a", -3)):
        do(core, Record(timer=name, timer_in_s=in_s))

    taken = PostgresTimers(core.pool).take()

    assert [timer.id for timer in taken] == ["a", "b", "c"]


def test_an_early_timer_is_not_taken_and_its_date_is_told(core: Core) -> None:
    set_timers(core, 1, in_s=60)
    timers = PostgresTimers(core.pool)

    assert timers.take() == []
    due_in_s = timers.next_due_in_s()
    assert due_in_s is not None
    assert 50 < due_in_s <= 60


def test_there_is_no_next_date_without_timers(core: Core) -> None:
    assert PostgresTimers(core.pool).next_due_in_s() is None


def test_a_timer_whose_taker_died_is_taken_again_at_once(core: Core, database_url: str) -> None:
    names = set_timers(core, 1)
    doomed = open_pool(database_url, name="doomed", size_max=1)
    taken = {timer.id for timer in PostgresTimers(doomed).take()}
    timers = PostgresTimers(core.pool)
    while_it_lives = timers.take()

    doomed.close()

    assert taken == names
    assert while_it_lives == []
    assert eventually(lambda: {timer.id for timer in timers.take()} == names)


def test_a_timer_whose_taker_stands_still_is_taken_again_after_its_lease(core: Core) -> None:
    names = set_timers(core, 1)
    timers = PostgresTimers(core.pool, lease_s=0.3)

    assert {timer.id for timer in timers.take()} == names
    assert timers.take() == []
    assert eventually(lambda: {timer.id for timer in timers.take()} == names)


def test_a_timer_that_is_given_back_comes_later_each_time(core: Core, database_url: str) -> None:
    set_timers(core, 1)
    timers = PostgresTimers(core.pool)
    waits = []
    (timer,) = timers.take()
    for attempts in (1, 2, 3, 50):
        select(database_url, "UPDATE market.timers SET attempts = %s", attempts)
        timers.give_back([timer.id])
        waits.append(timers.next_due_in_s() or 0)

    assert waits == pytest.approx([0.5, 1, 2, 60], abs=0.3)


def test_the_deadline_of_an_offer_is_recorded_once_by_two_that_fire(
    core: Core, database_url: str
) -> None:
    launch_late(core)
    stopping = threading.Event()

    fired = all_at_once(
        [lambda: fire_due(core, PostgresTimers(core.pool), stopping) for _ in range(4)]
    )

    assert sum(fired) == 1
    assert one(database_url, EXPIRED) == 1
    assert one(database_url, TIMERS) == 0


def test_a_timer_that_is_fired_twice_records_nothing_twice(core: Core, database_url: str) -> None:
    launch_late(core)
    timers, stopping = PostgresTimers(core.pool, lease_s=0.0), threading.Event()
    (taken_and_died,) = timers.take()
    fire_due(core, timers, stopping)

    select(
        database_url,
        "INSERT INTO market.timers VALUES (%s, now() - interval '1 s', %s, %s::jsonb)",
        taken_and_died.id,
        taken_and_died.command,
        '{"offer_id": "' + str(taken_and_died.args["offer_id"]) + '"}',
    )
    fire_due(core, timers, stopping)

    assert one(database_url, EXPIRED) == 1


def _due(database_url: str) -> bool:
    late = "SELECT count(*) FROM market.timers WHERE due_at <= clock_timestamp()"
    return bool(one(database_url, late) == 1)


@pytest.mark.parametrize(("by_s", "for_ever"), [(0.3, True), (90.0, False)])
def test_an_offer_expires_though_the_processs_clock_is_behind(
    core: Core, database_url: str, by_s: float, for_ever: bool
) -> None:
    launch(core, answer_within_s=1)
    behind = with_clock(core, Behind(core.pool, by_s=by_s, for_ever=for_ever))
    assert eventually(lambda: _due(database_url))

    fire_due(behind, PostgresTimers(core.pool), threading.Event())

    assert one(database_url, EXPIRED) == 1
    assert one(database_url, TIMERS) == 0


def test_a_timer_is_kept_when_it_would_be_fired_too_early(core: Core, database_url: str) -> None:
    launch_late(core)
    hopeless = with_clock(core, Behind(core.pool, by_s=90.0, for_ever=True))
    stopping = threading.Event()
    stopping.set()

    fire_due(hopeless, PostgresTimers(core.pool), stopping)

    assert one(database_url, EXPIRED) == 0
    assert one(database_url, TIMERS) == 1


def test_deadlines_that_passed_together_are_recorded_together_and_in_order(
    core: Core, database_url: str
) -> None:
    for _ in range(4):
        launch_late(core)

    assert fire_due(core, PostgresTimers(core.pool), threading.Event()) == 4

    expired = "FROM market.facts WHERE topic = 'OfferExpired'"
    assert one(database_url, f"SELECT count(DISTINCT recorded_at) {expired}") == 1
    deadlines = select(
        database_url,
        "SELECT convert_from(state, 'UTF8')::jsonb ->> 'effective_at'"
        f" {expired} ORDER BY notification_id",
    )
    assert deadlines == sorted(deadlines)
    assert one(database_url, "SELECT count(*) FROM market.commands WHERE key LIKE 'timer:%%'") == 4


def test_a_timer_that_fails_stops_no_other(core: Core, database_url: str) -> None:
    do(core, Record(timer="unheard of", timer_in_s=-500, timer_says="DoSomethingElse"))
    launch_late(core)

    fire_due(core, PostgresTimers(core.pool), threading.Event())

    assert one(database_url, EXPIRED) == 1
    assert one(database_url, "SELECT id FROM market.timers") == "unheard of"
    again_in_s = PostgresTimers(core.pool).next_due_in_s()
    assert again_in_s is not None
    assert 0 < again_in_s <= 0.5


def test_a_new_timer_rings(core: Core, database_url: str) -> None:
    bell, rung = core.bell, threading.Event()
    bell.start()
    try:
        ring = bell.ring_for("timers")
        ring.wait(5)
        bell.on("timers", rung.set)
        core.market.handle(Record(timer="t"), by=MARKET)
        assert rung.wait(5)
    finally:
        bell.stop()
