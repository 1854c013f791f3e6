"""Quarantined jobs are told of once, shown to operators, and released by them."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from labelmarket.adapters.postgres.health import MarketHealth
from labelmarket.adapters.postgres.jobs import PostgresJobs
from labelmarket.application.commands.batches import DeliverLabels
from labelmarket.application.commands.offers import AcceptOffer
from labelmarket.bootstrap.core import Core, open_core
from labelmarket.bootstrap.follow import give_up_quarantined
from labelmarket.cli import main
from labelmarket.domain.work_order import WorkOrder
from tests.adapters.postgres.scene import Record, do, launch, one, select

REFUSED = "SELECT count(*) FROM market.facts WHERE topic = 'DeliveryRefused'"
QUARANTINE = "UPDATE market.jobs SET state = 'quarantined', errors = 5, error = 'BlobMissing: no'"


@pytest.fixture
def core(database_url: str) -> Iterator[Core]:
    with open_core(database_url, name="test", connections_max=4) as opened:
        yield opened


@pytest.fixture
def unread(core: Core, database_url: str) -> UUID:
    """A batch whose delivered part is never read."""
    launched = launch(core)
    provider = launched.providers[0]
    order = core.market.find(WorkOrder, launched.order_id)
    assert order is not None
    assert order.last_offer_id is not None
    do(core, AcceptOffer(offer_id=order.last_offer_id), provider)
    order = core.market.find(WorkOrder, launched.order_id)
    assert order is not None
    (batch_id,) = order.assigned
    deliver = DeliverLabels(batch_id=batch_id, upload_digest="c" * 64, size_bytes=9)
    do(core, deliver, provider)
    select(database_url, QUARANTINE)
    return batch_id


def test_a_part_that_is_never_read_is_refused_once(
    core: Core, database_url: str, unread: UUID
) -> None:
    jobs = PostgresJobs(core.pool, worker="follow")

    for _ in range(2):
        give_up_quarantined(core.market, jobs)

    assert one(database_url, REFUSED) == 1
    assert [(job.id, job.told) for job in jobs.quarantined()] == [(f"part:{unread}:1", True)]


def test_a_job_that_cannot_be_given_up_stops_no_other(
    core: Core, database_url: str, unread: UUID
) -> None:
    do(core, Record(job=f"a strange one, before {unread}"))
    select(database_url, QUARANTINE)

    give_up_quarantined(core.market, PostgresJobs(core.pool, worker="follow"))

    assert one(database_url, REFUSED) == 1


def test_a_quarantined_job_is_shown_and_is_in_the_way_only_while_somebody_waits(
    core: Core, unread: UUID, tmp_path: Path
) -> None:
    health = MarketHealth(pool=core.pool, clock=core.clock, blobs=tmp_path)
    shown = {"job": f"part:{unread}:1", "error": "BlobMissing: no"}

    assert health.look()["quarantinedJobs"] == [{**shown, "standsStill": True}]
    give_up_quarantined(core.market, PostgresJobs(core.pool, worker="follow"))

    assert health.look()["quarantinedJobs"] == [{**shown, "standsStill": False}]


def test_an_operator_lists_and_releases_a_job(
    database_url: str,
    unread: UUID,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    job = f"part:{unread}:1"

    assert main(("jobs", "list")) == 0
    assert job in capsys.readouterr().out
    assert main(("jobs", "release", job)) == 0

    assert select(database_url, "SELECT state, errors FROM market.jobs") == [("ready", 0)]
    assert main(("jobs", "release", str(uuid4()))) == 1
