"""Timers as rows: the statements of the PostgreSQL adapter, on a simulated table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labelmarket.adapters.postgres.timers import (
    BATCH_MAX,
    DOUBLINGS_MAX,
    LEASE_S,
    RETRY_FIRST_S,
    RETRY_S_MAX,
)
from labelmarket.application.ports import Timer
from simulation.rings import Bell
from simulation.scheduler import SECOND_US, Scheduler, microseconds

EARLY_US = 3 * SECOND_US
"""How far the server's clock may run ahead of what a process has read of it."""


def _time_alone() -> bool:
    """Nobody holds it, or it was given back: then its time is all that counts."""
    return True


@dataclass(slots=True)
class TimerRow:
    timer: Timer
    due_us: int
    leased_until_us: int = 0
    is_taker_there: Callable[[], bool] = _time_alone
    attempts: int = 0


class TimerRows:
    def __init__(self, scheduler: Scheduler, bell: Bell) -> None:
        self._scheduler = scheduler
        self._bell = bell
        self.rows: dict[str, TimerRow] = {}

    def set(self, timer: Timer) -> None:
        row = TimerRow(timer=timer, due_us=microseconds(timer.due_at))
        self.rows.setdefault(timer.id, row)

    def drop(self, timer_id: str) -> None:
        self.rows.pop(timer_id, None)

    def take(self, *, by: Callable[[], bool]) -> Sequence[Timer]:
        """Lease the next due timers, earliest first; some runs give them out a little early.

        `by` tells whether the taker is still there; without it, its leases are free at once.
        """
        now_us = self._scheduler.now_us
        free = [
            row
            for row in self.rows.values()
            if row.leased_until_us < now_us or not row.is_taker_there()
        ]
        taken = [r for r in free if r.due_us <= now_us + EARLY_US and self._is_given(r)]
        taken = sorted(taken, key=lambda row: (row.due_us, row.timer.id))[:BATCH_MAX]
        for row in taken:
            row.leased_until_us = now_us + LEASE_S * SECOND_US
            row.is_taker_there = by
            row.attempts += 1
        return [row.timer for row in taken]

    def _is_given(self, row: TimerRow) -> bool:
        is_due = row.due_us <= self._scheduler.now_us
        return is_due or self._scheduler.chance.strikes("early timer")

    def lose_takers(self) -> None:
        """The server was restarted, and knows nobody who has taken a timer."""
        for row in self.rows.values():
            if row.is_taker_there is not _time_alone:
                row.is_taker_there = lambda: False

    def give_back(self, timer_ids: Sequence[str]) -> None:
        """Let these be taken again, later each time."""
        for row in [self.rows[timer_id] for timer_id in timer_ids if timer_id in self.rows]:
            doublings = min(row.attempts - 1, DOUBLINGS_MAX)
            after_s = min(RETRY_S_MAX, RETRY_FIRST_S * 2**doublings)
            row.leased_until_us = self._scheduler.now_us + int(after_s * SECOND_US)
            row.is_taker_there = _time_alone
            self._bell.news("timers")

    def next_due_us(self) -> int | None:
        """When a loop should look again; a moment early in runs that give timers out early."""
        return min(map(self._look_at_us, self.rows.values()), default=None)

    def _look_at_us(self, row: TimerRow) -> int:
        early_us = row.due_us - EARLY_US
        is_ahead = self._scheduler.now_us < early_us
        tempted = is_ahead and self._scheduler.chance.is_on("early timer")
        return max(early_us if tempted else row.due_us, row.leased_until_us + 1)
