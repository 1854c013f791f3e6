"""The loops of a `follow` process, stepping and waiting as `bootstrap.loops.Loop` does."""

from collections.abc import Callable

from labelmarket.application.ports import LogConflict, NotYet, Unavailable
from labelmarket.bootstrap.loops import BACKOFF_FIRST_S, BACKOFF_S_MAX
from simulation.broker import BrokerAway
from simulation.rings import Ring
from simulation.scheduler import Scheduler, Steps, sleep_s
from simulation.sessions import ConnectionLost

TROUBLES = (BrokerAway, ConnectionLost, LogConflict, NotYet, Unavailable)
"""What a loop may run into. Anything else is a mistake of ours, and ends the run."""


def loop(
    scheduler: Scheduler,
    *,
    step: Callable[[], Steps[int]],
    ring: Ring,
    next_due_us: Callable[[], int | None] = lambda: None,
) -> Steps[None]:
    """Step for ever; wait where there is nothing to do, and longer after each trouble."""
    ring.news()
    pause_s = BACKOFF_FIRST_S
    while True:
        try:
            if (yield from step()) == 0:
                yield from ring.wait(next_due_us())
            pause_s = BACKOFF_FIRST_S
        except TROUBLES as trouble:
            scheduler.say(f"stands still: {type(trouble).__name__}")
            yield from sleep_s(pause_s)
            pause_s = min(BACKOFF_S_MAX, 2 * pause_s)
