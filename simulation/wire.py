"""The way to the database and back: slow, cut on either half, or silent for too long."""

from collections.abc import Callable
from typing import TypeVar

from labelmarket.adapters.postgres.pool import (
    ANSWER_SLACK_S,
    REQUEST_DEADLINE_S,
    RETRY_PAUSE_S,
    STATEMENT_TIMEOUT_MS,
)
from labelmarket.application.ports import AlreadyRecorded, LogConflict, Unavailable
from simulation.database import Database
from simulation.scheduler import SECOND_US, Sleep, Steps, sleep_s
from simulation.sessions import ConnectionLost, Session

FAST_S = (0.0002, 0.004)
SLOW_S = (0.2, 9.0)
REFUSED_S = (0.001, 1.0)
"""How long a connection to a server that is down takes to fail."""

LOOKS = frozenset({"look", "take timers", "jobs to send", "given up", "how far"})
"""What loops ask again and again; a look that finds nothing is no step."""

T = TypeVar("T")

ANSWERS = (AlreadyRecorded, LogConflict)
"""What the database says in words that the ports know as exceptions."""


class Wire:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._scheduler = database.scheduler
        self._chance = database.scheduler.chance

    def patiently(self, what: str, ask: Callable[[], T]) -> Steps[T]:
        """One statement by itself, as the pool's `patiently` asks it."""
        told, _ = yield from self.timed(what, ask)
        return told

    def timed(self, what: str, ask: Callable[[], T]) -> Steps[tuple[T, int]]:
        """Like `patiently`, with the length of the round trip that brought the answer."""
        deadline_us = self._scheduler.now_us + int(REQUEST_DEADLINE_S * SECOND_US)
        while True:
            asked_us = self._scheduler.now_us
            try:
                told = yield from self._round_trip(what, ask, deadline_us=deadline_us)
                return told, self._scheduler.now_us - asked_us
            except ConnectionLost as error:
                if self._scheduler.now_us + int(RETRY_PAUSE_S * SECOND_US) >= deadline_us:
                    raise Unavailable(str(error)) from error
                yield from sleep_s(RETRY_PAUSE_S)

    def once(self, what: str, ask: Callable[[], T]) -> Steps[T]:
        """A statement that is not asked again. Raises `ConnectionLost`."""
        deadline_us = self._scheduler.now_us + int(REQUEST_DEADLINE_S * SECOND_US)
        return (yield from self._round_trip(what, ask, deadline_us=deadline_us))

    def begin(self, what: str, ask: Callable[[Session], T]) -> Steps[tuple[Session, T]]:
        """Open a transaction with what is asked first in it."""
        session = self._database.sessions.open()

        def look() -> T:
            self._database.sessions.said(session)
            return ask(session)

        try:
            told = yield from self.once(what, look)
        except BaseException:
            session.close()
            raise
        return session, told

    def commit(self, what: str, session: Session) -> Steps[None]:
        """Raises `ConnectionLost` before the commit, or after it."""

        def commit() -> None:
            self._database.sessions.said(session)
            session.commit()

        try:
            if self._chance.strikes("commit cut"):
                session.close()
            yield from self.once(what, commit)
        finally:
            session.close()

    def _round_trip(self, what: str, ask: Callable[[], T], *, deadline_us: int) -> Steps[T]:
        there_us, back_us = self._way_us("slow"), self._way_us("slow")
        if not self._database.is_up or self._chance.strikes("cut before"):
            yield Sleep(self._chance.within_us(*REFUSED_S))
            raise ConnectionLost("there is no connection")
        left_us = deadline_us + int(ANSWER_SLACK_S * SECOND_US) - self._scheduler.now_us
        if there_us > left_us:
            self._heard_later(what, ask, after_us=there_us)
            yield Sleep(max(0, left_us))
            raise ConnectionLost("nothing was answered")
        yield Sleep(there_us, sent=ask)
        if not self._database.is_up:
            raise ConnectionLost("the server went down")
        told, error = None, None
        try:
            told = ask()
        except ANSWERS as answer:
            error = answer
        if told or what not in LOOKS:
            self._scheduler.step(what if error is None else f"{what}: {type(error).__name__}")
        if self._chance.strikes("cut after"):
            yield Sleep(back_us)
            raise ConnectionLost("the answer was lost")
        yield Sleep(min(back_us, max(0, left_us - there_us)))
        if back_us > left_us - there_us:
            raise ConnectionLost("the answer came too late")
        if error is not None:
            raise error
        return told  # type: ignore[return-value]  # told when there was no error

    def _way_us(self, fault: str) -> int:
        return self._chance.within_us(*(SLOW_S if self._chance.strikes(fault) else FAST_S))

    def _heard_later(self, what: str, ask: Callable[[], object], *, after_us: int) -> None:
        """Whoever asked has given up, but the server may still do it."""
        if after_us > STATEMENT_TIMEOUT_MS * 1_000 + SECOND_US:
            return

        def do() -> Steps[None]:
            yield Sleep(after_us)
            if self._database.is_up:
                self._chance.happened("heard though given up")
                do_anyway(ask)
                self._scheduler.say(f"{what} heard though given up")

        self._scheduler.spawn("late statement", do())


def do_anyway(ask: Callable[[], object]) -> None:
    """A statement whose answer nobody waits for."""
    try:
        ask()
    except (*ANSWERS, ConnectionLost):
        return
