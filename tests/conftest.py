"""Real servers for the tests: one pair a test process, an empty database a test."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from labelmarket.adapters.embedded.servers import Addresses, BundledServers
from tests.databases import Databases

settings.register_profile("labelmarket", deadline=None)
settings.load_profile("labelmarket")

COMPILE_S_MAX = 300.0
COMPILE = "from labelmarket.workers.kernels import warmth\nfor one in warmth.{}: one()"


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the kernels once, before several processes would each compile the same.

    Nothing is left to do when the cache has them, or for a run in one process.
    """
    config = session.config
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        return
    halves = [
        subprocess.Popen([sys.executable, "-c", COMPILE.format(half)])
        for half in ("WORKED", "COMPARED")
    ]
    for half in halves:
        assert half.wait(COMPILE_S_MAX) == 0, "the kernels do not compile"


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
