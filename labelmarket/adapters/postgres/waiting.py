"""Waits until the views have taken in a position, so that a client reads its own writes."""

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field

from labelmarket.adapters.postgres.bell import PostgresBell
from labelmarket.adapters.postgres.pool import Pool, patiently
from labelmarket.application.ports import NotYet

WAIT_MAX_S = 5.0
LOOK_EVERY_S = 0.1
LINGER_S = 1.0
"""The asking thread outlives the last who waits by so much, since the next is near."""

REACHED = """
SELECT min(position) FROM views.progress
WHERE CASE WHEN %(view)s::text IS NULL THEN quarantined_at IS NULL ELSE view = %(view)s END
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiter:
    position: int
    until_s: float
    done: Future[None] = field(default_factory=Future)


class ViewsReach:
    """Asks, once for all who wait, how far the view is that is furthest behind.

    One thread asks, at each ring of the bell and ten times a second; it lives as long as
    somebody waits. Whoever shows what there is goes on without a quarantined view; whoever
    acts on one view waits for that `view`, whatever ails it.
    """

    def __init__(
        self,
        pool: Pool,
        bell: PostgresBell,
        *,
        view: str | None = None,
        wait_s_max: float = WAIT_MAX_S,
    ) -> None:
        self._view = view
        self._pool = pool
        self._wait_s_max = wait_s_max
        self._news = threading.Condition()
        self._rung = False
        self._waiting: list[_Waiter] = []
        self._asking = False
        bell.on("views", self._ring)

    def __call__(self, position: int, /) -> None:
        """Return once every view that works has the position. Raises `NotYet` after a while."""
        self.when(position).result()

    def when(self, position: int, /) -> Future[None]:
        """What is done once every view that works has the position, or fails with `NotYet`."""
        waiter = _Waiter(position=position, until_s=time.monotonic() + self._wait_s_max)
        with self._news:
            self._waiting.append(waiter)
            if self._asking:
                self._rung = True
                self._news.notify()
            else:
                threading.Thread(target=self._ask, name="views' reach", daemon=True).start()
                self._asking = True
        return waiter.done

    def _ask(self) -> None:
        try:
            self._ask_on()
        except BaseException as error:
            with self._news:
                waiting, self._waiting = self._waiting, []
                self._asking = False
            _fail(waiting, error)
            raise

    def _ask_on(self) -> None:
        idle_since_s = time.monotonic()
        while True:
            with self._news:
                waiting, self._rung = self._waiting, False
                self._waiting = []
            if waiting:
                idle_since_s = time.monotonic()
                self._look_for(waiting)
            with self._news:
                if not self._rung:
                    self._news.wait(LOOK_EVERY_S if self._waiting else LINGER_S)
                if not self._waiting and time.monotonic() - idle_since_s >= LINGER_S:
                    self._asking = False
                    return

    def _look_for(self, waiting: list[_Waiter]) -> None:
        """Let go whoever waited for what is reached, or too long; the others wait on."""
        try:
            bounds = {"view": self._view}
            row = patiently(
                self._pool, lambda c: c.execute(REACHED, bounds, prepare=True).fetchone()
            )
        except Exception as error:
            _fail(waiting, error)
            return
        # Not kept: it falls when a view is released that was left out before.
        reached = int(row[0] or 0) if row else 0
        now_s = time.monotonic()
        still = [w for w in waiting if w.position > reached and w.until_s > now_s]
        with self._news:
            self._waiting += still
        for waiter in waiting:
            if waiter.position <= reached:
                if waiter.done.set_running_or_notify_cancel():
                    waiter.done.set_result(None)
            elif waiter.until_s <= now_s and waiter.done.set_running_or_notify_cancel():
                waiter.done.set_exception(NotYet(reached))

    def _ring(self) -> None:
        with self._news:
            self._rung = True
            if self._waiting:
                self._news.notify()


def _fail(waiting: list[_Waiter], error: BaseException) -> None:
    for waiter in waiting:
        if waiter.done.set_running_or_notify_cancel():
            waiter.done.set_exception(error)
