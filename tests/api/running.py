"""A whole market in this process: the web server, the loops and a worker, on real servers."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dramatiq
import httpx
import uvicorn

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.postgres.jobs import PostgresJobs
from labelmarket.adapters.valkey.broker import open_broker
from labelmarket.application.measuring import PASSING
from labelmarket.bootstrap.core import Core, open_core
from labelmarket.bootstrap.follow import loops_of
from labelmarket.bootstrap.loops import run_all
from labelmarket.bootstrap.tokens import issue_token
from labelmarket.bootstrap.work import measuring_on
from labelmarket.settings import Settings
from labelmarket.web.process import SERVING, open_web
from labelmarket.workers import kernels
from labelmarket.workers.actors import declare_actors

READY_S_MAX = 60.0
Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningMarket:
    address: str
    operator: str
    core: Core
    data: Path

    def ask(self, token: str | None, document: str, **variables: object) -> Json:
        """One request as it is, without any retry; the whole answer."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = httpx.post(
            f"{self.address}/graphql",
            json={"query": document, "variables": variables},
            headers=headers,
            trust_env=False,
        )
        content: Json = answer.json()
        return content


@contextmanager
def running_market(database_url: str, redis_url: str, data: Path) -> Iterator[RunningMarket]:
    settings = Settings(
        database_url=database_url, redis_url=redis_url, data=data, host="127.0.0.1", port=_port()
    )
    stopping = threading.Event()
    kernels.warm_for_work()
    with (
        open_core(database_url, name="test", connections_max=40) as core,
        open_web(settings) as app,
        _worker(core, settings),
    ):
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                **{**SERVING, "timeout_graceful_shutdown": 1},
            )
        )
        hands = [
            threading.Thread(target=run_all, args=(loops_of(core, settings, stopping), stopping)),
            threading.Thread(target=server.run),
        ]
        for hand in hands:
            hand.start()
        try:
            address = f"http://{settings.host}:{settings.port}"
            _until_ready(address)
            operator = issue_token(database_url, name="operator")
            yield RunningMarket(address=address, operator=operator, core=core, data=data)
        finally:
            stopping.set()
            server.should_exit = True
            for hand in hands:
                hand.join(timeout=10)


@contextmanager
def _worker(core: Core, settings: Settings) -> Iterator[None]:
    measuring = measuring_on(core.market, LocalBlobs(settings.data / "blobs"))
    broker = open_broker(settings.redis_url)
    declare_actors(
        broker,
        PostgresJobs(core.pool, worker="test"),
        lambda job_id, kind, args: measuring.run(job_id, kind=kind, args=args),
        passing=PASSING,
    )
    worker = dramatiq.Worker(broker, worker_threads=2, worker_timeout=100)
    worker.start()
    try:
        yield
    finally:
        worker.stop(timeout=5_000)
        broker.close()


def _until_ready(address: str) -> None:
    deadline = time.monotonic() + READY_S_MAX
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("the market did not become ready")


def _port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
