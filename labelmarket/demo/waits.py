"""Waiting on a condition, never longer than a bound."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

LOOK_EVERY_S: Final = 0.15

_Found = TypeVar("_Found")


class TookTooLong(Exception):
    """What was waited for did not come within the bound."""


def wait_for(
    look: Callable[[], _Found | None],
    *,
    what: str,
    within_s: float,
    every_s: float = LOOK_EVERY_S,
) -> _Found:
    """Look until something is there, and give it. An exception of `look` ends the wait."""
    until = time.monotonic() + within_s
    while (found := look()) is None:
        if time.monotonic() >= until:
            raise TookTooLong(f"{what} did not come within {within_s:g} s")
        time.sleep(every_s)
    return found
