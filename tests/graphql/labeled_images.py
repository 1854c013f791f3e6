"""A project of eight images with cats and dogs, its files, and the command line on these."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from labelmarket.cli import main
from tests.graphql.machine_market import Market
from tests.graphql.played_project import coco, upload

IMAGES = 8
CAT, DOG = 1, 2
CLASSES = [{"id": CAT, "name": "cat"}, {"id": DOG, "name": "dog"}]
CAT_BOX, DOG_BOX, BESIDE = [10, 10, 20, 20], [50, 40, 30, 30], [5, 60, 30, 10]


def box(image: int, category: int, bbox: list[int], **more: Any) -> dict[str, Any]:
    return {"image_id": image, "category_id": category, "bbox": bbox, **more}


def labels_file(rows: list[dict[str, Any]], images: range = range(1, IMAGES + 1)) -> bytes:
    listed = [{"id": n, "file_name": f"{n}.png", "width": 100, "height": 80} for n in images]
    numbered = [{"id": n, "iscrowd": 0, **row} for n, row in enumerate(rows, start=1)]
    return orjson.dumps({"images": listed, "categories": CLASSES, "annotations": numbered})


def gold(images: range) -> bytes:
    """A cat and a dog on each image."""
    pairs = ((CAT, CAT_BOX), (DOG, DOG_BOX))
    return labels_file([box(n, kind, at) for n in images for kind, at in pairs], images)


GOLD = gold(range(1, IMAGES + 1))


def opened(folder: Path, *, true: bytes | None = GOLD) -> Market:
    """A draft with its items and classes, and with gold where there is some."""
    market = Market.open(folder, task_type="object_detection", data_type="image")
    play = market.play
    play.on_project("addItems", uploadId=upload(play.customer, coco(IMAGES)))
    play.on_project("defineClasses", classes=[{"name": "cat"}, {"name": "dog"}])
    if true is not None:
        play.on_project("addGold", uploadId=upload(play.customer, true))
    market.work()
    return market


def delivered(market: Market, *files: bytes) -> str:
    """Launch, and have the first provider deliver these files."""
    market.order()
    market.play.on_project("launchProject")
    market.office.settle()
    provider = market.play.providers[0]
    batch = market.play.accept(provider)
    for content in files:
        provider.done("deliverLabels", batchId=batch, uploadId=upload(provider, content))
        market.work()
    return batch


def on_the_command_line(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict[str, Any]:
    """The JSON that a verb prints, without what it says of the files."""
    capsys.readouterr()
    assert main([*map(str, words), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    del found["files"]
    return found
