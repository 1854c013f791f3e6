"""First figures of the core: commands, fact to view, and the report of many labels."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate as StockAggregate
from psycopg.conninfo import conninfo_to_dict

from benchmarks.report import report_rows
from benchmarks.rows import Row
from labelmarket.adapters.embedded.servers import Addresses, BundledServers
from labelmarket.adapters.postgres.feed import ViewFollower
from labelmarket.adapters.postgres.waiting import ViewsReach
from labelmarket.application.access import MARKET
from labelmarket.application.commands.tokens import IssueToken
from labelmarket.application.views.all import VIEWS
from labelmarket.bootstrap.core import Core, open_core
from labelmarket.bootstrap.loops import Loop, run_all
from labelmarket.demo.documents import PROJECT_EVENTS
from labelmarket.demo.feed import Feed
from labelmarket.domain.access_token import Role
from labelmarket.migrations.runner import migrate
from tests.api.people import People
from tests.api.running import running_market

COMMANDS = 1_000
THREADS = (1, 8)
LATENCY_SAMPLES = 200
MESSAGE_SAMPLES = 100


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        servers = BundledServers(Path(folder))
        addresses = servers.start()
        try:
            migrate(addresses.database_url)
            with open_core(addresses.database_url, name="bench", connections_max=20) as core:
                found = [*_commands(core, addresses.database_url), _fact_to_view(core)]
            found += _through_the_api(addresses, Path(folder) / "market")
            return [*found, *report_rows()]
        finally:
            servers.stop()


def _commands(core: Core, database_url: str) -> Iterator[Row]:
    """Whole commands (key, fact, chain) against the library's path, which stores facts alone."""
    for threads in THREADS:
        ours = per_second(lambda: _issue(core), threads=threads)
        with stock_application(database_url) as stock:
            theirs = per_second(lambda: stock.save(StockThing()), threads=threads)
        yield Row(
            work=f"commands with key, fact and chain, {threads} thread(s)",
            value=ours,
            unit="1/s",
            peer="eventsourcing save",
            ratio=ours / theirs,
        )


def _through_the_api(addresses: Addresses, data: Path) -> list[Row]:
    """From a mutation's answer until a subscriber has its fact, over HTTP and a websocket."""
    with (
        running_market(addresses.database_url, addresses.redis_url, data) as market,
        People(market) as people,
    ):
        customer = people.customer()
        fields = {
            "name": "bench",
            "dataType": "image",
            "tasks": [{"taskType": "object_detection"}],
        }
        made = customer.mutate("createProject", fields, select="project { id }")
        project_id = made["project"]["id"]
        mutation_ms, message_ms = [], []
        with Feed(
            address=market.address,
            token=customer.token,
            document=PROJECT_EVENTS,
            variables={"projectId": project_id},
            after=made["position"],
        ) as feed:
            feed.next(timeout_s=0.5)
            for number in range(MESSAGE_SAMPLES):
                began = time.perf_counter()
                target = {"accuracy": 0.5 + number / 1_000}
                customer.mutate(
                    "reviseTarget",
                    {"projectId": project_id, "target": target},
                    select="project { id }",
                )
                answered = time.perf_counter()
                assert feed.next(timeout_s=5) is not None
                mutation_ms.append(1_000 * (answered - began))
                message_ms.append(1_000 * (time.perf_counter() - answered))
    return [
        Row(
            work="mutation over HTTP, its own write read back, p50",
            value=median(mutation_ms),
            unit="ms",
        ),
        Row(
            work="mutation's answer → subscription message, p50",
            value=median(message_ms),
            unit="ms",
        ),
    ]


class StockThing(StockAggregate):
    """One event, stored by the library itself."""


@contextmanager
def stock_application(database_url: str) -> Iterator[Application[UUID]]:
    to = conninfo_to_dict(database_url)
    application: Application[UUID] = Application(
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": str(to["dbname"]),
            "POSTGRES_HOST": str(to["host"]),
            "POSTGRES_PORT": str(to.get("port", 5432)),
            "POSTGRES_USER": str(to["user"]),
            "POSTGRES_PASSWORD": "",
            "POSTGRES_POOL_SIZE": "10",
        }
    )
    try:
        yield application
    finally:
        application.close()


def _issue(core: Core) -> int:
    outcome = core.market.handle(
        IssueToken(
            token_id=uuid4(),
            name="bench",
            role=Role.AUDITOR,
            organisation_id=None,
            secret_sha256="0" * 64,
            expires_in_s=60,
        ),
        by=MARKET,
    )
    assert outcome.position is not None, outcome.answer
    return outcome.position


def per_second(work: Callable[[], object], *, threads: int) -> float:

    def run() -> None:
        for _ in range(COMMANDS // threads):
            work()

    work()
    rates = []
    for _ in range(3):
        hands = [threading.Thread(target=run) for _ in range(threads)]
        began = time.perf_counter()
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        rates.append(COMMANDS / (time.perf_counter() - began))
    return median(rates)


def _fact_to_view(core: Core) -> Row:
    """From the command's answer until every view has its fact, with the loops running."""
    stopping = threading.Event()
    loops = []
    for view in VIEWS:
        follower = ViewFollower(core.pool, view, core.mapper)
        follower.register()
        ring = core.bell.ring_for("facts")
        loops.append(Loop(name=view.name, step=follower.advance, ring=ring))
    feed = threading.Thread(target=run_all, args=(loops, stopping))
    feed.start()
    reach = ViewsReach(core.pool, core.bell)
    try:
        reach(core.market.recorder.max_notification_id() or 0)
        times = []
        for _ in range(LATENCY_SAMPLES):
            position = _issue(core)
            began = time.perf_counter()
            reach(position)
            times.append(1_000 * (time.perf_counter() - began))
    finally:
        stopping.set()
        feed.join()
    return Row(work="fact → every view, p50", value=median(times), unit="ms")
