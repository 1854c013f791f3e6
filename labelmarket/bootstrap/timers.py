"""The loop that gives the commands of timers as they fall due."""

import logging
import threading
from collections.abc import Sequence

from labelmarket.adapters.postgres.timers import PostgresTimers
from labelmarket.application.ports import Timer
from labelmarket.application.timing import give_all
from labelmarket.bootstrap.core import Core
from labelmarket.bootstrap.loops import Loop

EARLY_S_MAX = 1.0

log = logging.getLogger(__name__)


def timer_loop(core: Core, stopping: threading.Event) -> Loop:
    timers = PostgresTimers(core.pool)
    return Loop(
        name="timers",
        step=lambda: fire_due(core, timers, stopping),
        ring=core.bell.ring_for("timers"),
        next_due_in_s=timers.next_due_in_s,
    )


def fire_due(core: Core, timers: PostgresTimers, stopping: threading.Event) -> int:
    """Give the commands of due timers and tell their number; one that fails stops no other."""
    due = timers.take()
    if not due:
        return 0
    try:
        _wait_for_clock(core, due, stopping)
        failed = give_all(core.market, due)
    except BaseException:
        timers.give_back([timer.id for timer in due])
        raise
    for timer_id, error in failed.items():
        log.warning("timer %s waits: %s: %s", timer_id, type(error).__name__, error)
    if failed:
        timers.give_back(list(failed))
    return len(due)


def _wait_for_clock(core: Core, due: Sequence[Timer], stopping: threading.Event) -> None:
    # This process's reading of the server's clock may be behind the server that gave the
    # timers out; a command that comes too early is refused, and its timer given back.
    last_at = max(timer.due_at for timer in due)
    if core.clock() < last_at:
        core.clock.set()
    early_s = (last_at - core.clock()).total_seconds()
    if early_s > 0:
        stopping.wait(min(early_s, EARLY_S_MAX))
