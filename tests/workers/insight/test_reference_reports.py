"""The report on a hundred real images, against figures computed by others."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labelmarket.workers.columns import ItemTable, item_columns
from labelmarket.workers.insight.report_types import Report
from labelmarket.workers.insight.whole import report_of
from tests.workers.insight.label_samples import Row, labels

REFERENCE = Path(os.environ.get("LABELMARKET_REFERENCE_DATA", "no-such-folder"))
COCO100 = REFERENCE / "images" / "coco100" / "instances_val2014_100.json"
pytestmark = pytest.mark.skipif(
    not COCO100.exists(), reason="LABELMARKET_REFERENCE_DATA has no images/coco100"
)


@pytest.fixture(scope="module")
def report() -> Report:
    document = json.loads(COCO100.read_bytes())
    images = {one["id"]: place for place, one in enumerate(document["images"])}
    kinds = {one["id"]: place for place, one in enumerate(document["categories"])}
    rows: list[Row] = [
        (images[one["image_id"]], kinds[one["category_id"]], tuple(one["bbox"]), one["iscrowd"])
        for one in document["annotations"]
    ]
    names = tuple(one["name"] for one in document["categories"])
    sizes = np.array([(one["width"], one["height"]) for one in document["images"]], dtype=float)
    keys = [one["file_name"].encode() for one in document["images"]]
    items = ItemTable((item_columns(keys, sizes=sizes),))
    return report_of(items, labels(rows, covered=range(len(images)), classes=names))


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    every = json.loads((REFERENCE / "expected" / "images.json").read_bytes())
    figures: dict[str, Any] = every["coco100_stats_with_crowd"]
    return figures


def test_how_full_the_images_are(report: Report, expected: dict[str, Any]) -> None:
    held = {str(n): images for n, images in enumerate(report["labelsPerImage"]) if n and images}

    assert held == expected["labels_per_image_hist"]
    assert sum(report["labelsPerImage"]) == expected["images"]
    assert report["labelsPerImage"][0] == expected["images"] - expected["images_with_labels"]


def test_what_implies_what(report: Report, expected: dict[str, Any]) -> None:
    shares = {(one["a"], one["b"]): one["bGivenA"] for one in report["cooccurrence"]}
    shares |= {(one["b"], one["a"]): one["aGivenB"] for one in report["cooccurrence"]}

    assert expected["implies"]
    for implied, share in expected["implies"].items():
        assert round(shares[tuple(implied.split(" => "))], 6) == share


def test_every_label_has_a_place_a_size_and_an_image(report: Report) -> None:
    counts = {one["name"]: one["labels"] for one in report["classes"]}

    for place in report["location"]:
        assert sum(map(sum, place["centres"])) + place["unplaced"] == counts[place["name"]]
    for shape in report["shapes"]:
        assert sum(shape["areas"]) + shape["zeroSize"] == shape["boxes"]
        assert shape["small"] + shape["medium"] + shape["large"] == shape["boxes"]
    boxes = sum(shape["boxes"] for shape in report["shapes"])
    # Nine of the labels are crowds.
    assert boxes == report["labels"] - 9


def test_what_is_amiss_is_little(report: Report) -> None:
    amiss = {one["check"]: one["count"] for one in report["health"]}

    assert amiss["BOXES_OFF_IMAGE"] == amiss["BOXES_OUTSIDE"] == amiss["BOXES_OF_ZERO_SIZE"] == 0
    assert amiss["IMAGES_WITHOUT_LABELS"] == amiss["EXACT_DUPLICATES"] == 0
    assert amiss["CLASSES_WITHOUT_LABELS"] == sum(not one["labels"] for one in report["classes"])
