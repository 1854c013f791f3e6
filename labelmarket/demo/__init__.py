"""A whole market, played through the public API."""
