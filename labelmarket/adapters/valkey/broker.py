"""Dramatiq's broker on Valkey: carries ids of jobs, and may be wiped at any time."""

import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import ShutdownNotifications, TimeLimit

HEARTBEAT_TIMEOUT_MS = 10_000
MAINTENANCE_ALWAYS = 1_000_000
SOCKET_TIMEOUT_S = 5.0


def open_broker(redis_url: str) -> RedisBroker:
    """A broker without retries and delays; the jobs' rows have both."""
    client = redis.Redis.from_url(
        redis_url, socket_connect_timeout=SOCKET_TIMEOUT_S, socket_timeout=SOCKET_TIMEOUT_S
    )
    return RedisBroker(  # type: ignore[no-untyped-call]  # dramatiq has no types here
        client=client,
        namespace="labelmarket",
        heartbeat_timeout=HEARTBEAT_TIMEOUT_MS,
        maintenance_chance=MAINTENANCE_ALWAYS,
        middleware=[TimeLimit(), ShutdownNotifications()],
    )
