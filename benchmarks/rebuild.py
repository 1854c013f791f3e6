"""How fast views are made anew from a long log: one, all in one pass, and one fact at a time."""

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from benchmarks.long_log import fill
from benchmarks.rows import Row
from labelmarket.adapters.embedded.servers import BundledServers
from labelmarket.adapters.postgres.pages import Pages, entry_in
from labelmarket.adapters.postgres.rebuild import rebuild
from labelmarket.adapters.postgres.session import Session, open_session
from labelmarket.adapters.postgres.view_table import ViewTable, take_in
from labelmarket.application.mapping import FactMapper
from labelmarket.application.view import View
from labelmarket.application.views.all import VIEWS
from labelmarket.domain.facts import FACTS
from labelmarket.migrations.runner import migrate

LOG_FACTS = 200_000
ONE_BY_ONE_FACTS = 10_000
ROUNDS = 3
ONE_VIEW_FLOOR, ONE_VIEW_GOAL, ALL_VIEWS_GOAL = 20_000, 45_000, 15_000
OTHER_WAY = """
DROP SCHEMA IF EXISTS other_way CASCADE;
CREATE SCHEMA other_way;
CREATE TABLE other_way.{table} (LIKE views.{table} INCLUDING ALL);
CREATE TABLE other_way.tracking (name text PRIMARY KEY, position bigint NOT NULL)
"""
TRACK = """
INSERT INTO other_way.tracking VALUES ('market', %s)
ON CONFLICT (name) DO UPDATE SET position = EXCLUDED.position
"""


def rebuild_rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, BundledServers(Path(folder)) as servers:
        url = servers.start().database_url
        migrate(url)
        with psycopg.connect(url, autocommit=True) as connection:
            fill(connection, facts=LOG_FACTS)
        with open_session(url, name="bench") as session:
            return _measured(session, url)


def _measured(session: Session, database_url: str) -> list[Row]:
    slowest = min(VIEWS, key=lambda view: _rate(session, [view]))
    one, every, by_one = [], [], []
    for _ in range(ROUNDS):
        # In turns, so that a noisy moment hits all.
        one.append(_rate(session, [slowest]))
        by_one.append(_one_by_one(session, slowest, database_url))
        every.append(_rate(session, VIEWS))
    return [
        Row(
            work=f"rebuild the slowest view, {slowest.name}, of {LOG_FACTS:,} facts",
            value=median(one),
            unit="facts/s",
            peer=f"limit {ONE_VIEW_FLOOR:,}/s",
            ratio=median(one) / ONE_VIEW_FLOOR,
            floor=1.0,
            goal=ONE_VIEW_GOAL / ONE_VIEW_FLOOR,
        ),
        Row(
            work=f"rebuild {slowest.name} in batches",
            value=median(one),
            unit="facts/s",
            peer="one transaction a fact",
            ratio=median(one) / median(by_one),
            floor=10.0,
        ),
        Row(
            work=f"rebuild all {len(VIEWS)} views in one pass",
            value=median(every),
            unit="facts/s",
            peer=f"limit {ALL_VIEWS_GOAL:,}/s",
            ratio=median(every) / ALL_VIEWS_GOAL,
            goal=1.0,
        ),
    ]


def _rate(session: Session, views: Sequence[View[Any]]) -> float:
    mapper = FactMapper(FACTS)
    began = time.perf_counter()
    for made in rebuild(session, views, mapper):
        assert made.facts == LOG_FACTS
    return LOG_FACTS / (time.perf_counter() - began)


def _one_by_one(session: Session, view: View[Any], database_url: str) -> float:
    """As the event store library's projections do: a row and a position in a transaction.

    It is the first part of the same log, and what the view does not name is left out too.
    """
    session.execute(OTHER_WAY.format(table=view.name))
    mapper, table = FactMapper(FACTS), ViewTable(view, schema="other_way")
    with psycopg.connect(database_url, autocommit=True) as connection:
        began = time.perf_counter()
        page = Pages(mapper, view.topics).read(connection, after=0, limit=ONE_BY_ONE_FACTS)
        assert page is not None
        for row in page.rows:
            entry = entry_in(mapper, row)
            with connection.transaction():
                take_in(connection, view, table, [entry])
                connection.execute(TRACK, (entry.position,), prepare=True)
        return page.facts / (time.perf_counter() - began)
