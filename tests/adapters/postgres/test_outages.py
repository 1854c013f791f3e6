"""A database that stands still, loses its connections or is killed: nobody waits for ever."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from labelmarket.adapters.embedded.servers import Addresses, BundledServers
from labelmarket.adapters.postgres.log import PostgresLog
from labelmarket.adapters.postgres.pool import Pool
from labelmarket.adapters.postgres.recorder import PostgresRecorder
from labelmarket.application.access import MARKET
from labelmarket.application.market import Outcome
from labelmarket.application.ports import OutcomeUnknown, Unavailable
from labelmarket.bootstrap.core import Core, open_core
from tests.adapters.postgres.scene import Record, all_at_once, eventually, one, select

DEADLINE_S = 8.0
FACTS_OF = "SELECT count(*) FROM market.facts WHERE originator_id = %s"
KILL_ALL = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

Servers = tuple[BundledServers, Addresses]


@pytest.fixture
def market_at_risk(own_servers: Servers) -> Iterator[Core]:
    _, addresses = own_servers
    with open_core(addresses.database_url, name="test", connections_max=8) as core:
        yield core


@contextmanager
def frozen(servers: BundledServers) -> Iterator[None]:
    """Within this block no process of the database moves."""
    postmaster = servers.pids()["postgres"]
    assert postmaster is not None
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text("ascii")
    # The parent first, so that it cannot start another child in between.
    pids = [postmaster, *(int(child) for child in children.split())]
    try:
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def timed(task: Future[Any]) -> tuple[BaseException | None, float]:
    began = time.monotonic()
    error = task.exception(timeout=20)
    return error, time.monotonic() - began


def test_a_database_that_stands_still_is_given_up_in_time_and_used_again_afterwards(
    own_servers: Servers, market_at_risk: Core
) -> None:
    servers, addresses = own_servers
    market, log = market_at_risk.market, PostgresLog(market_at_risk.pool)
    command = Record()
    all_at_once([log.head] * 4)

    with frozen(servers), ThreadPoolExecutor(max_workers=2) as threads:
        append = threads.submit(market.handle, command, by=MARKET)
        read = threads.submit(log.head)
        (append_error, append_s), (read_error, read_s) = timed(append), timed(read)

    assert isinstance(append_error, OutcomeUnknown)
    assert isinstance(read_error, Unavailable)
    assert append_s < DEADLINE_S
    assert read_s < DEADLINE_S
    assert eventually(lambda: _works(market_at_risk), within_s=20)
    assert one(addresses.database_url, FACTS_OF, command.ids[0]) in {0, 1}


def _works(core: Core) -> bool:
    try:
        return core.market.handle(Record(), by=MARKET).position is not None
    except Unavailable:
        return False


def test_connections_that_are_cut_are_noticed_by_nobody(core: Core, database_url: str) -> None:
    log = PostgresLog(core.pool)
    under_way = threading.Event()
    done = threading.Event()

    def work() -> int:
        for number in range(40):
            core.market.handle(Record(), by=MARKET)
            log.head()
            if number == 3:
                under_way.set()
        return 40

    def cut() -> int:
        under_way.wait(timeout=10)
        cuts = 0
        while not done.wait(0.05) and cuts < 5:
            cuts += len(select(database_url, KILL_ALL)) > 0
        return cuts

    with ThreadPoolExecutor(max_workers=1) as threads:
        cutting = threads.submit(cut)
        written = sum(all_at_once([work] * 4))
        done.set()
        cuts = cutting.result(timeout=10)

    assert cuts > 0
    assert one(database_url, "SELECT count(*) FROM market.facts") == written


def test_a_killed_database_comes_back_and_the_key_tells_what_became_of_the_append(
    own_servers: Servers, market_at_risk: Core
) -> None:
    servers, addresses = own_servers
    market, log = market_at_risk.market, PostgresLog(market_at_risk.pool)
    command = Record()
    all_at_once([log.head] * 4)
    postmaster = servers.pids()["postgres"]
    assert postmaster is not None

    os.kill(postmaster, signal.SIGKILL)
    with tended(servers), ThreadPoolExecutor(max_workers=2) as threads:
        append: Future[Outcome] = threads.submit(market.handle, command, by=MARKET, key="k")
        read = threads.submit(log.head)
        (append_error, append_s), (read_error, read_s) = timed(append), timed(read)
        assert eventually(lambda: _has_answer(market_at_risk), within_s=30)
        told = market.handle(command, by=MARKET, key="k")

    assert append_error is None or isinstance(append_error, Unavailable)
    assert read_error is None or isinstance(read_error, Unavailable)
    assert max(append_s, read_s) < DEADLINE_S
    assert append_error is not None or append.result() == told
    assert one(addresses.database_url, FACTS_OF, command.ids[0]) == 1


def _has_answer(core: Core) -> bool:
    try:
        return PostgresLog(core.pool).head() >= 0
    except Unavailable:
        return False


@contextmanager
def tended(servers: BundledServers) -> Iterator[None]:
    stopping = threading.Event()

    def tend() -> None:
        while not stopping.wait(0.05):
            servers.tend()

    tending = threading.Thread(target=tend)
    tending.start()
    try:
        yield
    finally:
        stopping.set()
        tending.join(timeout=10)


def test_a_statement_that_takes_too_long_is_given_up_by_the_server(pool: Pool) -> None:
    with pool.connection() as connection:
        timeouts = {
            name: connection.execute(f"SHOW {name}").fetchone()
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        }

    assert timeouts == {
        "statement_timeout": ("5s",),
        "lock_timeout": ("3s",),
        "idle_in_transaction_session_timeout": ("30s",),
    }


def test_a_closed_pool_is_no_reason_to_wait(core: Core) -> None:
    core.pool.close()
    began = time.monotonic()

    with pytest.raises(Unavailable):
        PostgresRecorder(core.pool).recorded("k")

    assert time.monotonic() - began < 1
