"""Leads reactions down the log, one fact after the other, each exactly once in effect."""

from labelmarket.adapters.postgres.feed import entry_of
from labelmarket.adapters.postgres.log import COLUMNS, stored_fact
from labelmarket.adapters.postgres.pool import Pool
from labelmarket.application.mapping import FactMapper
from labelmarket.application.market import Market
from labelmarket.application.reaction import Reaction, carry_out

BATCH_MAX = 50

REGISTER = "INSERT INTO market.reactions (name) VALUES (%s) ON CONFLICT (name) DO NOTHING"
LEAD = "SELECT position FROM market.reactions WHERE name = %s FOR UPDATE SKIP LOCKED"
READ = f"""
SELECT {COLUMNS} FROM market.facts WHERE notification_id > %s
ORDER BY notification_id LIMIT %s
"""
MOVE = "UPDATE market.reactions SET position = %s, error = NULL WHERE name = %s"
TELL = "UPDATE market.reactions SET error = %s WHERE name = %s"
ERRORS = "SELECT name, position, error FROM market.reactions WHERE error IS NOT NULL"


class ReactionFollower:
    """Holds the reaction's progress row while its commands are carried out.

    A crash in between repeats commands under the same keys, which changes nothing.
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
                carry_out(self._reaction, entry_of(self._mapper, stored_fact(row)), self._market)
            if rows:
                connection.execute(MOVE, (rows[-1][0], name), prepare=True)
            return len(rows)

    def tell(self, error: Exception) -> None:
        """Make it known that the reaction stands still, and why."""
        with self._pool.connection() as connection:
            words = f"{type(error).__name__}: {error}"[:500]
            connection.execute(TELL, (words, self._reaction.name))


def errors(pool: Pool) -> list[tuple[str, int, str]]:
    """Reactions that stand still: name, position, why."""
    with pool.connection() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(ERRORS).fetchall()]
