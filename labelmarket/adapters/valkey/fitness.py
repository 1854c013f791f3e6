"""Whether Valkey is set up to keep messages: told at the start, for the market goes on anyway."""

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ANSWER_S_MAX = 1.0
VERSION_MIN = 7
KEEPS_ALL = "noeviction"

log = logging.getLogger(__name__)


def warn_if_unfit(redis_url: str) -> None:
    for trouble in unfit(redis_url):
        log.warning("Valkey is not set up for this: %s", trouble)


def unfit(redis_url: str) -> list[str]:
    """What makes this Valkey, or Redis, lose messages; nothing when it does not answer.

    A message that is lost costs time until the job is noticed, and never the job.
    """
    with (
        suppress(redis.RedisError, OSError),
        redis.Redis.from_url(
            redis_url,
            socket_connect_timeout=ANSWER_S_MAX,
            socket_timeout=ANSWER_S_MAX,
            retry=Retry(NoBackoff(), 0),
        ) as client,
    ):
        return list(troubles_in(client.info()))
    return []


def troubles_in(found: Mapping[str, Any]) -> Iterator[str]:
    """What the server's own account of itself says about that."""
    version = str(found.get("redis_version", ""))
    major = re.match(r"\d+", version)
    if major is not None and int(major[0]) < VERSION_MIN:
        yield f"it speaks as Redis {version}, and {VERSION_MIN}.0 or later is needed"
    policy = found.get("maxmemory_policy", KEEPS_ALL)
    if policy != KEEPS_ALL:
        yield f"it forgets messages when its memory is full (maxmemory-policy {policy})"
    if found.get("aof_enabled", 1) == 0:
        yield "it forgets the latest messages when it is restarted (appendonly no)"
