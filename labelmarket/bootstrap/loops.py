"""Loops that never end by themselves: a step when there is news, or after a while anyway."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from labelmarket.adapters.postgres.bell import Ring

IDLE_S_MAX = 1.0
BETWEEN_STEPS_S = 0.01
BACKOFF_FIRST_S = 0.1
BACKOFF_S_MAX = 1.0
"""A longer pause would sleep over a database that is back; asking once a second hurts nobody."""
STOP_S_MAX = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """`step` gives how much it did; less than `full` lets the loop wait for its ring or date.

    Between two steps there is a short pause, so that facts that come in quick succession
    are taken together; whatever comes after a rest is taken at once.
    """

    name: str
    step: Callable[[], int]
    ring: Ring
    next_due_in_s: Callable[[], float | None] = lambda: None
    idle_s: float = IDLE_S_MAX
    full: int = 1
    failed: Callable[[Exception], None] = lambda _error: None

    def run(self, stopping: threading.Event) -> None:
        """Step until asked to stop; whatever a step raises is told, and tried again later."""
        pause_s = BACKOFF_FIRST_S
        while not stopping.is_set():
            try:
                began_s = time.monotonic()
                if self.step() < self.full:
                    self.ring.wait(self._idle_for())
                    stopping.wait(max(0.0, began_s + BETWEEN_STEPS_S - time.monotonic()))
                pause_s = BACKOFF_FIRST_S
            except Exception as error:
                log.warning("%s stands still: %s: %s", self.name, type(error).__name__, error)
                self._tell(error)
                stopping.wait(pause_s)
                pause_s = min(BACKOFF_S_MAX, 2 * pause_s)

    def _idle_for(self) -> float:
        due = self.next_due_in_s()
        return self.idle_s if due is None else min(self.idle_s, max(0.0, due))

    def _tell(self, error: Exception) -> None:
        try:
            self.failed(error)
        except Exception:
            log.debug("the failure of %s could not be recorded", self.name, exc_info=True)


def run_all(loops: list[Loop], stopping: threading.Event) -> None:
    """Run each loop in a thread of its own until `stopping` is set."""
    threads = [
        threading.Thread(target=loop.run, args=(stopping,), name=loop.name) for loop in loops
    ]
    for thread in threads:
        thread.start()
    stopping.wait()
    for loop in loops:
        loop.ring.ring()
    for thread in threads:
        thread.join(timeout=STOP_S_MAX)
