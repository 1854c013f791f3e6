"""Whoever has written waits until the views have it, and not for ever."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from labelmarket.adapters.postgres.bell import PostgresBell
from labelmarket.adapters.postgres.feed import ViewFollower, release
from labelmarket.adapters.postgres.view_table import ViewReads
from labelmarket.adapters.postgres.waiting import ViewsReach
from labelmarket.application.ports import NotYet, Unavailable
from labelmarket.application.view import Entry
from labelmarket.application.views.all import VIEWS
from labelmarket.application.views.provider_record import ProviderRecord, ProviderRow
from labelmarket.bootstrap.core import Core
from tests.adapters.postgres.scene import Record, do, eventually, list_provider, one

HEAD = "SELECT max(notification_id) FROM market.facts"


class FailsAlways(ProviderRecord):
    def evolve(self, row: ProviderRow | None, entry: Entry, /) -> ProviderRow | None:
        raise ArithmeticError(f"cannot take {entry} into {row}")


def followers(core: Core) -> list[ViewFollower]:
    made = [ViewFollower(core.pool, view, core.mapper) for view in VIEWS]
    for follower in made:
        follower.register()
    return made


def test_what_was_written_is_read_after_the_wait(core: Core, database_url: str) -> None:
    provider = list_provider(core, "p")
    assert provider.viewer is not None
    position = one(database_url, HEAD)
    reach = ViewsReach(core.pool, core.bell)
    made = followers(core)

    with ThreadPoolExecutor(max_workers=1) as threads:
        waiting = threads.submit(reach, position)
        for follower in made:
            assert not waiting.done()
            follower.advance()
        waiting.result(timeout=5)

    rows = ViewReads(core.pool, ProviderRecord())
    provider_id = provider.viewer.organisation_id
    assert rows.by_ids(provider.viewer, [provider_id])[provider_id].state == "listed"


def test_a_position_that_the_views_do_not_reach_is_given_up(core: Core, database_url: str) -> None:
    do(core, Record())
    for follower in followers(core):
        follower.advance()
    reached = one(database_url, HEAD)
    do(core, Record())

    began = time.monotonic()
    with pytest.raises(NotYet) as given_up:
        ViewsReach(core.pool, core.bell, wait_s_max=0.3)(one(database_url, HEAD))

    assert given_up.value.reached == reached
    assert 0.3 <= time.monotonic() - began < 3


def test_nobody_waits_for_a_quarantined_view(core: Core, database_url: str) -> None:
    list_provider(core, "p")
    ailing = ViewFollower(core.pool, FailsAlways(), core.mapper)
    for follower in (*followers(core)[:-1], ailing):
        follower.advance()

    ViewsReach(core.pool, core.bell, wait_s_max=0.3)(one(database_url, HEAD))

    assert one(
        database_url,
        "SELECT quarantined_at FROM views.progress WHERE view = 'provider_record'",
    )


def test_who_acts_on_a_view_waits_for_it_whatever_ails_it(core: Core, database_url: str) -> None:
    list_provider(core, "p")
    ailing = ViewFollower(core.pool, FailsAlways(), core.mapper)
    for follower in (*followers(core)[:-1], ailing):
        follower.advance()
    head = one(database_url, HEAD)
    reach = ViewsReach(core.pool, core.bell, view=ProviderRecord.name, wait_s_max=0.3)

    with pytest.raises(NotYet):
        reach(head)
    release(core.pool, ProviderRecord.name)
    while followers(core)[-1].advance():
        pass

    reach(head)


def test_a_view_that_was_released_is_waited_for_again(core: Core, database_url: str) -> None:
    list_provider(core, "p")
    ailing = ViewFollower(core.pool, FailsAlways(), core.mapper)
    for follower in (*followers(core)[:-1], ailing):
        follower.advance()
    reach = ViewsReach(core.pool, core.bell, wait_s_max=0.3)
    reach(one(database_url, HEAD))

    release(core.pool, ProviderRecord.name)

    with pytest.raises(NotYet):
        reach(one(database_url, HEAD))


def test_many_wait_at_once_and_each_is_let_go_at_its_own_position(
    core: Core, database_url: str
) -> None:
    positions = []
    for _ in range(5):
        do(core, Record())
        positions.append(one(database_url, HEAD))
    made = [ViewFollower(core.pool, view, core.mapper, batch_max=1) for view in VIEWS]
    for follower in made:
        follower.register()
    before = threading.active_count()
    reach = ViewsReach(core.pool, core.bell)

    waiting = [(position, reach.when(position)) for position in positions * 10]
    assert threading.active_count() <= before + 1, "one thread asks for all"
    given_up = reach.when(positions[0])
    assert given_up.cancel()
    while made[0].advance():
        for follower in made[1:]:
            follower.advance()
        reached = one(database_url, "SELECT min(position) FROM views.progress")
        for position, done in waiting:
            if position <= reached:
                done.result(timeout=5)
            else:
                assert not done.done()

    assert all(done.done() for _, done in waiting)


def test_those_who_wait_hear_of_a_failing_database(core: Core, database_url: str) -> None:
    do(core, Record())
    reach = ViewsReach(core.pool, core.bell)
    waiting = reach.when(one(database_url, HEAD) + 1)

    core.pool.close()

    with pytest.raises(Unavailable):
        waiting.result(timeout=5)


def test_the_bell_wakes_whoever_waits(core: Core, database_url: str) -> None:
    do(core, Record())
    bell = PostgresBell(database_url)
    ring = bell.ring_for("views")
    bell.start()
    try:
        ring.wait(5)
        for follower in followers(core):
            follower.advance()
        began = time.monotonic()
        ring.wait(5)
        assert time.monotonic() - began < 2
    finally:
        bell.stop()


def test_the_bell_comes_back_after_its_connection_was_cut(core: Core, database_url: str) -> None:
    bell = PostgresBell(database_url)
    heard: list[str] = []
    bell.on("facts", lambda: heard.append("facts"))
    bell.start()
    try:
        assert eventually(lambda: len(heard) == 1)
        cut = (
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'labelmarket bell'"
        )
        assert one(database_url, cut) == 1
        assert eventually(lambda: len(heard) == 2)
        do(core, Record())
        assert eventually(lambda: len(heard) == 3)
    finally:
        bell.stop()
