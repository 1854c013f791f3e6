"""The market's time is the server's, wherever that goes, and never goes back."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from psycopg.conninfo import make_conninfo

from labelmarket.adapters.postgres import clock as clock_module
from labelmarket.adapters.postgres.clock import ServerClock
from labelmarket.adapters.postgres.pool import Pool, open_pool
from tests.adapters.postgres.scene import one, select

SHIFT = (
    "CREATE TABLE public.shift (by interval)",
    "INSERT INTO public.shift VALUES ('0')",
    "GRANT SELECT ON public.shift TO PUBLIC",
    "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
    " 'SELECT pg_catalog.clock_timestamp() + by FROM public.shift'",
)
SLOW = (
    "CREATE OR REPLACE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
    " 'SELECT pg_sleep(0.12); SELECT pg_catalog.clock_timestamp() + by FROM public.shift'"
)
A_MOMENT = timedelta(seconds=0.5)


@pytest.fixture
def shifted(database_url: str) -> Iterator[Pool]:
    """Connections to a server whose clock can be set in a table."""
    for statement in SHIFT:
        select(database_url, statement)
    pool = open_pool(
        make_conninfo(database_url, options="-c search_path=public,pg_catalog"),
        name="test",
        size_max=2,
    )
    try:
        yield pool
    finally:
        pool.close()


def shift(database_url: str, by: str) -> None:
    select(database_url, "UPDATE public.shift SET by = %s::interval", by)


def server_now(database_url: str) -> datetime:
    now: datetime = one(database_url, "SELECT pg_catalog.clock_timestamp()")
    return now


def test_the_clock_shows_the_servers_time(pool: Pool, database_url: str) -> None:
    clock = ServerClock(pool)

    before, shown, after = server_now(database_url), clock(), server_now(database_url)

    assert before - A_MOMENT < shown < after + A_MOMENT
    assert clock.is_fresh


def test_the_clock_follows_a_server_that_was_set_forward(shifted: Pool, database_url: str) -> None:
    clock = ServerClock(shifted)
    first = clock()

    shift(database_url, "2 minutes")
    clock.set()

    assert clock() - first >= timedelta(minutes=2)


def test_the_clock_stands_while_a_server_that_was_set_back_catches_up(
    shifted: Pool, database_url: str
) -> None:
    shift(database_url, "2 minutes")
    clock = ServerClock(shifted)
    first = clock()

    shift(database_url, "0")
    clock.set()
    shown = [clock() for _ in range(5)]

    assert shown == [shown[0]] * 5
    assert shown[0] >= first
    shift(database_url, "4 minutes")
    clock.set()
    assert clock() > first


def test_the_clock_asks_again_by_itself(shifted: Pool, database_url: str) -> None:
    clock = ServerClock(shifted, set_again_after_s=0.0)
    first = clock()

    shift(database_url, "2 minutes")

    assert clock() - first >= timedelta(minutes=2)


def test_what_a_machine_slept_through_has_passed_when_it_wakes(
    shifted: Pool, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a machine, on which the server runs too, that sleeps for an hour
    clock = ServerClock(shifted)
    first = clock()
    awake = clock_module.ticking_s
    shift(database_url, "1 hour")
    monkeypatch.setattr(clock_module, "ticking_s", lambda: awake() + 3_600)
    # When the first request after that is judged, Then the hour has passed
    assert clock() - first >= timedelta(hours=1)
    assert clock.age_s < A_MOMENT.total_seconds()


@pytest.mark.skipif(
    not hasattr(time, "CLOCK_BOOTTIME"),
    reason="this system has no clock that ticks on while it sleeps (CLOCK_BOOTTIME)",
)
def test_the_ticks_go_on_while_a_machine_sleeps() -> None:
    assert clock_module.TICKS == time.CLOCK_BOOTTIME


def test_the_clock_carries_on_while_the_server_is_silent(pool: Pool) -> None:
    clock = ServerClock(pool, set_again_after_s=0.0)
    pool.close()

    shown = [clock() for _ in range(3)]

    assert shown == sorted(shown)
    assert shown[0] < shown[-1]


def test_an_answer_that_took_long_does_not_set_a_clock_that_is_good(
    shifted: Pool, database_url: str
) -> None:
    clock = ServerClock(shifted)
    first = clock()

    select(database_url, SLOW)
    shift(database_url, "2 minutes")
    clock.set()

    assert clock() - first < timedelta(minutes=1)
    assert clock.is_fresh
