"""Routes follow from measured predictions, by the numbers of `labelmarket evaluate`."""

import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from labelmarket.cli import main
from tests.graphql.machine_market import Market
from tests.graphql.played_project import upload

REFERENCE = Path(os.environ.get("LABELMARKET_REFERENCE_DATA", "no-such-folder"))
COCO100 = REFERENCE / "images" / "coco100"
needs_coco100 = pytest.mark.skipif(
    not COCO100.exists(), reason="LABELMARKET_REFERENCE_DATA has no images/coco100"
)
THRESHOLDS = (0.3, 0.45, 0.5, 0.7)
SHIFTS = {"sharp": 0, "near": 2, "far": 4, "off": 7, "lost": 15}
"""How far, in pixels at the most, the predicted boxes of each class lie beside the true ones."""

IMAGES = 40


def measured(folder: Path, gold: Path, said: Path) -> Market:
    """A project of the images and classes of a COCO file, with predictions measured on its gold."""
    market = Market.open(folder, task_type="object_detection", data_type="image")
    play, content = market.play, gold.read_bytes()
    names = [one["name"] for one in json.loads(content)["categories"]]
    play.on_project("addItems", uploadId=upload(play.customer, content))
    play.on_project("defineClasses", classes=[{"name": name} for name in names])
    play.on_project("addGold", uploadId=upload(play.customer, content))
    results = upload(play.customer, said.read_bytes())
    play.on_project("addPredictions", oracle="detector", version="1", uploadId=results)
    market.work()
    return market


def sent_to_people(market: Market, threshold: float) -> set[str]:
    market.play.on_project("applyRoutingThreshold", threshold=threshold)
    classes = market.project("classes { name route }")["classes"]
    return {one["name"] for one in classes if one["route"] == "HUMAN"}


def without_gold(gold: Path) -> set[str]:
    content = json.loads(gold.read_bytes())
    seen = {one["category_id"] for one in content["annotations"]}
    return {one["name"] for one in content["categories"] if one["id"] not in seen}


def shows_what_evaluate_tells(
    market: Market, gold: Path, said: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Compare every metric as it is, without a tolerance."""
    assert main(["evaluate", "--gold", str(gold), "--predicted", str(said), "--json"]) == 0
    told = {
        one["name"]: (one["ap"], one["low"], one["high"])
        for one in json.loads(capsys.readouterr().out)["classes"]
    }
    shown = {
        one["name"]: (one["metric"], one["metricLow"], one["metricHigh"])
        for one in market.project("classes { name metric metricLow metricHigh }")["classes"]
    }
    # Of a class without gold the market shows nothing, and so no interval of it.
    nothing = dict.fromkeys(without_gold(gold), (None, None, None))
    assert shown == {**{name: told[name] for name in shown}, **nothing}


@needs_coco100
def test_reference_classes_below_a_threshold_go_to_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = COCO100 / "instances_val2014_100.json"
    said = COCO100 / "instances_val2014_fakebbox100_results.json"
    expected = json.loads((REFERENCE / "expected/images.json").read_bytes())["coco100_bbox"]
    market = measured(tmp_path, gold, said)

    shows_what_evaluate_tells(market, gold, said, capsys)
    # The lists name the 70 classes that the gold holds, by AP rounded to six digits; none of them
    # lies within that of a threshold. The 10 others nobody measured, so people always have them.
    below = expected["classes_sent_to_marketplace_if_AP_below"]
    assert {float(each) for each in below} == set(THRESHOLDS)
    for threshold, names in below.items():
        found = sent_to_people(market, float(threshold))
        assert found == {*names, *without_gold(gold)}
    assert (len(below["0.3"]), len(below["0.7"]), len(without_gold(gold))) == (6, 60, 10)


def test_classes_that_another_evaluation_puts_below_a_threshold_go_to_people(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold, said = drawn(tmp_path)
    average = precisions(gold, said)
    market = measured(tmp_path / "market", gold, said)

    shows_what_evaluate_tells(market, gold, said, capsys)
    counts = []
    for threshold in THRESHOLDS:
        below = {name for name, ap in average.items() if ap < threshold}
        assert sent_to_people(market, threshold) == {*below, "unseen"}
        counts.append(len(below))
    assert 0 < counts[0] < counts[-1] < len(SHIFTS)


def drawn(folder: Path) -> tuple[Path, Path]:
    """Gold of a few classes, and boxes that are shifted more for each; one class has no gold."""
    chance = np.random.default_rng(11)
    names = [*SHIFTS, "unseen"]
    gold: list[dict[str, Any]] = []
    said: list[dict[str, Any]] = []
    for image in range(1, IMAGES + 1):
        for category, name in enumerate(names, start=1):
            at = {"image_id": image, "category_id": category}
            far = SHIFTS.get(name, 0)
            x, y = chance.integers(15, 65, 2).tolist()
            dx, dy = chance.integers(-far, far + 1, 2).tolist()
            true = {"id": len(gold) + 1, "bbox": [x, y, 20, 20], "area": 400, "iscrowd": 0}
            gold += [{**at, **true}] if name in SHIFTS else []
            score = round(float(chance.uniform()), 3)
            said.append({**at, "bbox": [x + dx, y + dy, 20, 20], "score": score})
    content = {
        "images": [
            {"id": n, "file_name": f"{n}.png", "width": 100, "height": 100}
            for n in range(1, IMAGES + 1)
        ],
        "categories": [{"id": n, "name": name} for n, name in enumerate(names, start=1)],
        "annotations": gold,
    }
    files = folder / "gold.json", folder / "said.json"
    for file, each in zip(files, (content, said), strict=True):
        file.write_text(json.dumps(each))
    return files


def precisions(gold: Path, said: Path) -> dict[str, float]:
    """The AP of each class that has gold, as pycocotools has it."""
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(gold))
        peer = COCOeval(truth, truth.loadRes(str(said)), "bbox")
        peer.evaluate()
        peer.accumulate()
    every = peer.eval["precision"][:, :, :, 0, 2]
    names = [one["name"] for one in truth.loadCats(peer.params.catIds)]
    return {
        name: float(every[:, :, number].mean())
        for number, name in enumerate(names)
        if (every[:, :, number] > -1).any()
    }
