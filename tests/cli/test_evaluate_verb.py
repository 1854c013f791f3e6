"""`labelmarket evaluate`: figures of predictions against gold, on small scenes and real labels."""

import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from tests.cli.shell import Box, Shell, coco, results

REFERENCE = Path(os.environ.get("LABELMARKET_REFERENCE_DATA", "no-such-folder"))
COCO100 = REFERENCE / "images/coco100"
GOLD = COCO100 / "instances_val2014_100.json"
BOX_RESULTS = COCO100 / "instances_val2014_fakebbox100_results.json"
MASK_RESULTS = COCO100 / "segm_results_even50.json"
NAMES = (
    *("ap", "ap50", "ap75", "apSmall", "apMedium", "apLarge"),
    *("ar1", "ar10", "ar100", "arSmall", "arMedium", "arLarge"),
)

needs_coco100 = pytest.mark.skipif(
    not COCO100.exists(), reason="LABELMARKET_REFERENCE_DATA has no images/coco100"
)

HERE = (10.0, 10.0, 20.0, 30.0)
THERE = (60.0, 60.0, 20.0, 30.0)
TRUE: list[Box] = [(1, "cat", HERE), (1, "dog", THERE), (2, "cat", HERE)]


def test_predictions_that_are_right_have_all_of_it(shell: Shell, tmp_path: Path) -> None:
    gold, found = coco(tmp_path / "gold.json", TRUE), results(tmp_path / "found.json", TRUE)

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found)

    assert quality["figures"]["ap"] == pytest.approx(1.0)
    assert quality["geometry"] == "box"
    assert quality["confusionClasses"] == ["cat", "dog", "(nothing)"]
    assert quality["confusion"] == [[2, 0, 0], [0, 1, 0], [0, 0, 0]]


def test_what_goes_wrong_is_printed_in_words(shell: Shell, tmp_path: Path) -> None:
    gold = coco(tmp_path / "gold.json", TRUE)
    found = results(tmp_path / "found.json", [(1, "cat", HERE), (2, "dog", HERE)])

    printed = shell.run("evaluate", "--gold", gold, "--predicted", found)

    assert printed.startswith("1 of 3 gold labels found at an IoU of 0.5 or more, 2 not found.")
    assert "0.252475  AP\n" in printed
    assert "       1 class " in printed
    assert "       2        1        0  cat\n" in printed


def test_equal_scores_are_settled_by_the_numbers_of_images(shell: Shell, tmp_path: Path) -> None:
    gold, found = tmp_path / "gold.json", tmp_path / "found.json"
    box = {"category_id": 1, "bbox": list(HERE)}
    dataset = {
        "images": [
            {"id": n, "file_name": name, "width": 100, "height": 100}
            for n, name in ((2, "a.png"), (1, "b.png"))
        ],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [{"id": 1, "image_id": 1, "area": 600, "iscrowd": 0, **box}],
    }
    gold.write_text(json.dumps(dataset))
    found.write_text(json.dumps([{"image_id": n, "score": 0.5, **box} for n in (2, 1)]))

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found)

    assert [quality["figures"][one] or -1.0 for one in NAMES] == list(
        _peer(gold, found, "bbox").stats
    )
    assert quality["figures"]["ap"] == pytest.approx(1.0)


def test_names_fit_without_folder_and_ending(shell: Shell, tmp_path: Path) -> None:
    gold, other = coco(tmp_path / "gold.json", TRUE), coco(tmp_path / "found.json", TRUE)
    other.write_text(other.read_text().replace(".png", ".jpg").replace('"1.', '"deep/1.'))

    quality = shell.json("evaluate", "--gold", gold, "--predicted", other)

    assert quality["right"] == 3


def test_items_without_a_prediction_count_as_missed_unless_left_out(
    shell: Shell, tmp_path: Path
) -> None:
    gold, found = coco(tmp_path / "gold.json", TRUE), results(tmp_path / "found.json", TRUE[:2])

    whole = shell.json("evaluate", "--gold", gold, "--predicted", found)
    said = shell.said
    part = shell.json("evaluate", "--gold", gold, "--predicted", found, "--only-predicted")

    assert (whole["notFound"], part["notFound"]) == (1, 0)
    assert "no prediction is on 2 of 3 items" in said


def test_predictions_that_gold_cannot_judge_are_counted(shell: Shell, tmp_path: Path) -> None:
    gold = coco(tmp_path / "gold.json", TRUE)
    found = results(tmp_path / "found.json", [*TRUE, (9, "cat", HERE)])

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found)

    assert quality["wrong"] == 0
    assert "left out, on items or of classes that gold does not have: 1 predictions" in shell.said


def test_every_class_has_an_interval_that_knows_how_little_gold_there_is(
    shell: Shell, tmp_path: Path
) -> None:
    gold, found = coco(tmp_path / "gold.json", TRUE), results(tmp_path / "found.json", TRUE)

    cat, dog = shell.json("evaluate", "--gold", gold, "--predicted", found)["classes"]

    assert (cat["metric"], cat["value"], cat["goldExamples"]) == ("ap", cat["ap"], 2)
    assert dog["low"] < cat["low"] < 0.5
    assert cat["high"] > 0.99


def test_only_listed_items_are_compared(shell: Shell, tmp_path: Path) -> None:
    gold, found = coco(tmp_path / "gold.json", TRUE), results(tmp_path / "found.json", TRUE[:2])
    listed = tmp_path / "listed.txt"
    listed.write_text("\ufeff2.png\r\n\n3\nnone.png\n")

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found, "--items", listed)

    assert (quality["right"], quality["notFound"]) == (0, 1)
    assert f"{listed}: 1 of its lines name no item, 'none.png' first" in shell.said


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"a.png\n", "no line of it names an item"),
        (b"\xff\xfe", "not UTF-8 at byte 0"),
    ],
)
def test_a_list_that_names_nothing_is_refused(
    shell: Shell, tmp_path: Path, content: bytes | None, reason: str
) -> None:
    gold, listed = coco(tmp_path / "gold.json", TRUE), tmp_path / "listed.txt"
    if content is not None:
        listed.write_bytes(content)

    shell.run("evaluate", "--gold", gold, "--predicted", gold, "--items", listed, code=1)

    assert f"{listed}: " in shell.said
    assert reason in shell.said


def test_masks_are_not_asked_of_boxes(shell: Shell, tmp_path: Path) -> None:
    gold, found = coco(tmp_path / "gold.json", TRUE), results(tmp_path / "found.json", TRUE)

    shell.run("evaluate", "--gold", gold, "--predicted", found, "--iou", "segm", code=2)

    assert f"{gold}: a label in it has no mask" in shell.said


def test_wrong_words_are_refused(shell: Shell) -> None:
    assert "--predicted" in shell.refused("evaluate", "--gold", "a.json")


@needs_coco100
def test_boxes_of_coco100_have_the_bits_of_pycocotools_and_the_figures_of_the_reference(
    shell: Shell,
) -> None:
    quality = shell.json("evaluate", "--gold", GOLD, "--predicted", BOX_RESULTS)

    _agrees(quality, GOLD, BOX_RESULTS, kind="bbox", name="coco100_bbox")
    assert [quality[name] for name in ("right", "wrong", "notFound")] == [649, 85, 181]


@needs_coco100
def test_masks_of_the_listed_images_have_the_bits_of_pycocotools_and_the_reference(
    shell: Shell, tmp_path: Path
) -> None:
    dataset = json.loads(GOLD.read_text())
    dataset["images"] = sorted(dataset["images"], key=lambda one: one["id"])[::2]
    kept = {one["id"] for one in dataset["images"]}
    dataset["annotations"] = [one for one in dataset["annotations"] if one["image_id"] in kept]
    even, listed = tmp_path / "even.json", tmp_path / "even.txt"
    even.write_text(json.dumps(dataset))
    listed.write_text("\n".join(map(str, sorted(kept))))

    quality = shell.json("evaluate", "--gold", GOLD, "--predicted", MASK_RESULTS, "--items", listed)

    assert quality["geometry"] == "mask"
    assert round(quality["figures"]["ap"], 6) == 0.341866
    _agrees(quality, even, MASK_RESULTS, kind="segm", name="coco100_segm_even50")


@needs_coco100
def test_every_class_of_coco100_has_an_interval_around_its_figure(shell: Shell) -> None:
    quality = shell.json("evaluate", "--gold", GOLD, "--predicted", BOX_RESULTS)

    for one in quality["classes"]:
        assert (one["metric"], one["value"], one["goldExamples"]) == ("ap", one["ap"], one["gold"])
        assert one["low"] <= (one["low"] if one["ap"] is None else one["ap"]) <= one["high"]
    person = next(one for one in quality["classes"] if one["name"] == "person")
    assert 0.05 < person["high"] - person["low"] < 0.2


@needs_coco100
def test_a_report_judges_predictions_as_the_evaluation_does(shell: Shell) -> None:
    evaluated = shell.json("evaluate", "--gold", GOLD, "--predicted", BOX_RESULTS)
    reported = shell.json("report", GOLD, "--predicted", BOX_RESULTS)

    assert reported["quality"] == {key: evaluated[key] for key in reported["quality"]}


def _agrees(quality: dict[str, Any], gold: Path, found: Path, *, kind: str, name: str) -> None:
    """Hold all figures against pycocotools, exactly, and against the reference's six digits."""
    expected = json.loads((REFERENCE / "expected/images.json").read_text())[name]
    figures = [quality["figures"][one] for one in NAMES]
    peer = _peer(gold, found, kind)
    assert figures == list(peer.stats)
    assert [round(one, 6) for one in figures] == list(expected["stats"].values())
    classes = {one["name"]: one for one in quality["classes"] if one["gold"]}
    assert classes.keys() == expected["per_class"].keys()
    for one, row in expected["per_class"].items():
        said = classes[one]
        assert said["gold"] == row["gt"]
        assert [round(said[key.lower()], 6) for key in ("AP", "AP50", "AP75")] == [
            row[key] for key in ("AP", "AP50", "AP75")
        ]


def _peer(gold: Path, found: Path, kind: str) -> COCOeval:
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(gold))
        peer = COCOeval(truth, truth.loadRes(str(found)), kind)
        peer.evaluate()
        peer.accumulate()
        peer.summarize()
    return peer
