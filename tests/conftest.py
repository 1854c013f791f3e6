"""Real servers for the tests: one pair a test process, a fresh database a test."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from psycopg.conninfo import make_conninfo

from labelmarket.adapters.embedded.servers import Addresses, BundledServers
from labelmarket.migrations.runner import migrate

settings.register_profile("labelmarket", deadline=None)
settings.load_profile("labelmarket")

TEMPLATE = "migrated"


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    bundled = BundledServers(tmp_path_factory.mktemp("servers"))
    addresses = bundled.start()
    try:
        yield addresses
    finally:
        bundled.stop()


@pytest.fixture(scope="session")
def template(servers: Addresses) -> str:
    _admin(servers.database_url, f"CREATE DATABASE {TEMPLATE}")
    migrate(make_conninfo(servers.database_url, dbname=TEMPLATE))
    return TEMPLATE


@pytest.fixture
def database_url(servers: Addresses, template: str) -> Iterator[str]:
    """A migrated database of the test's own."""
    name = f"test_{uuid4().hex}"
    _admin(servers.database_url, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield make_conninfo(servers.database_url, dbname=name)
    finally:
        _admin(servers.database_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis_url(servers: Addresses) -> str:
    return servers.redis_url



def _admin(database_url: str, statement: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(statement.encode())
