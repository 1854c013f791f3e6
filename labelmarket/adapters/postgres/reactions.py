"""Leads reactions down the log, one fact after the other, each exactly once in effect."""

import logging
from dataclasses import dataclass

import psycopg
from psycopg.rows import TupleRow

from labelmarket.adapters.postgres.feed import entry_of
from labelmarket.adapters.postgres.log import COLUMNS, stored_fact
from labelmarket.adapters.postgres.pool import Pool
from labelmarket.application.mapping import FactMapper
from labelmarket.application.market import Market
from labelmarket.application.ports import LogConflict, NotYet, Unavailable
from labelmarket.application.reaction import Reaction, carry_out

BATCH_MAX = 50
ATTEMPTS_MAX = 5
ERROR_CHARACTERS_MAX = 500
SHOWN_MAX = 100

log = logging.getLogger(__name__)

REGISTER = "INSERT INTO market.reactions (name) VALUES (%s) ON CONFLICT (name) DO NOTHING"
LEAD = "SELECT position FROM market.reactions WHERE name = %s FOR UPDATE SKIP LOCKED"
READ = f"""
SELECT {COLUMNS} FROM market.facts WHERE notification_id > %s
ORDER BY notification_id LIMIT %s
"""
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
            rows = connection.execute(READ, (held[0], BATCH_MAX), prepare=True).fetchall()
            for row in rows:
                self._hear(row)
            if rows:
                end = rows[-1][0]
                connection.execute(MOVE, (end, name), prepare=True)
                connection.execute(WELL_AFTER_ALL, (name, end, ATTEMPTS_MAX), prepare=True)
            return len(rows)

    def retry(self, position: int) -> None:
        """Hear of a fact that was set aside once more. Raises what goes wrong this time."""
        with self._pool.connection() as connection:
            row = connection.execute(ONE, (position,)).fetchone()
        assert row is not None, "what was set aside is a fact"
        self._carry_out(row)
        with self._pool.connection() as connection:
            connection.execute(MENDED, (self._reaction.name, position))

    def _hear(self, row: TupleRow) -> None:
        try:
            self._carry_out(row)
        except PASSING:
            raise
        except Exception as error:
            if self._failed(row[0], error) < ATTEMPTS_MAX:
                raise
            log.exception("%s goes on without fact %d", self._reaction.name, row[0])

    def _carry_out(self, row: TupleRow) -> None:
        carry_out(self._reaction, entry_of(self._mapper, stored_fact(row)), self._market)

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
