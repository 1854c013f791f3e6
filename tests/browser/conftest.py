"""A running market for a module of tests, people who act in it, and one browser."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.api.conftest import market, people
from tests.browser.chromium import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["market", "people"]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with chromium() as browser:
        yield browser
