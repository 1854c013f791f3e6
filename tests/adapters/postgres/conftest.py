"""An open market on a fresh database; and servers of a module's own, to be ill-treated."""

from collections.abc import Iterator

import pytest

from labelmarket.adapters.clock import new_id
from labelmarket.adapters.embedded.servers import Addresses, BundledServers
from labelmarket.adapters.postgres.bell import PostgresBell
from labelmarket.adapters.postgres.clock import ServerClock
from labelmarket.adapters.postgres.pool import Pool, open_pool
from labelmarket.adapters.postgres.recorder import PostgresRecorder
from labelmarket.application.mapping import FactMapper
from labelmarket.application.market import Market
from labelmarket.bootstrap.core import Core
from labelmarket.domain.facts import FACTS
from labelmarket.migrations.runner import migrate


@pytest.fixture
def pool(database_url: str) -> Iterator[Pool]:
    opened = open_pool(database_url, name="test", size_max=12)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def core(pool: Pool, database_url: str) -> Core:
    """A market whose bell is not listening: whoever waits looks by itself."""
    clock = ServerClock(pool)
    market = Market(PostgresRecorder(pool), now=clock, new_id=new_id, pause=lambda _: None)
    return Core(
        pool=pool,
        clock=clock,
        bell=PostgresBell(database_url),
        market=market,
        mapper=FactMapper(FACTS),
    )


@pytest.fixture(scope="module")
def own_servers(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[BundledServers, Addresses]]:
    bundled = BundledServers(tmp_path_factory.mktemp("own_servers"))
    addresses = bundled.start()
    try:
        migrate(addresses.database_url)
        yield bundled, addresses
    finally:
        bundled.stop()
