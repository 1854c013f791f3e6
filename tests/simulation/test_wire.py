"""What falls between a statement and its answer: done though nobody heard, or not done at all."""

import pytest

from simulation.chance import Chance
from simulation.database import Database
from simulation.facts import Facts
from simulation.rings import Ring
from simulation.scheduler import Scheduler, Sleep, Steps
from simulation.sessions import ConnectionLost, Session
from simulation.trace import Trace
from simulation.wire import Wire


class Room:
    """A database and a wire, with no fault but those that are asked for."""

    def __init__(self, **rates: float) -> None:
        self.chance = Chance(1)
        self.chance.rates = {**dict.fromkeys(self.chance.rates, 0.0), **rates}
        self.scheduler = Scheduler(self.chance, Trace())
        self.database = Database(self.scheduler, facts=Facts(self.scheduler))
        self.wire = Wire(self.database)

    def play(self, steps: Steps[None]) -> None:
        self.scheduler.spawn("test", steps)
        while self.scheduler.next_us() is not None:
            self.scheduler.run_one()


def test_a_lost_answer_leaves_the_statement_done() -> None:
    room, done = Room(**{"cut after": 1.0}), list[int]()

    def asks() -> Steps[None]:
        with pytest.raises(ConnectionLost):
            yield from room.wire.once("count", lambda: done.append(1))

    room.play(asks())

    assert done == [1]


def test_a_lost_statement_is_not_done() -> None:
    room, done = Room(**{"cut before": 1.0}), list[int]()

    def asks() -> Steps[None]:
        with pytest.raises(ConnectionLost):
            yield from room.wire.once("count", lambda: done.append(1))

    room.play(asks())

    assert not done


def test_a_locked_row_is_skipped_until_its_session_is_over() -> None:
    room, got = Room(), list[bool]()
    sessions, ring = room.database.sessions, Ring(room.scheduler)
    first, second = sessions.open(), sessions.open()

    got.append(sessions.lock("a view", first, ring))
    got.append(sessions.lock("a view", second, ring))
    first.close()
    got.append(sessions.lock("a view", second, ring))

    assert got == [True, False, True]


def test_a_session_in_which_nothing_is_said_for_long_loses_its_lock() -> None:
    room, got = Room(), list[bool]()
    sessions, ring = room.database.sessions, Ring(room.scheduler)
    idle, other = sessions.open(), sessions.open()
    sessions.lock("a view", idle, ring)

    def waits() -> Steps[None]:
        yield Sleep(31 * 1_000_000)
        got.append(sessions.lock("a view", other, ring))

    room.play(waits())

    assert got == [True]
    with pytest.raises(ConnectionLost):
        sessions.said(idle)


def test_a_commit_that_was_cut_changes_nothing() -> None:
    room, changed = Room(**{"commit cut": 1.0}), list[int]()

    def locks(session: Session) -> bool:
        return session.is_open

    def commits() -> Steps[None]:
        session, _ = yield from room.wire.begin("look", locks)
        session.change(lambda: changed.append(1))
        with pytest.raises(ConnectionLost):
            yield from room.wire.commit("commit", session)

    room.play(commits())

    assert not changed
