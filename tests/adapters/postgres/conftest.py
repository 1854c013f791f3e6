"""An open market on a fresh database; and servers of a module's own, to be ill-treated."""

from collections.abc import Iterator

import pytest

from labelmarket.adapters.embedded.servers import Addresses, BundledServers
from labelmarket.bootstrap.core import Core, open_core
from labelmarket.migrations.runner import migrate


@pytest.fixture
def core(database_url: str) -> Iterator[Core]:
    with open_core(database_url, name="test", connections_max=12) as opened:
        yield opened


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
