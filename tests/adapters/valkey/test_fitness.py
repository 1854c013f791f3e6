"""A broker that would lose messages is told of, and one that is not there is not."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from labelmarket.adapters.valkey.fitness import troubles_in, unfit
from tests.whole.tree import free_port


@contextmanager
def set_to(redis_url: str, name: str, value: str) -> Iterator[None]:
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        before = client.config_get(name)[name]
        client.config_set(name, value)
        try:
            yield
        finally:
            client.config_set(name, before)


def test_nothing_is_said_of_one_that_keeps_all(redis_url: str) -> None:
    assert unfit(redis_url) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("maxmemory-policy", "allkeys-lru", "maxmemory-policy allkeys-lru"),
        ("maxmemory-policy", "volatile-ttl", "maxmemory-policy volatile-ttl"),
        ("appendonly", "no", "appendonly no"),
    ],
)
def test_one_that_may_forget_is_told_of(redis_url: str, name: str, value: str, words: str) -> None:
    with set_to(redis_url, name, value):
        (trouble,) = unfit(redis_url)

    assert words in trouble


@pytest.mark.parametrize(("version", "fits"), [("6.2.14", False), ("7.0.0", True), ("10.1", True)])
def test_one_that_is_too_old_is_told_of(version: str, fits: bool) -> None:
    found = list(troubles_in({"redis_version": version, "aof_enabled": 1}))

    assert (not found) == fits
    assert all(f"Redis {version}" in trouble for trouble in found)


def test_nothing_is_said_of_one_that_does_not_answer() -> None:
    assert unfit(f"redis://127.0.0.1:{free_port()}/0") == []
