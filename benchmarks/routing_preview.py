"""How long a preview of routes takes through the API of a market of separate processes."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from labelmarket.bootstrap.core import open_core
from labelmarket.demo.client import Client
from proofs.counts import percentile
from tests.api.people import People, until
from tests.api.running import RunningMarket
from tests.whole.ground import ground

ITEMS, CLASSES = 100_000, 40
"""As many scores as a file of predictions may hold."""

GOLD, PROVIDERS, SAMPLES = 4_000, 12, 200
PREVIEWED_MS_AIM = 150.0
NAMES = tuple(f"class {n}" for n in range(CLASSES))
PREVIEW = """query($id: ID!, $threshold: Float!) { previewRouting(
    projectId: $id, threshold: $threshold) { threshold saving problems
    classes { name route reason metric }
    tasks { machineItems machineLabels accuracy { low mean high }
        people { items currency price { low mean high } hours { mean } accuracy { mean } } }
    curve { threshold machineClasses peopleItems price accuracy }
    forTwoPoints { threshold price } } }"""
MEASURED = "query($id: ID!) { project(id: $id) { oracle } }"


def preview_rows() -> Iterator[Row]:
    with (
        tempfile.TemporaryDirectory() as folder,
        ground(Path(folder), counts={"serve": 1, "follow": 1, "work": 1}) as market,
        open_core(market.outside.database_url, name="bench", connections_max=2) as core,
    ):
        running = RunningMarket(
            address=market.address, operator=market.operator, core=core, data=market.data
        )
        with People(running) as people:
            customer = people.customer()
            project_id = _project(people, customer)
            times_ms = [_preview_ms(customer, project_id, n / SAMPLES) for n in range(SAMPLES + 1)]
    size = f"{ITEMS:,} items, {CLASSES} classes, {PROVIDERS} providers, through the API"
    yield Row(work=f"previewRouting, the first one: {size}", value=times_ms[0], unit="ms")
    for percent in (50, 95):
        took_ms = percentile(times_ms[1:], percent=percent)
        yield Row(
            work=f"previewRouting, {SAMPLES} thresholds, p{percent}: {size}",
            value=took_ms,
            unit="ms",
            peer=f"limit {PREVIEWED_MS_AIM:g} ms",
            ratio=PREVIEWED_MS_AIM / took_ms,
            goal=1.0,
        )


def _project(people: People, customer: Client) -> str:
    """A draft whose predictions are measured, with an order for people."""
    ranked = [
        people.provider(f"Provider {n}", task="sentiment", items_per_month=ITEMS)[1]
        for n in range(PROVIDERS)
    ]
    project_id = people.project(
        customer,
        items=_table("id,text", (f"{n},text {n}" for n in range(ITEMS))),
        classes=NAMES,
        data_type="text",
        requirement={"taskType": "sentiment"},
    )
    people.order(customer, project_id, ranked)
    truth, scores = _said()
    gold = _table("item,class", (f"{n},{NAMES[truth[n]]}" for n in range(GOLD)))
    said = _table(f"item,{','.join(NAMES)}", (f"{n},{row}" for n, row in enumerate(scores)))
    fields = {"projectId": project_id}
    customer.mutate(
        "addGold", {**fields, "uploadId": customer.upload(gold, name="gold.csv")}, select="position"
    )
    customer.mutate(
        "addPredictions",
        {
            **fields,
            "oracle": "reader",
            "version": "1",
            "uploadId": customer.upload(said, name="said.csv"),
        },
        select="predictions",
        timeout_s=120.0,
    )
    until(lambda: customer.query(MEASURED, id=project_id)["project"]["oracle"])
    return project_id


def _said() -> tuple[list[int], list[str]]:
    """The true class of every item, and what a model gives to each class: some better known."""
    chance = np.random.default_rng(3)
    truth = chance.integers(0, CLASSES, ITEMS)
    odds = chance.random((ITEMS, CLASSES))
    odds[np.arange(ITEMS), truth] += 3.0 * chance.random(ITEMS) * (truth + 1) / CLASSES
    scores = odds / odds.sum(axis=1, keepdims=True)
    return truth.tolist(), [",".join(f"{one:.5f}" for one in row) for row in scores.tolist()]


def _table(header: str, rows: Iterator[str]) -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def _preview_ms(customer: Client, project_id: str, threshold: float) -> float:
    began = time.perf_counter()
    found = customer.query(PREVIEW, id=project_id, threshold=threshold)["previewRouting"]
    took_ms = 1_000 * (time.perf_counter() - began)
    assert found["threshold"] == threshold
    assert len(found["curve"]) > 1
    return took_ms
