"""Counts, spread and places of real labels, against figures computed with other tools."""

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from labelmarket.workers import kernels

REFERENCE = Path(os.environ.get("LABELMARKET_REFERENCE_DATA", "no-such-folder"))
EXPECTED = REFERENCE / "expected" / "images.json"
SETS = ("coco100_stats_with_crowd", "coco100_stats_without_crowd", "bccd_stats")

pytestmark = pytest.mark.skipif(
    not EXPECTED.exists(), reason="LABELMARKET_REFERENCE_DATA has no expected/images.json"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    names: tuple[str, ...]
    items: NDArray[np.int64]
    classes: NDArray[np.int64]
    boxes: NDArray[np.float64]
    sizes: NDArray[np.float64]
    n_items: int

    @property
    def counted(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return self.items, self.classes

    @property
    def placed(self) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
        return self.boxes, self.classes, self.sizes


@pytest.fixture(scope="module", params=SETS)
def case(request: pytest.FixtureRequest) -> tuple[Labels, dict[str, Any]]:
    expected: dict[str, Any] = json.loads(EXPECTED.read_text())[request.param]
    if request.param == "bccd_stats":
        return blood_cells(), expected
    return coco(crowd="with_crowd" in request.param), expected


def coco(*, crowd: bool) -> Labels:
    file = REFERENCE / "images" / "coco100" / "instances_val2014_100.json"
    told = json.loads(file.read_text())
    rows = [row for row in told["annotations"] if crowd or not row["iscrowd"]]
    names = {one["id"]: place for place, one in enumerate(told["categories"])}
    images = {one["id"]: place for place, one in enumerate(told["images"])}
    sizes = np.array([(one["width"], one["height"]) for one in told["images"]], dtype=np.float64)
    items = np.array([images[row["image_id"]] for row in rows])
    return Labels(
        names=tuple(one["name"] for one in told["categories"]),
        items=items,
        classes=np.array([names[row["category_id"]] for row in rows]),
        boxes=np.array([row["bbox"] for row in rows], dtype=np.float64),
        sizes=sizes[items],
        n_items=len(images),
    )


def blood_cells() -> Labels:
    files = sorted((REFERENCE / "images" / "bccd_voc_xml").rglob("*.xml"))
    names = ("Platelets", "RBC", "WBC")
    rows = [
        (item, names.index(name), *numbers(one), *numbers(size))
        for item, file in enumerate(files)
        for text in (file.read_text(),)
        for size in re.findall(r"<size>(.*?)</size>", text, re.DOTALL)
        for one in re.findall(r"<object>.*?</object>", text, re.DOTALL)
        for name in re.findall(r"<name>(.*?)</name>", one)
    ]
    told = np.array([row[2:6] for row in rows], dtype=np.float64)
    return Labels(
        names=names,
        items=np.array([row[0] for row in rows]),
        classes=np.array([row[1] for row in rows]),
        boxes=np.column_stack([told[:, :2], told[:, 2:] - told[:, :2]]),
        sizes=np.array([row[-2:] for row in rows], dtype=np.float64),
        n_items=len(files),
    )


def numbers(text: str) -> list[float]:
    """Give left, top, right, bottom of a box, or width and height of an image."""
    found = dict(re.findall(r"<(xmin|ymin|xmax|ymax|width|height)>(.*?)</", text))
    order = ("xmin", "ymin", "xmax", "ymax") if "xmin" in found else ("width", "height")
    return [float(found[name]) for name in order]


def test_images_with_both_of_two_classes(case: tuple[Labels, dict[str, Any]]) -> None:
    labels, expected = case

    together = kernels.cooccurrence(*labels.counted, n_classes=len(labels.names))

    names = labels.names
    found = {
        "|".join(sorted((names[a], names[b]))): int(together[a, b])
        for a, b in zip(*np.nonzero(np.triu(together, k=1)), strict=True)
    }
    assert found == expected["cooccurrence_images"]


def test_shares_of_companions(case: tuple[Labels, dict[str, Any]]) -> None:
    labels, expected = case
    together = kernels.cooccurrence(*labels.counted, n_classes=len(labels.names))

    conditional = kernels.association(together, n_items=labels.n_items).conditional

    for words, share in expected["implies"].items():
        a, b = map(labels.names.index, words.split(" => "))
        assert round(float(conditional[a, b]), 6) == share


def test_spread_of_every_class(case: tuple[Labels, dict[str, Any]]) -> None:
    labels, expected = case
    n_classes = len(labels.names)
    _, kinds, counts = kernels.tally(*labels.counted, n_classes=n_classes)

    spread = kernels.density(kinds, counts, n_classes=n_classes, n_items=labels.n_items, buckets=64)

    for name, one in expected["density"].items():
        place = labels.names.index(name)
        histogram = {str(n): int(spread.histogram[place, n]) for n in range(1, 64)}
        assert {n: count for n, count in histogram.items() if count} == one["hist"]
        assert spread.largest[place] == one["max_in_one_image"]
        assert round(float(spread.top_share[place]), 6) == one["share_of_top_image"]
        assert round(float(spread.gini[place]), 6) == one["gini_over_all_images"]


def test_places_of_every_class(case: tuple[Labels, dict[str, Any]]) -> None:
    labels, expected = case
    n_classes = len(labels.names)
    thirds, outside = kernels.location_histogram(*labels.placed, n_classes=n_classes, grid=3)
    halves, _ = kernels.location_histogram(*labels.placed, n_classes=n_classes, grid=2)

    for name, one in expected["location_of_box_centre"].items():
        place = labels.names.index(name)
        assert halves[place].tolist() == one["quadrants_rows_top_to_bottom"]
        assert thirds[place].tolist() == one["grid3x3"]
        assert outside[place] == one["centres_outside_0_1"]
