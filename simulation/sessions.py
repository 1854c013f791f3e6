"""Connections to the simulated database: locks on rows, and changes kept until the commit."""

from collections.abc import Callable

from simulation.rings import Ring
from simulation.scheduler import SECOND_US, Scheduler

IDLE_IN_TRANSACTION_S = 30
"""As the pool sets it: a transaction in which nothing is said for so long is ended."""


class ConnectionLost(Exception):
    """The connection is gone; whether the last statement was carried out is not known."""


class Session:
    """One transaction. Whatever ends it, its locks are free afterwards."""

    def __init__(self, sessions: "Sessions") -> None:
        self._sessions = sessions
        self.is_open = True
        self.last_us = 0
        self._changes: list[Callable[[], None]] = []

    def change(self, change: Callable[[], None]) -> None:
        self._changes.append(change)

    def commit(self) -> None:
        for change in self._changes:
            change()
        self.close()

    def close(self) -> None:
        """Roll back what was not committed, and free the locks."""
        if self.is_open:
            self.is_open = False
            self._sessions.over(self)


class Sessions:
    """All that are open, and who holds which row."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._holders: dict[str, Session] = {}
        self._refused: dict[str, list[Ring]] = {}
        self.opened: list[Session] = []

    def open(self) -> Session:
        session = Session(self)
        session.last_us = self._scheduler.now_us
        self.opened.append(session)
        return session

    def lock(self, row: str, session: Session, ring: Ring) -> bool:
        """Lock a row or skip it; who was skipped finds it free at its next look."""
        holder = self._holders.get(row)
        if holder is not None and self._is_idle(holder):
            self._scheduler.chance.happened("idle session cut")
            holder.close()
            holder = None
        if holder is not None:
            self._refused.setdefault(row, []).append(ring)
            return False
        self._holders[row] = session
        return True

    def said(self, session: Session) -> None:
        """A statement came. Raises `ConnectionLost` when its connection is gone."""
        if not session.is_open:
            raise ConnectionLost("the session was cut")
        session.last_us = self._scheduler.now_us

    def over(self, session: Session) -> None:
        self.opened.remove(session)
        for row in [row for row, holder in self._holders.items() if holder is session]:
            del self._holders[row]
            for ring in self._refused.pop(row, []):
                ring.news()

    def close_all(self) -> None:
        for session in list(self.opened):
            session.close()

    def _is_idle(self, session: Session) -> bool:
        idle_us = self._scheduler.now_us - session.last_us
        return idle_us > IDLE_IN_TRANSACTION_S * SECOND_US
