"""A running market for a module of plays."""

from tests.api.conftest import market

__all__ = ["market"]
