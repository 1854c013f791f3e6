"""Messages are hints: whatever happens to them, the jobs are done, each once."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import dramatiq
import pytest
import redis
from dramatiq.brokers.redis import RedisBroker

from labelmarket.adapters.clock import new_id
from labelmarket.adapters.postgres.clock import ServerClock
from labelmarket.adapters.postgres.jobs import PostgresJobs
from labelmarket.adapters.postgres.pool import Pool, open_pool
from labelmarket.adapters.postgres.recorder import PostgresRecorder
from labelmarket.adapters.valkey.broker import open_broker
from labelmarket.application.access import MARKET
from labelmarket.application.labels import BlobStoreFull
from labelmarket.application.market import Market
from labelmarket.application.measuring import PASSING
from labelmarket.bootstrap.follow import send_waiting
from labelmarket.workers.actors import declare_actors, message_for
from tests.adapters.postgres.scene import Record, eventually, one, select

STATES = "SELECT count(*) FROM market.jobs WHERE state = %s"
EFFECTS = "SELECT count(*) FROM market.commands WHERE key LIKE 'job:%%'"
QUEUE = "labelmarket:parts"
Run = Callable[[str, str, Mapping[str, Any]], None]


class Shop:
    """A market with jobs, their rows, and a broker."""

    def __init__(self, pool: Pool, redis_url: str) -> None:
        self.market = Market(
            PostgresRecorder(pool), now=ServerClock(pool), new_id=new_id, pause=lambda _: None
        )
        self.jobs = PostgresJobs(pool, worker="test")
        self.redis_url = redis_url
        self.broker: RedisBroker = open_broker(redis_url)
        self.valkey = redis.Redis.from_url(redis_url)
        for queue in ("parts", "merge"):
            self.broker.declare_queue(queue)

    def start_jobs(self, number: int) -> None:
        for _ in range(number):
            self.market.handle(Record(job=f"job {uuid4()}"), by=MARKET)

    def send(self) -> None:
        send_waiting(self.jobs, self.broker)

    def finish(self, job_id: str, _kind: str, _args: Mapping[str, Any]) -> None:
        self.market.handle(Record(), by=MARKET, key=f"job:{job_id}", done_jobs=(job_id,))

    @contextmanager
    def working(self, run: Run) -> Iterator[None]:
        broker = open_broker(self.redis_url)
        declare_actors(broker, self.jobs, run, passing=PASSING)
        worker = dramatiq.Worker(broker, worker_threads=2, worker_timeout=50)
        worker.start()
        try:
            yield
        finally:
            worker.stop(timeout=4_000)
            broker.close()

    def close(self) -> None:
        self.broker.close()
        self.valkey.close()


@pytest.fixture
def shop(database_url: str, redis_url: str) -> Iterator[Shop]:
    pool = open_pool(database_url, name="test", size_max=8)
    opened = Shop(pool, redis_url)
    opened.valkey.flushall()
    try:
        yield opened
    finally:
        opened.close()
        pool.close()


def test_waiting_jobs_are_sent_and_done(shop: Shop, database_url: str) -> None:
    shop.start_jobs(5)

    with shop.working(shop.finish):
        shop.send()
        assert eventually(lambda: one(database_url, STATES, "done") == 5)

    assert one(database_url, EFFECTS) == 5


def test_a_message_that_comes_twice_has_one_effect(shop: Shop, database_url: str) -> None:
    shop.start_jobs(3)
    shop.send()
    for job_id, queue in select(database_url, "SELECT id, queue FROM market.jobs"):
        shop.broker.enqueue(message_for(queue, job_id))

    with shop.working(shop.finish):
        assert eventually(lambda: one(database_url, STATES, "done") == 3)
        assert eventually(lambda: shop.valkey.llen(QUEUE) == 0)

    assert one(database_url, EFFECTS) == 3


def test_jobs_are_done_though_the_broker_was_wiped(shop: Shop, database_url: str) -> None:
    shop.start_jobs(5)
    shop.send()
    assert shop.valkey.llen(QUEUE) == 5

    shop.valkey.flushall()
    select(database_url, "UPDATE market.jobs SET sent_at = sent_at - interval '2 s'")

    with shop.working(shop.finish):
        shop.send()
        assert eventually(lambda: one(database_url, STATES, "done") == 5)


def test_messages_do_not_pile_up_while_nobody_works(shop: Shop, database_url: str) -> None:
    shop.start_jobs(1)

    for _ in range(20):
        shop.send()
        select(database_url, "UPDATE market.jobs SET sent_at = sent_at - interval '6 s'")

    # In two minutes: at once, and after 2, 4, 8, 16 and 32 seconds and what the steps add.
    assert shop.valkey.llen(QUEUE) <= 6


def test_jobs_wait_while_the_broker_is_away_and_are_sent_when_it_is_back(
    shop: Shop, database_url: str
) -> None:
    shop.start_jobs(3)
    nowhere = open_broker("redis://127.0.0.1:1/0")

    with pytest.raises((dramatiq.errors.BrokerConnectionError, redis.ConnectionError)):
        send_waiting(shop.jobs, nowhere)
    nowhere.close()
    shop.send()

    assert shop.valkey.llen(QUEUE) == 3
    assert one(database_url, "SELECT max(sends) FROM market.jobs") == 1


def test_a_job_for_a_queue_that_nobody_knows_stops_no_other(shop: Shop, database_url: str) -> None:
    shop.start_jobs(3)
    select(
        database_url,
        "UPDATE market.jobs SET queue = 'unheard of'"
        " WHERE id = (SELECT id FROM market.jobs ORDER BY not_before LIMIT 1)",
    )

    shop.send()

    assert shop.valkey.llen(QUEUE) == 2


def test_garbage_in_the_queue_does_not_stop_the_worker(shop: Shop, database_url: str) -> None:
    for number, garbage in enumerate((b"\x00\xff", b"{}", b'{"queue_name": 1}', b"[]")):
        shop.valkey.hset(f"{QUEUE}.msgs", f"garbage {number}", garbage)
        shop.valkey.rpush(QUEUE, f"garbage {number}")
    shop.broker.enqueue(message_for("parts", "a job that nobody knows"))
    shop.start_jobs(3)

    with shop.working(shop.finish):
        assert eventually(lambda: _resent_until_done(shop, database_url, jobs=3), within_s=20)

    assert one(database_url, EFFECTS) == 3


def _resent_until_done(shop: Shop, database_url: str, *, jobs: int) -> bool:
    shop.send()
    return bool(one(database_url, STATES, "done") == jobs)


def test_a_job_that_fails_is_tried_again_and_its_error_is_kept(
    shop: Shop, database_url: str
) -> None:
    shop.start_jobs(1)
    failures = iter(["once"])
    failed = threading.Event()

    def run(job_id: str, kind: str, args: Mapping[str, Any]) -> None:
        if next(failures, None):
            failed.set()
            raise ValueError("not now")
        shop.finish(job_id, kind, args)

    with shop.working(run):
        shop.send()
        assert failed.wait(10)
        kept = "SELECT error FROM market.jobs WHERE state = 'ready'"
        assert eventually(lambda: select(database_url, kept) == [("ValueError: not now",)])
        assert eventually(lambda: _resent_until_done(shop, database_url, jobs=1))

    assert select(database_url, "SELECT attempts, error FROM market.jobs") == [(2, None)]


def test_a_full_disk_is_no_error_of_the_job(shop: Shop, database_url: str) -> None:
    shop.start_jobs(1)
    failed = threading.Event()

    def run(_job_id: str, _kind: str, _args: Mapping[str, Any]) -> None:
        failed.set()
        raise BlobStoreFull("no space")

    with shop.working(run):
        shop.send()
        assert failed.wait(10)
        kept = "SELECT errors, crashes FROM market.jobs WHERE state = 'ready' AND error <> ''"
        assert eventually(lambda: select(database_url, kept) == [(0, 0)])


def test_a_message_for_a_job_that_somebody_else_has_is_no_warning(
    shop: Shop, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    shop.start_jobs(1)
    shop.send()
    for (job_id,) in select(database_url, "SELECT id FROM market.jobs"):
        shop.broker.enqueue(message_for("parts", job_id))

    with shop.working(shop.finish):
        assert eventually(lambda: one(database_url, STATES, "done") == 1)
        assert eventually(lambda: shop.valkey.llen(QUEUE) == 0)

    assert [r.getMessage() for r in caplog.records if r.levelname != "INFO"] == []
