"""Real servers for the tests: one pair a test process, an empty database a test."""

import gc
from collections.abc import Iterator

import pytest
from hypothesis import settings

from labelmarket.adapters.embedded.servers import Addresses, BundledServers
from tests.databases import Databases
from tests.kernel_cache import compile_once, use_cache

use_cache()
# Forty examples of each property, unless its test says otherwise: the suite has six minutes.
settings.register_profile("labelmarket", deadline=None, max_examples=40)
settings.load_profile("labelmarket")


def pytest_configure() -> None:
    """Import in peace: what is loaded for the tests stays to the end."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Collect garbage of the tests alone; to look through the whole program takes longer."""
    gc.freeze()
    gc.enable()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile before several test processes would each compile the same."""
    config = session.config
    if not hasattr(config, "workerinput") and config.getoption("numprocesses", None):
        compile_once()


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Addresses]:
    bundled = BundledServers(tmp_path_factory.mktemp("servers"))
    addresses = bundled.start()
    try:
        yield addresses
    finally:
        bundled.stop()


@pytest.fixture(scope="session")
def databases(servers: Addresses) -> Databases:
    return Databases(servers.database_url)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A migrated and empty database of the test's own."""
    url = databases.take()
    yield url
    databases.give_back(url)


@pytest.fixture
def redis_url(servers: Addresses) -> str:
    return servers.redis_url
