"""Makes views anew from the first fact, and puts them in place while they are read.

The side schema is filled while followers go on with the live tables. Then, view by view,
one transaction locks out the follower through its progress row, folds what is left, and
exchanges the tables. A rebuild that is killed has changed nothing of the views that it
did not reach; the next one begins by dropping what it left.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg

from labelmarket.adapters.postgres.held_rows import ROWS_MAX
from labelmarket.adapters.postgres.pool import T
from labelmarket.adapters.postgres.session import Session, hold
from labelmarket.adapters.postgres.side_fold import BATCH_MAX, SideFold
from labelmarket.application.mapping import FactMapper
from labelmarket.application.view import View

SIDE = "views_next"
GONE = "views_gone"
SWAP_LOCK_TIMEOUT_FIRST_MS = 200
SWAP_LOCK_TIMEOUT_STEP_MS = 100
"""Readers queue behind whoever waits for a table, so the first attempts are short; later ones
outlast the second after which PostgreSQL makes its own vacuum give way."""
SWAP_ATTEMPTS_MAX = 20
SWAP_PAUSE_S = 0.1
LAST_BATCHES_MAX = 4
"""A swap holds the follower back, so what is folded within it is bounded."""

WORK = "views are rebuilt"
CLEAR = f"DROP SCHEMA IF EXISTS {SIDE} CASCADE; DROP SCHEMA IF EXISTS {GONE} CASCADE"
MAKE = f"CREATE SCHEMA {SIDE}; CREATE SCHEMA {GONE}"
HEAD = "SELECT coalesce(max(notification_id), 0) FROM market.facts"
VERSIONS = "SELECT view, version FROM views.progress"
BOUND = "SELECT set_config('lock_timeout', %s, true)"
PLACE = """
INSERT INTO views.progress (view, version) VALUES (%s, %s) ON CONFLICT (view) DO NOTHING
"""
LOCK_OUT = "SELECT position FROM views.progress WHERE view = %s FOR UPDATE"
OWNERSHIP = f"""
SELECT format('ALTER TABLE {SIDE}.%%1$I OWNER TO %%2$I', c.relname, c.relowner::regrole)
FROM pg_class c WHERE c.oid = %(table)s::regclass AND c.relowner <> current_user::regrole
UNION ALL
SELECT format('GRANT %%1$s ON {SIDE}.%%2$I TO %%3$s', a.privilege_type, c.relname,
    CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
FROM pg_class c, aclexplode(c.relacl) a
WHERE c.oid = %(table)s::regclass AND a.grantee <> c.relowner
"""
EXCHANGE = f"""
ALTER TABLE views.{{table}} SET SCHEMA {GONE};
ALTER TABLE {SIDE}.{{table}} SET SCHEMA views;
"""
MOVE = """
UPDATE views.progress SET position = %s, version = %s, quarantined_at = NULL, error = NULL
WHERE view = %s
"""


class SwapRefused(Exception):
    """The old table was in use for so long that the new one could not take its place."""


class Stopped(Exception):
    """The rebuild was asked to end before it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """A view that was made anew from `facts` facts; `position` is where it stands."""

    view: str
    version: int
    position: int
    facts: int


def rebuild(
    session: Session,
    views: Sequence[View[Any]],
    mapper: FactMapper,
    *,
    tell: Callable[[int, int], None] = lambda _position, _head: None,
    keep_on: Callable[[], bool] = lambda: True,
    only_older: bool = False,
    batch_max: int = BATCH_MAX,
    rows_max: int = ROWS_MAX,
) -> list[Rebuilt]:
    """Rebuild the views, in one pass over the log, and give what was made.

    `only_older` leaves out what is up to date; up to `rows_max` rows of each are in memory.

    Raises `Occupied` while another rebuild runs, `FoldFailed` for a fact that a view cannot
    take in, `SwapRefused`, and `Stopped` once `keep_on` says no. Views that were not
    exchanged by then stay as they are.
    """
    hold(session, WORK)
    if only_older:
        known: dict[str, int] = dict(session.execute(VERSIONS).fetchall())
        views = [view for view in views if known.get(view.name, 0) < view.version]
    if not views:
        return []
    _patiently(lambda _number: session.execute(CLEAR))
    session.execute(MAKE)
    try:
        side = SideFold(session, views, mapper, schema=SIDE, batch_max=batch_max, rows_max=rows_max)
        side.make_tables()
        on_the_way = _OnTheWay(session=session, tell=tell, keep_on=keep_on)
        on_the_way.catch_up(side)
        side.gather_statistics()
        return [on_the_way.swap(side.only(view), view) for view in views]
    finally:
        # The next rebuild clears up what cannot be dropped now.
        with suppress(psycopg.Error, SwapRefused):
            _patiently(lambda _number: session.execute(CLEAR))


@dataclass(frozen=True, slots=True, kw_only=True)
class _OnTheWay:
    session: Session
    tell: Callable[[int, int], None]
    keep_on: Callable[[], bool]

    def catch_up(self, side: SideFold) -> None:
        """Fold up to the head of the log as it is now, and write the rows."""
        head = self._head()
        while side.position < head and side.advance(to=head):
            self.tell(side.position, head)
            if not self.keep_on():
                raise Stopped
        side.write()

    def swap(self, side: SideFold, view: View[Any]) -> Rebuilt:
        """Put one view in place; what was folded in a refused attempt is folded again."""

        def attempt(number: int) -> SideFold:
            self.catch_up(side)
            bound_ms = SWAP_LOCK_TIMEOUT_FIRST_MS + number * SWAP_LOCK_TIMEOUT_STEP_MS
            with self.session.transaction():
                self.session.execute(BOUND, (str(bound_ms),))
                return self._exchange(side.only(view), view)

        placed = _patiently(attempt)
        return Rebuilt(
            view=view.name, version=view.version, position=placed.position, facts=placed.facts
        )

    def _exchange(self, side: SideFold, view: View[Any]) -> SideFold:
        execute = self.session.execute
        execute(PLACE, (view.name, view.version))
        row = execute(LOCK_OUT, (view.name,)).fetchone()
        assert row is not None
        for _ in range(LAST_BATCHES_MAX):
            if side.position >= row[0] or side.advance_within(to=row[0]) == 0:
                break
        else:
            raise _TooFarBehind
        side.write_within()
        for (statement,) in execute(OWNERSHIP, {"table": f"views.{view.name}"}).fetchall():
            execute(statement)
        execute(EXCHANGE.format(table=view.name))
        execute(MOVE, (max(side.position, row[0]), view.version, view.name))
        execute("SELECT pg_notify('views', '')")
        return side

    def _head(self) -> int:
        row = self.session.execute(HEAD).fetchone()
        assert row is not None
        return int(row[0])


class _TooFarBehind(Exception):
    """The follower went on so far meanwhile that it would have to wait too long."""


def _patiently(attempt: Callable[[int], T]) -> T:
    """Try a bounded number of times, and let those go first who are waited for."""
    for number in range(SWAP_ATTEMPTS_MAX):
        try:
            return attempt(number)
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected, _TooFarBehind):
            time.sleep(SWAP_PAUSE_S)
    raise SwapRefused(f"the tables were in use at each of {SWAP_ATTEMPTS_MAX} attempts")
