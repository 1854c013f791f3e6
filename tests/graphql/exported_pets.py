"""Cats that a machine labeled and dogs that Ada did, to be taken home as files."""

from pathlib import Path
from typing import Any

import httpx
import orjson

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.marking import annotator_of
from labelmarket.adapters.formats.reading import read
from labelmarket.domain.label_format import LabelFormat
from tests.graphql.conftest import Client
from tests.graphql.machine_market import Market
from tests.graphql.played_project import upload

IMAGES, KNOWN = 8, 6
"""Images, and those that the machine says something of."""
CAT, DOG = 1, 2
CLASSES = [{"id": CAT, "name": "cat"}, {"id": DOG, "name": "dog"}]
CAT_BOX, DOG_BOX = [10, 10, 20, 20], [50, 40, 30, 30]
ADA, DETECTOR = "provider: Ada: Eve", "machine: detector 1"
EXPORT = """id status format items labels machineLabels labelsWritten failedCode failedMessage
    file { name bytes sha256 url expiresAt }
    manifest { madeBy { maker annotator labels } itemsLabeledTwice
        losses { what count why } file { url } }"""


def box(image: int, category: int, bbox: list[int], **more: Any) -> dict[str, Any]:
    return {"image_id": image, "category_id": category, "bbox": bbox, **more}


def labels_file(rows: list[dict[str, Any]], *, names: str = "{}.png") -> bytes:
    listed = [
        {"id": n, "file_name": names.format(n), "width": 100, "height": 80}
        for n in range(1, IMAGES + 1)
    ]
    numbered = [{"id": n, "iscrowd": 0, **row} for n, row in enumerate(rows, start=1)]
    return orjson.dumps({"images": listed, "categories": CLASSES, "annotations": numbered})


def by_people() -> list[dict[str, Any]]:
    """Every dog, and the cats of which the machine says nothing; one of them is none."""
    rows = [box(n, DOG, DOG_BOX, annotator="Eve") for n in range(1, IMAGES + 1)]
    rows[0]["bbox"] = [1, 1, 5, 5]
    return rows + [box(n, CAT, CAT_BOX, annotator="Eve") for n in range(KNOWN + 1, IMAGES + 1)]


def launched(
    folder: Path, *, names: str = "{}.png", gold: bytes = b"", critical: str = ""
) -> Market:
    """A project whose cats are a machine's."""
    market = Market.open(folder, task_type="object_detection", data_type="image")
    play = market.play
    play.on_project("addItems", uploadId=upload(play.customer, labels_file([], names=names)))
    play.on_project("defineClasses", classes=[{"name": "cat"}, {"name": "dog"}])
    if critical:
        play.on_project("markClassCritical", className=critical)
    if gold:
        play.on_project("addGold", uploadId=upload(play.customer, gold))
    said = [box(n, CAT, CAT_BOX, score=0.75) for n in range(1, KNOWN + 1)]
    version = {"oracle": "detector", "version": "1"}
    play.on_project("addPredictions", uploadId=upload(play.customer, orjson.dumps(said)), **version)
    market.work()
    metrics = [{"className": "cat", "value": 0.9, "goldExamples": 40}]
    said_of = {"name": "detector", "metric": "ap", "classMetrics": metrics}
    play.customer.done("registerOracle", projectId=play.project_id, **said_of)
    play.on_project("applyRoutingThreshold", threshold=0.5)
    market.order()
    play.on_project("launchProject")
    market.office.settle()
    return market


def delivered(market: Market, *, names: str = "{}.png") -> str:
    """Ada delivers what people are to label; gives the batch."""
    ada = market.play.providers[0]
    batch = market.play.accept(ada)
    file = upload(ada, labels_file(by_people(), names=names))
    ada.done("deliverLabels", batchId=batch, uploadId=file)
    market.work()
    return batch


def exported(market: Market, by: Client, format: str, **of: str) -> dict[str, Any]:
    """Ask for an export, have it written, and tell of it."""
    asked = by.done("exportLabels", "export { id status }", format=format, **of)["export"]
    market.work()
    found = by.ask(f"query($id: ID!) {{ export(id: $id) {{ {EXPORT} }} }}", id=asked["id"])
    return dict(found["export"])


def fetched(by: Client, export: dict[str, Any], **headers: str) -> httpx.Response:
    return by.send("GET", export["file"]["url"], headers=headers)


def read_back(by: Client, export: dict[str, Any], folder: Path) -> Dataset:
    answer = fetched(by, export)
    assert answer.status_code == 200
    path = folder / export["file"]["name"]
    path.write_bytes(answer.content)
    return read(path, format=LabelFormat(export["format"].lower().replace("_", "-")))


def made(dataset: Dataset) -> list[tuple[str, str, str]]:
    """Give the item, the class and the maker of every label."""
    labels = dataset.labels
    return sorted(
        (
            dataset.key(int(labels.items[row])),
            labels.class_names[labels.classes[row]],
            annotator_of(labels, row),
        )
        for row in range(len(labels))
    )


def as_delivered() -> list[tuple[str, str, str]]:
    names = {CAT: "cat", DOG: "dog"}
    people = [(f"{one['image_id']}.png", names[one["category_id"]], ADA) for one in by_people()]
    return sorted(people + [(f"{n}.png", "cat", DETECTOR) for n in range(1, KNOWN + 1)])
