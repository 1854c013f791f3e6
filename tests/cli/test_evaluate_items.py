"""`labelmarket evaluate` on classes of whole items: tables, lines of JSON, Label Studio."""

import json
from pathlib import Path

import pytest

from tests.cli.shell import Box, Shell, coco

TRUE: list[Box] = [(1, "cat", (10.0, 10.0, 20.0, 30.0))]
TOLD = "text,label\ngood,happy\nbad,sad\nfine,happy\nodd,sad\n"


def table(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return table(tmp_path / "gold.csv", TOLD)


def test_classes_of_whole_items_have_their_figures(
    shell: Shell, tmp_path: Path, gold: Path
) -> None:
    found = table(tmp_path / "found.csv", TOLD.replace("odd,sad", "odd,happy"))

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found)

    assert (quality["geometry"], quality["items"], quality["right"]) == ("item", 4, 3)
    assert quality["figures"]["accuracy"] == 0.75
    assert quality["figures"]["macroF1"] == pytest.approx((4 / 5 + 2 / 3) / 2)
    happy, sad = quality["classes"]
    assert [happy["precision"], happy["recall"]] == pytest.approx([2 / 3, 1.0])
    assert (happy["metric"], happy["value"], happy["goldExamples"]) == ("f1", happy["f1"], 2)
    assert happy["low"] < happy["f1"] < happy["high"]
    assert (sad["gold"], sad["right"], sad["notFound"], sad["wrong"]) == (2, 1, 1, 0)
    assert quality["confusionClasses"] == ["happy", "sad", "(nothing)"]
    assert quality["confusion"] == [[2, 0, 0], [1, 1, 0], [0, 0, 0]]
    assert [one["items"] for one in quality["files"]] == [4, 4]


def test_what_is_taken_for_what_is_printed(shell: Shell, tmp_path: Path, gold: Path) -> None:
    found = table(tmp_path / "found.csv", TOLD.replace("odd,sad", "odd,happy"))

    printed = shell.run("evaluate", "--gold", gold, "--predicted", found)

    assert printed.startswith("3 of 4 items have exactly the classes of gold.\n")
    assert "0.750000  accuracy\n" in printed
    assert "       1 sad taken for happy\n" in printed
    assert "F1  F1 from    F1 to        P        R     gold    found    wrong\n" in printed
    assert "       2        1        0  sad\n" in printed


@pytest.mark.parametrize(("metric", "value"), [("precision", 2 / 3), ("accuracy", 0.75)])
def test_another_figure_of_each_class_may_be_asked_for(
    shell: Shell, tmp_path: Path, gold: Path, metric: str, value: float
) -> None:
    found = table(tmp_path / "found.csv", TOLD.replace("odd,sad", "odd,happy"))

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found, "--metric", metric)

    happy = quality["classes"][0]
    assert (happy["metric"], happy["value"]) == (metric, pytest.approx(value))
    assert happy["low"] < value < happy["high"]


def test_items_of_several_classes_are_right_as_a_whole_or_not(shell: Shell, tmp_path: Path) -> None:
    gold = table(tmp_path / "gold.csv", "image,labels\na.png,cat|dog\nb.png,dog\n")
    found = tmp_path / "found.jsonl"
    rows = [{"image": "a.jpg", "labels": ["dog"]}, {"image": "b.jpg", "labels": ["dog"]}]
    found.write_text("".join(json.dumps(row) + "\n" for row in rows))

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found)

    assert (quality["items"], quality["right"]) == (2, 1)
    assert quality["figures"]["microRecall"] == pytest.approx(2 / 3)
    assert quality["confusion"] == [[0, 0, 1], [0, 2, 0], [0, 0, 0]]


def test_choices_of_label_studio_are_classes_of_items(
    shell: Shell, tmp_path: Path, gold: Path
) -> None:
    tasks = [
        {
            "id": number,
            "data": {"text": text},
            "annotations": [
                {"result": [{"type": "choices", "value": {"choices": [name]}}]},
            ],
        }
        for number, (text, name) in enumerate([("good", "happy"), ("bad", "sad")])
    ]
    found = table(tmp_path / "found.json", json.dumps(tasks))

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found, "--only-predicted")

    assert (quality["items"], quality["right"]) == (2, 2)


def test_the_surest_of_several_scored_classes_counts(
    shell: Shell, tmp_path: Path, gold: Path
) -> None:
    scored = "text,label,score\ngood,sad,0.4\ngood,happy,0.6\nbad,sad,0.9\nbad,happy,0.1\n"
    found = table(tmp_path / "found.csv", scored)

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found)

    assert (quality["right"], quality["setAside"]) == (2, 2)
    assert "no prediction is on 2 of 4 items" in shell.said
    assert "only the surest class of an item counts: 2 others were left out" in shell.said


def test_a_class_that_gold_does_not_have_is_wrong(shell: Shell, tmp_path: Path, gold: Path) -> None:
    found = table(tmp_path / "found.csv", "text,label\ngood,glad\nnone,sad\n")

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found)

    glad = quality["classes"][2]
    assert (glad["name"], glad["wrong"], glad["value"], glad["low"]) == ("glad", 1, None, 0.0)
    assert "items or of classes that gold does not have: 1 predictions" in shell.said


def test_texts_that_begin_alike_are_items_of_their_own(shell: Shell, tmp_path: Path) -> None:
    gold = table(tmp_path / "gold.csv", "text,label\nI saw it. Fine,happy\nother,sad\n")
    found = table(tmp_path / "found.csv", "text,label\nI saw it. Bad,sad\nother,sad\n")

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found)

    assert (quality["right"], quality["classes"][0]["notFound"]) == (1, 1)


@pytest.mark.parametrize(("gold_is_boxes", "given"), [(True, "classes"), (False, "boxes")])
def test_boxes_and_classes_of_whole_items_are_not_compared(
    shell: Shell, tmp_path: Path, gold: Path, gold_is_boxes: bool, given: str
) -> None:
    boxes = coco(tmp_path / "boxes.json", TRUE)
    true, found = (boxes, gold) if gold_is_boxes else (gold, boxes)

    shell.run("evaluate", "--gold", true, "--predicted", found, code=1)

    assert f"{found}: has only {given}" in shell.said
    assert "they cannot be compared" in shell.said


@pytest.mark.parametrize(
    ("option", "reason"),
    [(("--iou", "bbox"), "do not overlap"), (("--metric", "f1"), "boxes have AP")],
)
def test_an_option_of_the_other_kind_is_refused(
    shell: Shell, tmp_path: Path, gold: Path, option: tuple[str, str], reason: str
) -> None:
    file = gold if option[0] == "--iou" else coco(tmp_path / "boxes.json", TRUE)

    shell.run("evaluate", "--gold", file, "--predicted", file, *option, code=2)

    assert reason in shell.said


def test_files_without_a_common_item_are_refused(shell: Shell, tmp_path: Path, gold: Path) -> None:
    found = table(tmp_path / "found.csv", "text,label\nelsewhere,sad\n")

    shell.run("evaluate", "--gold", gold, "--predicted", found, code=1)

    assert f"{found}: no label in it is on an item of both files" in shell.said


def test_a_bad_row_fails_a_strict_comparison(shell: Shell, tmp_path: Path, gold: Path) -> None:
    found = table(tmp_path / "found.csv", "text,label\ngood,happy\nbad\n")

    quality = shell.json("evaluate", "--gold", gold, "--predicted", found, "--strict", code=1)

    assert quality["right"] == 1
