"""The bell, as loops hear it: at once, or when they look by themselves a little later."""

from collections.abc import Sequence

from labelmarket.bootstrap.loops import IDLE_S_MAX
from simulation.scheduler import Park, Scheduler, Steps, Task

RUNG_WITHIN_S = 0.005


class Ring:
    """One loop's ear. A loop that heard nothing looks again within a second.

    Looking where nothing can have changed finds nothing; so the ring sleeps until
    something has, and then wakes its loop when it would have looked.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._look_at_us: int | None = None
        self._waiting: Task | None = None

    def ring(self) -> None:
        """There is news, and it is told, if the bell is heard."""
        if self._scheduler.chance.strikes("lost bell"):
            self.news()
        else:
            self._look_within(RUNG_WITHIN_S)

    def news(self) -> None:
        """There is news, but nobody tells: it is found at the next look."""
        self._look_within(IDLE_S_MAX)

    def wait(self, due_us: int | None) -> Steps[None]:
        """Come back at the news, or at the first look after a moment."""
        if due_us is not None:
            self._look_within(RUNG_WITHIN_S, after_us=due_us)
        self._waiting = self._scheduler.current
        yield Park(self._look_at_us)
        self._waiting = self._look_at_us = None

    def _look_within(self, span_s: float, *, after_us: int = 0) -> None:
        soonest = max(after_us, self._scheduler.now_us)
        at_us = soonest + self._scheduler.chance.within_us(0, span_s)
        if self._look_at_us is None or at_us < self._look_at_us:
            self._look_at_us = at_us
            if self._waiting is not None and self._waiting.alive:
                self._scheduler.wake(self._waiting, at_us=at_us)


class Bell:
    """Which rings hear of which channel."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._rings: dict[str, list[Ring]] = {}

    def ring_for(self, *channels: str) -> Ring:
        ring = Ring(self._scheduler)
        for channel in channels:
            self._rings.setdefault(channel, []).append(ring)
        return ring

    def silence(self, rings: Sequence[Ring]) -> None:
        """Nobody listens at these any more."""
        for listening in self._rings.values():
            listening[:] = [ring for ring in listening if ring not in rings]

    def notify(self, channel: str) -> None:
        for ring in self._rings.get(channel, []):
            ring.ring()

    def news(self, channel: str) -> None:
        for ring in self._rings.get(channel, []):
            ring.news()
