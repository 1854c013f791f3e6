"""Views and reactions following the log, as the PostgreSQL adapter's followers do.

What a transaction does between its first look and its commit nobody else can see; so one
is two calls: the look that locks the progress row and reads on, and the commit.
"""

from collections.abc import Sequence
from functools import partial

from labelmarket.adapters.postgres import feed, reactions
from labelmarket.application.reaction import Reaction, carry_out_all
from labelmarket.application.view import Entry
from simulation.database import Database, entries_of
from simulation.process import Process
from simulation.rings import Ring
from simulation.scheduler import Steps
from simulation.sessions import Session


class ViewFollower:
    def __init__(self, process: Process, view: str, ring: Ring) -> None:
        self._process = process
        self._view = view
        self._ring = ring

    def advance(self) -> Steps[int]:
        """Take in the next facts and give their number."""
        wire, database = self._process.wire, self._process.database
        session, entries = yield from wire.begin("look", self._look)
        try:
            if entries:
                session.change(partial(database.took_in, self._view, entries))
                yield from wire.commit(f"{self._view} at {entries[-1].position}", session)
        finally:
            session.close()
        return len(entries)

    def _look(self, session: Session) -> Sequence[Entry]:
        database = self._process.database
        if not database.sessions.lock(f"view {self._view}", session, self._ring):
            return ()
        return read_on(database, after=database.views[self._view].position, limit=feed.BATCH_MAX)


class ReactionFollower:
    def __init__(self, process: Process, reaction: Reaction, ring: Ring) -> None:
        self._process = process
        self._reaction = reaction
        self._ring = ring

    def advance(self) -> Steps[int]:
        """React to the next facts and give their number."""
        process, name = self._process, self._reaction.name
        session, entries = yield from process.wire.begin("look", self._look)
        try:
            yield from process.plainly(lambda: self._hear(entries))
            if entries:
                last = entries[-1].position
                session.change(partial(process.database.moved_reaction, name, last))
                yield from process.wire.commit(f"{name} at {last}", session)
        finally:
            session.close()
        return len(entries)

    def _hear(self, entries: Sequence[Entry]) -> None:
        """Raises what the first fact fails at."""
        for _, error in carry_out_all(self._reaction, entries, self._process.market):
            if error is not None:
                raise error

    def _look(self, session: Session) -> Sequence[Entry]:
        database, name = self._process.database, self._reaction.name
        if not database.sessions.lock(f"reaction {name}", session, self._ring):
            return ()
        return read_on(database, after=database.reactions[name], limit=reactions.BATCH_MAX)


def read_on(database: Database, *, after: int, limit: int) -> Sequence[Entry]:
    """The next facts; sometimes only a few of them."""
    chance = database.scheduler.chance
    stored = database.facts.read(after=after, limit=limit)
    if len(stored) > 1 and chance.strikes("short batch"):
        stored = stored[: chance.random.randint(1, len(stored) - 1)]
    return entries_of(stored)
