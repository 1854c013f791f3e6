"""Leads reactions down the log, each fact exactly once in effect."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg.rows import TupleRow

from labelmarket.adapters.postgres.log import COLUMNS
from labelmarket.adapters.postgres.pages import Pages, entry_in
from labelmarket.adapters.postgres.pool import Pool
from labelmarket.application.mapping import FactMapper
from labelmarket.application.market import Market
from labelmarket.application.ports import LogConflict, NotYet, Unavailable
from labelmarket.application.reaction import Reaction, carry_out, carry_out_all
from labelmarket.application.view import Entry

BATCH_MAX = 500
ATTEMPTS_MAX = 5
ERROR_CHARACTERS_MAX = 500
SHOWN_MAX = 100

log = logging.getLogger(__name__)

REGISTER = "INSERT INTO market.reactions (name) VALUES (%s) ON CONFLICT (name) DO NOTHING"
LEAD = "SELECT position FROM market.reactions WHERE name = %s FOR UPDATE SKIP LOCKED"
MOVE = "UPDATE market.reactions SET position = %s, error = NULL WHERE name = %s"
TELL = "UPDATE market.reactions SET error = %s WHERE name = %s"
ERRORS = "SELECT name, position, error FROM market.reactions WHERE error IS NOT NULL"


FAILED = """
INSERT INTO market.set_aside (reaction, position, attempts, error) VALUES (%s, %s, 1, %s)
ON CONFLICT (reaction, position) DO UPDATE SET
    attempts = set_aside.attempts + 1, error = EXCLUDED.error, failed_at = clock_timestamp()
RETURNING attempts
"""
WELL_AFTER_ALL = """
DELETE FROM market.set_aside WHERE reaction = %s AND position <= %s AND attempts < %s
"""
SET_ASIDE = """
SELECT reaction, position, attempts, error FROM market.set_aside WHERE attempts >= %s
ORDER BY position, reaction LIMIT %s
"""
ONE = f"SELECT {COLUMNS} FROM market.facts WHERE notification_id = %s"
MENDED = "DELETE FROM market.set_aside WHERE reaction = %s AND position = %s"

PASSING = (psycopg.Error, Unavailable, LogConflict, NotYet, OSError)
"""What has nothing to do with the fact, and passes by itself: it is tried again for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A fact that a reaction went on without, after it had failed on it often enough."""

    reaction: str
    position: int
    attempts: int
    error: str


class ReactionFollower:
    """Holds the reaction's progress row while its commands are carried out.

    A crash in between repeats commands under the same keys, which changes nothing. A fact
    that it fails on again and again is set aside, so that one fact does not stop all others.
    """

    def __init__(
        self, pool: Pool, reaction: Reaction, *, market: Market, mapper: FactMapper
    ) -> None:
        self._pool = pool
        self._reaction = reaction
        self._market = market
        self._mapper = mapper
        self._pages = Pages(mapper, reaction.topics)

    def register(self) -> None:
        with self._pool.connection() as connection:
            connection.execute(REGISTER, (self._reaction.name,))

    def advance(self) -> int:
        """React to the next facts and give their number."""
        name = self._reaction.name
        with self._pool.connection() as connection, connection.transaction():
            held = connection.execute(LEAD, (name,)).fetchone()
            if held is None:
                return 0
            page = self._pages.read(connection, after=held[0], limit=BATCH_MAX)
            if page is None:
                return 0
            self._hear(page.rows)
            connection.execute(MOVE, (page.position, name), prepare=True)
            connection.execute(WELL_AFTER_ALL, (name, page.position, ATTEMPTS_MAX), prepare=True)
            return page.facts

    def retry(self, position: int) -> None:
        """Hear of a fact that was set aside once more. Raises what goes wrong this time."""
        with self._pool.connection() as connection:
            row = connection.execute(ONE, (position,)).fetchone()
        assert row is not None, "what was set aside is a fact"
        carry_out(self._reaction, entry_in(self._mapper, row), self._market)
        with self._pool.connection() as connection:
            connection.execute(MENDED, (self._reaction.name, position))

    def _hear(self, rows: Sequence[TupleRow]) -> None:
        """Raises what went wrong with the first fact that may not be left out yet."""
        left = rows
        while left:
            entries, unreadable = self._entries(left)
            for entry, error in carry_out_all(self._reaction, entries, self._market):
                if error is not None:
                    self._leave_out(entry.position, error)
            if unreadable is not None:
                self._leave_out(left[len(entries)][0], unreadable)
            left = left[len(entries) + 1 :]

    def _entries(self, rows: Sequence[TupleRow]) -> tuple[list[Entry], Exception | None]:
        """The facts before the first that cannot be read, and what is the matter with that."""
        entries: list[Entry] = []
        for row in rows:
            try:
                entries.append(entry_in(self._mapper, row))
            except Exception as error:  # a reaction stands before it, and says so
                return entries, error
        return entries, None

    def _leave_out(self, position: int, error: Exception) -> None:
        """Raises the error until the fact has failed often enough."""
        if isinstance(error, PASSING) or self._failed(position, error) < ATTEMPTS_MAX:
            raise error
        log.error("%s goes on without fact %d", self._reaction.name, position, exc_info=error)

    def _failed(self, position: int, error: Exception) -> int:
        """Count a failure, on a connection of its own: the reaction's transaction ends in it."""
        with self._pool.connection() as connection:
            bounds = (self._reaction.name, position, _words(error))
            row = connection.execute(FAILED, bounds).fetchone()
        assert row is not None
        return int(row[0])

    def tell(self, error: Exception) -> None:
        """Make it known that the reaction stands still, and why."""
        with self._pool.connection() as connection:
            connection.execute(TELL, (_words(error), self._reaction.name))


def errors(pool: Pool) -> list[tuple[str, int, str]]:
    """Reactions that stand still: name, position, why."""
    with pool.connection() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(ERRORS).fetchall()]


def set_aside(pool: Pool) -> list[SetAside]:
    """Facts that reactions went on without, oldest first."""
    with pool.connection() as connection:
        rows = connection.execute(SET_ASIDE, (ATTEMPTS_MAX, SHOWN_MAX)).fetchall()
    return [SetAside(reaction=r[0], position=r[1], attempts=r[2], error=r[3]) for r in rows]


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\0", "")[:ERROR_CHARACTERS_MAX]
