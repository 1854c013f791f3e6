"""Whether Valkey answers: told, never needed, since jobs wait in the database meanwhile."""

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

ANSWER_S_MAX = 1.0


def ping(redis_url: str) -> str:
    """`ok`, or the name of what went wrong; within two seconds."""
    client = redis.Redis.from_url(
        redis_url,
        socket_connect_timeout=ANSWER_S_MAX,
        socket_timeout=ANSWER_S_MAX,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        return type(error).__name__
    finally:
        client.close()
    return "ok"
