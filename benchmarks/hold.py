"""What must hold under load: appends, a tailing reader, a crowd, and a steady stream of clients."""

import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from uuid import UUID

import orjson

from benchmarks.core import StockThing, per_second, stock_application
from benchmarks.deadlines import deadline_rows
from benchmarks.rebuild import rebuild_rows
from benchmarks.report import report_rows
from benchmarks.rows import Row
from benchmarks.two_workers import two_worker_rows
from labelmarket.adapters.embedded.servers import BundledServers
from labelmarket.adapters.postgres.log import PostgresLog
from labelmarket.adapters.postgres.reactions import ReactionFollower
from labelmarket.application.access import MARKET, Actor
from labelmarket.application.commands.offers import AcceptOffer
from labelmarket.application.market import Outcome
from labelmarket.application.reactions.offer_next_provider import OfferNextProvider
from labelmarket.bootstrap.core import Core, open_core
from labelmarket.domain.access_token import Role
from labelmarket.domain.offer import Offer
from labelmarket.domain.work_order import WorkOrder
from labelmarket.migrations.runner import migrate
from proofs.counts import percentile
from proofs.races import plan_many
from tests.adapters.postgres.scene import Record, actor, all_at_once, list_provider
from tests.whole.ground import ROOT, ground

THREADS = 8
ROUNDS = 3
TAILED = 20_000
ORDERS, PROVIDERS = 200, 20
CLIENTS_S_MAX = 120.0
COCO_IMAGES, COCO_LABELS = 118_000, 860_000


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        with BundledServers(Path(folder) / "core") as servers:
            url = servers.start().database_url
            migrate(url)
            with open_core(url, name="bench", connections_max=20) as core:
                yield _appends(core, url)
                yield _tailed(core)
                yield _crowd(core)
        yield from _clients(Path(folder) / "clients")
    yield from deadline_rows()
    yield from rebuild_rows()
    yield from two_worker_rows()
    yield from report_rows(images=COCO_IMAGES, count=COCO_LABELS, repeats=1)


def _appends(core: Core, database_url: str) -> Row:
    """In turns, so that a noisy moment hits both."""

    def append() -> None:
        command = Record()
        core.market.handle(
            Record(ids=command.ids, timer=f"bench:{command.ids[0]}", timer_in_s=86_400), by=MARKET
        )

    ours, theirs = [], []
    with stock_application(database_url) as stock:
        for _ in range(ROUNDS):
            ours.append(per_second(append, threads=THREADS))
            theirs.append(per_second(lambda: stock.save(StockThing()), threads=THREADS))
    return Row(
        work=f"appends: fact, key, timer and chain, {THREADS} threads",
        value=median(ours),
        unit="1/s",
        peer="eventsourcing save (fact alone)",
        ratio=median(ours) / median(theirs),
        floor=1.3,
        goal=2.0,
    )


def _tailed(core: Core) -> Row:
    """A reader behind eight writers, who looks all the time."""
    log = PostgresLog(core.pool)
    begun = log.head()
    seen: list[int] = []
    written = threading.Event()

    def follow() -> None:
        while True:
            last_look = written.is_set()
            page = log.read(after=seen[-1] if seen else begun, limit=500)
            seen.extend(fact.position for fact in page)
            if last_look and not page:
                return

    def write() -> None:
        for _ in range(TAILED // THREADS):
            core.market.handle(Record(), by=MARKET)

    reader = threading.Thread(target=follow)
    reader.start()
    try:
        all_at_once([write] * THREADS)
    finally:
        written.set()
        reader.join()
    missed = TAILED - len(set(seen))
    in_order = seen == sorted(seen)
    return _must(f"missed of {TAILED:,} facts by a tailing reader", missed, holds=in_order)


def _crowd(core: Core) -> Row:
    """Every order of one large project is accepted at the same moment."""
    customer = actor(Role.CUSTOMER)
    providers = [list_provider(core, f"provider {number}") for number in range(PROVIDERS)]
    planned = plan_many(core, customer=customer, providers=providers, orders_wanted=ORDERS)
    follower = ReactionFollower(
        core.pool, OfferNextProvider(), market=core.market, mapper=core.mapper
    )
    follower.register()
    while follower.advance():
        pass
    by_id = {p.viewer.organisation_id: p for p in providers if p.viewer is not None}

    def accept(offer_id: UUID, by: Actor) -> Outcome:
        return core.market.handle(AcceptOffer(offer_id=offer_id), by=by)

    tasks = []
    for order_id in planned:
        order = core.market.find(WorkOrder, order_id)
        assert order is not None
        assert order.last_offer_id is not None, "every order has an offer"
        offer = core.market.find(Offer, order.last_offer_id)
        assert offer is not None
        tasks.append(partial(accept, offer.id, by_id[offer.provider_id]))
    failed = sum(1 for outcome in all_at_once(tasks) if outcome.answer.refused is not None)
    return _must(f"failures of {ORDERS} orders of one project accepted at once", failed)


def _must(work: str, wrong: int, *, holds: bool = True) -> Row:
    """A count that must be zero, as a ratio of 1 to a perfect peer."""
    ratio = 1.0 if holds and wrong == 0 else 0.0
    return Row(work=work, value=wrong, unit="", peer="none at all", ratio=ratio, floor=1.0)


def _clients(data: Path) -> Iterator[Row]:
    with ground(data, counts={"serve": 1, "follow": 1}) as market:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.clients", market.address, market.operator],
            cwd=ROOT,
            check=True,
            capture_output=True,
            timeout=CLIENTS_S_MAX,
        )
    found = orjson.loads(done.stdout)
    yield Row(
        work="mutations at 200/s from 50 clients of another process, p95",
        value=percentile(found["times_ms"], percent=95),
        unit="ms",
    )
    yield _must(f"errors of {len(found['times_ms']):,} such mutations", found["errors"])
