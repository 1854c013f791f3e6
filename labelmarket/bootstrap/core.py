"""What every process of the market has: database, clock, bell, and the market itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from labelmarket.adapters.clock import new_id, pause_jittered
from labelmarket.adapters.postgres.bell import PostgresBell
from labelmarket.adapters.postgres.clock import ServerClock
from labelmarket.adapters.postgres.pool import Pool, open_pool
from labelmarket.adapters.postgres.recorder import PostgresRecorder
from labelmarket.application.mapping import FactMapper
from labelmarket.application.market import Market
from labelmarket.bootstrap.database import reach
from labelmarket.domain.facts import FACTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    pool: Pool
    clock: ServerClock
    bell: PostgresBell
    market: Market
    mapper: FactMapper


@contextmanager
def open_core(database_url: str, *, name: str, connections_max: int) -> Iterator[Core]:
    """Open the market on a migrated database; everything is closed at the end.

    Raises `DatabaseUnreachable` when nobody answers there.
    """
    reach(database_url)
    pool = open_pool(database_url, name=name, size_max=connections_max)
    bell = PostgresBell(database_url)
    try:
        clock = ServerClock(pool)
        market = Market(PostgresRecorder(pool), now=clock, new_id=new_id, pause=pause_jittered)
        bell.start()
        yield Core(pool=pool, clock=clock, bell=bell, market=market, mapper=FactMapper(FACTS))
    finally:
        bell.stop()
        pool.close()
