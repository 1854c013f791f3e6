"""Migrations: each step once, whole or not at all, whoever starts them and however often."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from labelmarket.adapters.embedded.servers import Addresses
from labelmarket.migrations import runner
from labelmarket.migrations.runner import MigrationMismatch, Step, migrate, steps
from tests.adapters.postgres.scene import eventually, one, select

PLAN = (
    Step(number=1, name="0001_first.sql", sql="CREATE TABLE first (id integer)"),
    Step(number=2, name="0002_second.sql", sql="CREATE TABLE second (id integer)"),
)
LANDED = {
    "0001_log.sql": "a5eb651e765fb236929eac79153fc20b53aa4af93fd2e2b4fb58820e359552b8",
    "0002_views.sql": "1b85c33510b3a8daba5dc0a310ee77eee0f6eca0abc16075361debff4f3b28dd",
    "0003_fetches.sql": "08a57e486522ed19039f50adb577bec55e09c0a5198bacbc81c9f509de4fafc4",
    "0004_set_aside.sql": "caed8a791bbbae0d3e61833ab7d2469fc2a70264442322be3288ff4babc95689",
    "0005_many_in_one_save.sql": "cca43a75a0dd9f180c5c4a43631363f62d354de9ad6e5b548732bc5a7a3f5c0a",
    "0006_roles.sql": "f784c540a3b7ff36d0b1da809b5767ff4bebe740417cf662c0bc03e02805e599",
    "0007_shorter_append.sql": "aa054c9b1238be8152f641c58edf393a3480cea5483f9258789420d3fd2579a5",
}
"""Steps that databases outside have taken; what changes comes in a new one."""
LEDGER = "SELECT number, name FROM public.labelmarket_migrations ORDER BY number"
SLEEPING = """
SELECT pid FROM pg_stat_activity
WHERE query LIKE '%%pg_sleep(20)%%' AND state = 'active'
  AND pid <> pg_backend_pid() AND datname = current_database()
"""


@pytest.fixture
def bare_url(servers: Addresses) -> str:
    """An empty database."""
    name = f"bare_{uuid4().hex}"
    select(servers.database_url, f"CREATE DATABASE {name}")
    return make_conninfo(servers.database_url, dbname=name)


def tables(url: str) -> set[str]:
    found = select(url, "SELECT tablename FROM pg_tables WHERE tablename IN ('first', 'second')")
    return {row[0] for row in found}


def test_the_programs_own_steps_are_applied_once(bare_url: str) -> None:
    names = [step.name for step in steps()]

    first, second = migrate(bare_url), migrate(bare_url)

    assert first == names
    assert second == []
    assert [row[1] for row in select(bare_url, LEDGER)] == names


def test_steps_that_databases_have_taken_stay_as_they_are() -> None:
    found = {step.name: sha256(step.sql.encode()).hexdigest() for step in steps()}

    assert {name: found.get(name) for name in LANDED} == LANDED


def test_only_the_missing_steps_are_applied(bare_url: str) -> None:
    migrate(bare_url, plan=PLAN[:1])

    assert migrate(bare_url, plan=PLAN) == ["0002_second.sql"]
    assert tables(bare_url) == {"first", "second"}


def test_a_step_that_was_changed_afterwards_is_refused(bare_url: str) -> None:
    migrate(bare_url, plan=PLAN[:1])
    changed = replace(PLAN[0], sql="CREATE TABLE first (id bigint)")

    with pytest.raises(MigrationMismatch, match=r"0001_first\.sql"):
        migrate(bare_url, plan=(changed, PLAN[1]))

    assert tables(bare_url) == {"first"}


def test_a_database_of_a_newer_program_is_refused(bare_url: str) -> None:
    migrate(bare_url, plan=PLAN)

    with pytest.raises(MigrationMismatch, match=r"0002_second\.sql"):
        migrate(bare_url, plan=PLAN[:1])


def test_a_step_that_fails_leaves_nothing_and_those_before_it_stay(bare_url: str) -> None:
    failing = replace(PLAN[1], sql=PLAN[1].sql + "; SELECT 1 / 0")

    with pytest.raises(psycopg.errors.DivisionByZero):
        migrate(bare_url, plan=(PLAN[0], failing))

    assert tables(bare_url) == {"first"}
    assert select(bare_url, LEDGER) == [(1, "0001_first.sql")]
    assert migrate(bare_url, plan=PLAN) == ["0002_second.sql"]


def test_a_run_that_is_killed_inside_a_step_can_be_run_again(bare_url: str) -> None:
    slow = replace(PLAN[1], sql=PLAN[1].sql + "; SELECT pg_sleep(20)")

    with ThreadPoolExecutor(max_workers=1) as threads:
        run = threads.submit(migrate, bare_url, plan=(PLAN[0], slow))
        assert eventually(lambda: len(select(bare_url, SLEEPING)) == 1)
        (pid,) = select(bare_url, SLEEPING)[0]
        assert one(bare_url, "SELECT pg_terminate_backend(%s)", pid)
        assert isinstance(run.exception(timeout=10), psycopg.OperationalError)

    assert tables(bare_url) == {"first"}
    assert migrate(bare_url, plan=PLAN) == ["0002_second.sql"]
    assert tables(bare_url) == {"first", "second"}


def test_of_two_at_once_one_waits_and_finds_nothing_left_to_do(bare_url: str) -> None:
    slow = (replace(PLAN[0], sql=PLAN[0].sql + "; SELECT pg_sleep(0.3)"), PLAN[1])
    gate = threading.Barrier(2)

    def run() -> list[str]:
        gate.wait(timeout=10)
        return migrate(bare_url, plan=slow)

    with ThreadPoolExecutor(max_workers=2) as threads:
        applied = [future.result(timeout=20) for future in [threads.submit(run) for _ in range(2)]]

    assert sorted(applied) == [[], ["0001_first.sql", "0002_second.sql"]]


def test_a_server_that_is_too_old_is_refused_untouched(
    bare_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "SERVER_MIN", 99)

    with pytest.raises(MigrationMismatch, match="PostgreSQL 99 or later is needed, this is"):
        migrate(bare_url)

    assert select(bare_url, "SELECT to_regclass('public.labelmarket_migrations')") == [(None,)]
