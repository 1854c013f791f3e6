"""Reads the log for views, a page at a time: what they name of it, and how far the page goes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from labelmarket.adapters.postgres.arrays import plain_array
from labelmarket.adapters.postgres.log import COLUMNS
from labelmarket.application.mapping import FactMapper
from labelmarket.application.view import Entry

BIGINT_MAX = 2**63 - 1

# The page's last fact comes with the others, whatever it is, since it tells how far the page
# goes: a view that knew only what it names would never reach the head of the log. Each of the
# inner questions is answered once a page; a join with the answers may be planned otherwise.
PAGE = f"""
WITH page AS MATERIALIZED (
    SELECT {COLUMNS} FROM market.facts WHERE notification_id > %s AND notification_id <= %s
    ORDER BY notification_id LIMIT %s
)
SELECT {COLUMNS}, (SELECT count(*) FROM page) FROM page
WHERE topic <> ALL(%s::text[]) OR notification_id = (SELECT max(notification_id) FROM page)
ORDER BY notification_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some facts up to `position`, and the rows of those that were asked for."""

    position: int
    facts: int
    rows: Sequence[TupleRow]


class Pages:
    """Leaves out the facts that are known to be somebody else's; what is unknown is not."""

    def __init__(self, mapper: FactMapper, topics: Iterable[str]) -> None:
        self._foreign = mapper.topics.difference(topics)
        self._bound = plain_array(sorted(self._foreign))

    def read(
        self,
        connection: psycopg.Connection[TupleRow],
        *,
        after: int,
        limit: int,
        to: int = BIGINT_MAX,
    ) -> Page | None:
        """The next facts behind a position, or none when there are none yet."""
        bounds = (after, to, limit, self._bound)
        rows = connection.execute(PAGE, bounds, prepare=True, binary=True).fetchall()
        if not rows:
            return None
        last = rows[-1]
        wanted = rows[:-1] if last[4] in self._foreign else rows
        return Page(position=last[0], facts=last[-1], rows=wanted)


def entry_in(mapper: FactMapper, row: Sequence[Any]) -> Entry:
    """The fact in a row of a page, decoded. Raises `FactUnreadable`."""
    return Entry(
        position=row[0],
        recorded_at=row[1],
        fact=mapper.fact(row[4], row[5], row[2], row[3]),
        project_id=row[6],
        provider_id=row[7],
    )
