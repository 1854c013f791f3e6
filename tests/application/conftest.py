"""A fresh market in memory for each test."""

import pytest

from tests.application.stage import Stage


@pytest.fixture
def stage() -> Stage:
    return Stage()
