"""One running market for a module of tests, and people who act in it."""

from collections.abc import Iterator

import pytest

from labelmarket.adapters.embedded.servers import Addresses
from tests.api.people import People
from tests.api.running import RunningMarket, running_market
from tests.databases import Databases


@pytest.fixture(scope="module")
def market(
    servers: Addresses, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningMarket]:
    url = databases.take()
    with running_market(url, servers.redis_url, tmp_path_factory.mktemp("market")) as market:
        yield market
    databases.give_back(url)


@pytest.fixture
def people(market: RunningMarket) -> Iterator[People]:
    with People(market) as people:
        yield people
