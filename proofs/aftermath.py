"""What must be true when the dust has settled, by the journal, by the log, and by the views."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

import msgspec
import psycopg

from labelmarket.adapters.postgres.log import PostgresLog
from labelmarket.adapters.postgres.pool import Pool
from labelmarket.adapters.postgres.view_table import ViewTable
from labelmarket.application.mapping import FactMapper
from labelmarket.application.view import Entry
from labelmarket.application.views.all import VIEWS
from labelmarket.demo.client import Client
from labelmarket.demo.refusals import ApiError
from labelmarket.domain.facts import FACTS
from labelmarket.domain.offer import OfferExpired
from proofs.journal import Promise
from tests.application.cascade_watch import Watch
from tests.memory_market import MemoryView

PAGE = 1_000
QUIET_S_MAX = 90.0
LOOK_EVERY_S = 0.2
QUIET = """
SELECT (SELECT count(*) FROM market.jobs WHERE state IN ('ready', 'leased'))
    + (SELECT count(*) FROM market.timers WHERE due_at < clock_timestamp())
    + (SELECT count(*) FROM views.progress
        WHERE position < (SELECT max(notification_id) FROM market.facts))
    + (SELECT count(*) FROM market.reactions
        WHERE position < (SELECT max(notification_id) FROM market.facts))
"""
LEFT = """
SELECT format('quarantined job %s: %s', id, error) FROM market.jobs WHERE state = 'quarantined'
UNION ALL SELECT format('quarantined view %s: %s', view, error)
    FROM views.progress WHERE quarantined_at IS NOT NULL
UNION ALL SELECT format('reaction %s: %s', name, error)
    FROM market.reactions WHERE error IS NOT NULL
"""
KEPT = """
SELECT count(*) FROM market.commands c WHERE split_part(c.key, ':', 3) = ANY(%s)
  AND NOT EXISTS (SELECT FROM unnest(c.positions) p WHERE NOT EXISTS (
      SELECT FROM market.facts f WHERE f.notification_id = p))
"""
KEYS = "SELECT key, positions FROM market.commands"
TWICE = """
SELECT count(*) FROM (
    SELECT split_part(key, ':', 3) FROM market.commands
    WHERE split_part(key, ':', 3) = ANY(%s) GROUP BY 1 HAVING count(*) > 1) AS twice (key)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry:
    """An offer's deadline, and how late it was recorded."""

    deadline: datetime
    recorded_at: datetime

    @property
    def late_s(self) -> float:
        return (self.recorded_at - self.deadline).total_seconds()


def wait_until_quiet(pool: Pool) -> list[str]:
    """Nothing is due and everybody has heard everything; or what is left over after a while."""
    deadline = time.monotonic() + QUIET_S_MAX
    while True:
        with pool.connection() as connection:
            row = connection.execute(QUIET).fetchone()
            if row == (0,):
                return [str(line[0]) for line in connection.execute(LEFT).fetchall()]
        if time.monotonic() >= deadline:
            return [f"not quiet after {QUIET_S_MAX:.0f} s: {row} things wait"]
        time.sleep(LOOK_EVERY_S)


def broken_promises(promises: Sequence[Promise], *, address: str) -> list[str]:
    """Every acknowledged request is asked again under its key: the answer must be the same."""
    found = []
    with ExitStack() as stack:
        clients: dict[str, Client] = {}
        for promise in promises:
            if promise.token not in clients:
                client = Client(
                    address=address, token=promise.token, new_key=_KeyOf(promise.key).take
                )
                clients[promise.token] = stack.enter_context(client)
            client = clients[promise.token]
            client.new_key = _KeyOf(promise.key).take
            try:
                again = client.mutate(promise.name, promise.fields, select=promise.select)
            except ApiError as error:
                again = {"refused": error.code}
            if promise.acknowledged and again != promise.answer:
                found.append(f"{promise.name} {promise.key}: {promise.answer} became {again}")
            if promise.refused is not None and again != {"refused": promise.refused}:
                found.append(f"{promise.name} {promise.key}: {promise.refused} became {again}")
    return found


@dataclass(frozen=True, slots=True)
class _KeyOf:
    key: str

    def take(self) -> str:
        return self.key


def lost_or_doubled(pool: Pool, promises: Sequence[Promise]) -> list[str]:
    """Acknowledged keys are in the log with all of their facts, each once."""
    keys = [promise.key for promise in promises if promise.acknowledged]
    with pool.connection() as connection:
        kept, twice = (_count(connection, q, keys) for q in (KEPT, TWICE))
    found = [] if kept == len(keys) else [f"{len(keys) - kept} acknowledged requests are lost"]
    return found + ([f"{twice} requests are recorded twice"] if twice else [])


def _count(connection: psycopg.Connection[tuple[object, ...]], query: str, keys: list[str]) -> int:
    row = connection.execute(query.encode(), (keys,)).fetchone()
    assert row is not None
    return int(str(row[0]))


def entries(pool: Pool) -> Iterator[Entry]:
    """The whole log in order."""
    log, mapper, after = PostgresLog(pool), FactMapper(FACTS), 0
    while page := log.read(after=after, limit=PAGE):
        for stored in page:
            yield Entry(
                position=stored.position,
                recorded_at=stored.recorded_at,
                fact=mapper.read(stored),
                project_id=stored.project_id,
                provider_id=stored.provider_id,
            )
        after = page[-1].position


def judged(pool: Pool, log: Sequence[Entry]) -> list[str]:
    """What the cascade's judge objects to."""
    watch = Watch()
    for entry in log:
        try:
            watch.look(entry)
        except (AssertionError, LookupError) as error:
            return [f"at {entry.position}, {type(entry.fact).__name__}: {error!r}"]
    with pool.connection() as connection:
        kept: dict[str, list[int]] = dict(connection.execute(KEYS).fetchall())
    try:
        watch.check_keys(kept)
    except AssertionError as error:
        return [str(error)]
    return []


def unlike_a_replay(pool: Pool, log: Sequence[Entry]) -> list[str]:
    """Views whose rows are not those of a fold from zero."""
    found = []
    for view in VIEWS:
        replayed = MemoryView(view)
        replayed.take_in(log)
        with pool.connection() as connection:
            statement = f"SELECT id FROM views.{view.name}"  # noqa: S608 - a view of ours
            ids = [row[0] for row in connection.execute(statement.encode()).fetchall()]
            live = ViewTable(view).get(connection, ids)
        bodies = {key: msgspec.json.encode(row, order="deterministic") for key, row in live.items()}
        if bodies != replayed.bodies:
            found.append(f"the view {view.name} is not what a replay gives")
    return found


def expiries(log: Sequence[Entry]) -> list[Expiry]:
    return [
        Expiry(deadline=entry.fact.effective_at, recorded_at=entry.recorded_at)
        for entry in log
        if isinstance(entry.fact, OfferExpired)
    ]
