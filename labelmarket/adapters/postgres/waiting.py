"""Waits until the views have taken in a position, so that a client reads its own writes."""

import threading
import time

from labelmarket.adapters.postgres.bell import PostgresBell
from labelmarket.adapters.postgres.pool import Pool, patiently
from labelmarket.application.ports import NotYet

WAIT_MAX_S = 5.0
LOOK_EVERY_S = 0.1

REACHED = "SELECT min(position) FROM views.progress WHERE quarantined_at IS NULL"


class ViewsReach:
    """Asks, for many waiters at once, how far the view is that is furthest behind."""

    def __init__(self, pool: Pool, bell: PostgresBell, *, wait_s_max: float = WAIT_MAX_S) -> None:
        self._pool = pool
        self._wait_s_max = wait_s_max
        self._moved = threading.Condition()
        self._rings = 0
        self._reached = 0
        bell.on("views", self._ring)

    def __call__(self, position: int, /) -> None:
        """Return once every view that works has the position. Raises `NotYet` after a while."""
        deadline = time.monotonic() + self._wait_s_max
        while self._reached < position:
            with self._moved:
                rings = self._rings
            reached = self._look()
            if reached >= position:
                return
            left = deadline - time.monotonic()
            if left <= 0:
                raise NotYet(reached)
            with self._moved:
                if self._rings == rings:
                    self._moved.wait(min(LOOK_EVERY_S, left))

    def _look(self) -> int:
        row = patiently(self._pool, lambda c: c.execute(REACHED, prepare=True).fetchone())
        reached = int(row[0] or 0) if row else 0
        self._reached = max(self._reached, reached)
        return reached

    def _ring(self) -> None:
        with self._moved:
            self._rings += 1
            self._moved.notify_all()
