"""A large delivery in parts, and worker processes that are let go, held and killed on purpose."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import orjson

from labelmarket.bootstrap.core import Core, open_core
from labelmarket.demo.client import Client
from labelmarket.domain.label_batch import LabelBatch
from tests.api.people import People, until
from tests.api.running import RunningMarket
from tests.whole.ground import Ground, ground

CLASSES = tuple(f"class {number}" for number in range(80))
WORKERS = ("work", "work 2")
COUNTS = {"serve": 1, "follow": 1, "work": len(WORKERS)}
ITEMS_PER_MONTH = 1_000_000
PATIENCE_S = 60.0
REPORT_S_MAX = 180.0
LOOK_EVERY_S = 0.02

NOW = "SELECT clock_timestamp()"
LAST_BATCH = """
SELECT originator_id FROM market.facts WHERE topic = 'BatchOpened'
ORDER BY notification_id DESC LIMIT 1
"""
MEASURED = """
SELECT recorded_at FROM market.facts WHERE topic = 'BatchMeasured' AND originator_id = %s
"""
DONE = """
SELECT count(*) FROM market.jobs
WHERE kind = 'read_part' AND state = 'done' AND args ->> 'batch_id' = %s
"""
OFFERS = "query { offers(status: OPEN, first: 1) { nodes { id } } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How long a delivered batch took to its report, and what the report is called."""

    batch_id: UUID
    seconds: float
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The items of a project, and the files that their labels come in."""

    items: bytes
    parts: Sequence[bytes]

    @staticmethod
    def make(*, images: int, boxes: int, parts: int) -> "Delivery":
        chance = np.random.default_rng(7)
        owners = np.sort(chance.integers(0, images, boxes))
        corners = chance.uniform(0, 400, size=(boxes, 2))
        sizes = chance.uniform(2, 200, size=(boxes, 2))
        labels = [
            {"image_id": owner, "category_id": kind, "bbox": box, "iscrowd": 0}
            for owner, kind, box in zip(
                owners.tolist(),
                chance.integers(0, len(CLASSES), boxes).tolist(),
                np.round(np.concatenate([corners, sizes], axis=1), 2).tolist(),
                strict=True,
            )
        ]
        bounds = np.linspace(0, images, parts + 1).astype(int).tolist()
        cuts = np.searchsorted(owners, bounds).tolist()
        return Delivery(
            items=_coco(range(images), []),
            parts=[
                _coco(range(bounds[n], bounds[n + 1]), labels[cuts[n] : cuts[n + 1]])
                for n in range(parts)
            ],
        )


def _coco(images: range, labels: Sequence[dict[str, Any]]) -> bytes:
    return orjson.dumps(
        {
            "images": [
                {"id": n, "file_name": f"{n}.jpg", "width": 640, "height": 480} for n in images
            ],
            "categories": [{"id": n, "name": name} for n, name in enumerate(CLASSES)],
            "annotations": labels,
        }
    )


@contextmanager
def deliveries(data: Path) -> Iterator["Deliveries"]:
    with (
        ground(data, counts=COUNTS) as market,
        open_core(market.outside.database_url, name="bench", connections_max=2) as core,
    ):
        place = RunningMarket(
            address=market.address, operator=market.operator, core=core, data=market.data
        )
        with People(place) as people:
            yield Deliveries(market=market, core=core, people=people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """Deliveries to a running market, and what its workers make of them."""

    market: Ground
    core: Core
    people: People

    def run(self, files: Delivery, *, workers: Sequence[str], kill: str | None = None) -> Measured:
        """Deliver all parts while no worker moves, then let these go on."""
        for worker in WORKERS:
            os.kill(self.pid(worker), signal.SIGSTOP)
        try:
            batch_id = self._delivered(files)
            began_at = self.ask(NOW)
            for worker in workers:
                os.kill(self.pid(worker), signal.SIGCONT)
            if kill is not None:
                self._wait(lambda: self.ask(DONE, str(batch_id)) >= len(files.parts) // 2)
                os.kill(self.pid(kill), signal.SIGKILL)
            self._wait(lambda: self.ask(MEASURED, batch_id) is not None)
        finally:
            for worker in WORKERS:
                os.kill(self.pid(worker), signal.SIGCONT)
        ended_at: datetime = self.ask(MEASURED, batch_id)
        batch = self.core.market.find(LabelBatch, batch_id)
        assert batch is not None
        return Measured(
            batch_id=batch_id,
            seconds=(ended_at - began_at).total_seconds(),
            digest=batch.report_digest or "",
        )

    def pid(self, worker: str) -> int:
        pid = until(lambda: self.market.processes[worker].pid)
        assert isinstance(pid, int)
        return pid

    def _delivered(self, files: Delivery) -> UUID:
        """A project of its own whose whole order one provider has taken and delivered."""
        provider, provider_id = self.people.provider(
            "Large", items_per_month=ITEMS_PER_MONTH, capability={"unitsPerHour": "1000000"}
        )
        # Reading so many items takes longer than a test would wait.
        token = self.people.token("CUSTOMER")
        with Client(address=self.market.address, token=token, patience_s=PATIENCE_S) as customer:
            project = self.people.project(customer, items=files.items, classes=CLASSES)
            self.people.order(customer, project, [provider_id])
            customer.mutate("launchProject", {"projectId": project}, select="project { id }")
        offer = until(lambda: provider.query(OFFERS)["offers"]["nodes"])[0]["id"]
        taken = provider.mutate("acceptOffer", {"offerId": offer}, select="batch { id }")
        batch = taken["batch"]["id"]
        provider.mutate("startWork", {"batchId": batch}, select="batch { id }")
        for part in files.parts:
            upload = provider.upload(part, name="labels.json")
            provider.mutate("deliverLabels", {"batchId": batch, "uploadId": upload}, select="part")
        batch_id = self.ask(LAST_BATCH)
        assert isinstance(batch_id, UUID)
        return batch_id

    def ask(self, statement: str, *values: object) -> Any:
        with self.core.pool.connection() as connection:
            row = connection.execute(statement.encode(), values).fetchone()
        return None if row is None else row[0]

    def _wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + REPORT_S_MAX
        while not condition():
            assert time.monotonic() < deadline, "there is no report yet"
            time.sleep(LOOK_EVERY_S)
