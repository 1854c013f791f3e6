"""The table of facts is the event store library's own, and then some."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg.conninfo import conninfo_to_dict

import labelmarket
from labelmarket.bootstrap.core import Core
from tests.adapters.postgres.scene import select

COLUMNS = """
SELECT column_name, data_type, is_nullable FROM information_schema.columns
WHERE table_schema = %s AND table_name = %s
"""
UNIQUE = """
SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_index i
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
WHERE i.indrelid = to_regclass(%s) AND i.indisunique GROUP BY i.indexrelid
"""


@pytest.fixture
def stock_table(database_url: str) -> Iterator[str]:
    """The table as the library makes it."""
    to = conninfo_to_dict(database_url)
    datastore = PostgresDatastore(
        dbname=str(to["dbname"]),
        host=str(to["host"]),
        port=str(to.get("port", 5432)),
        user=str(to["user"]),
        password="",
        originator_id_type="uuid",
    )
    try:
        recorder = PostgresApplicationRecorder(datastore, events_table_name="stock_facts")
        recorder.create_table()
        yield "stock_facts"
    finally:
        datastore.close()


def test_the_librarys_columns_have_the_librarys_types_and_are_never_null(
    core: Core, database_url: str, stock_table: str
) -> None:
    stock = {row[0]: row[1:] for row in select(database_url, COLUMNS, "public", stock_table)}
    ours = {row[0]: row[1:] for row in select(database_url, COLUMNS, "market", "facts")}

    assert len(stock) == 5
    for name, (kind, _) in stock.items():
        assert ours[name] == (kind, "NO")


def test_a_stream_and_a_position_are_unique_as_in_the_librarys_table(
    core: Core, database_url: str, stock_table: str
) -> None:
    stock = select(database_url, UNIQUE, f"public.{stock_table}")
    ours = select(database_url, UNIQUE, "market.facts")

    assert sorted(ours) == sorted(stock)


def test_the_switch_that_loses_facts_is_nowhere_turned_on() -> None:
    source = Path(labelmarket.__file__).parent

    named = [
        str(file.relative_to(source))
        for file in source.rglob("*")
        if file.suffix in {".py", ".sql"}
        and re.search("ENABLE_DB_FUNCTIONS", file.read_text("utf-8"))
    ]

    assert named == []


def test_the_market_takes_nothing_from_the_processs_environment(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "y")

    env = core.market.construct_env("market")

    assert dict(env) == {}
