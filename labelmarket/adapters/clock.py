"""Time, chance and identity: the only place where the program takes them from the system."""

import random
import time
from datetime import UTC, datetime
from uuid import UUID, uuid4

RETRY_FIRST_S = 0.002
RETRY_MAX_S = 0.25


def system_now() -> datetime:
    """The machine's own clock, for what is not judged by the market's time."""
    return datetime.now(UTC)


def new_id() -> UUID:
    return uuid4()


def pause_jittered(attempt: int) -> None:
    """Wait before attempt `attempt` + 1: twice as long each time, and never evenly."""
    longest = min(RETRY_MAX_S, RETRY_FIRST_S * 2**attempt)
    time.sleep(longest * random.uniform(0.5, 1.5))  # noqa: S311 - spreads retries, keeps no secret
