"""A server of the tests' own for whoever talks to one."""

from collections.abc import Iterator

import pytest

from tests.demo.tiny_market import TinyMarket, running


@pytest.fixture(scope="session")
def tiny_market() -> Iterator[TinyMarket]:
    with running() as tiny:
        yield tiny


@pytest.fixture
def market(tiny_market: TinyMarket) -> TinyMarket:
    tiny_market.reset()
    return tiny_market
