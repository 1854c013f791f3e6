"""`labelmarket convert`: labels from one format into another, and what is said about it."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from labelmarket.cli.convert import FORMATS
from labelmarket.domain.label_format import LabelFormat
from tests.cli.shell import Box, Shell, coco, results

BOXES: list[Box] = [(1, "cat", (10.0, 10.0, 20.0, 30.0)), (2, "dog", (60.0, 60.0, 20.0, 30.0))]


@pytest.mark.parametrize("name", ["yolo", "voc", "cvat", "label-studio", "csv", "native"])
def test_boxes_come_back_from_every_format_that_holds_them(
    shell: Shell, tmp_path: Path, name: str
) -> None:
    there, back = tmp_path / f"there{_ending(name)}", tmp_path / "back.json"

    shell.run("convert", coco(tmp_path / "a.json", BOXES, images=2), there, "--to", name)
    shell.run("convert", there, back, "--to", "coco")

    rows = json.loads(back.read_text())["annotations"]
    boxes = [[round(side, 3) for side in row["bbox"]] for row in rows]
    assert boxes == [list(box) for _, _, box in BOXES]


def test_the_manifest_names_every_file_with_its_digest(shell: Shell, tmp_path: Path) -> None:
    source, target = coco(tmp_path / "a.json", BOXES), tmp_path / "voc"

    manifest = shell.json("convert", source, target, "--to", "voc")

    assert (manifest["format"], manifest["items"], manifest["labels"]) == ("voc", 3, 2)
    assert {one["name"]: one["sha256"] for one in manifest["files"]} == {
        path.name: sha256(path.read_bytes()).hexdigest() for path in target.iterdir()
    }


def test_what_the_format_cannot_hold_is_told(shell: Shell, tmp_path: Path) -> None:
    source = results(tmp_path / "found.json", BOXES)

    manifest = shell.json("convert", source, tmp_path / "voc", "--to", "voc")

    assert {"what": "scores", "count": 2} in [
        {key: one[key] for key in ("what", "count")} for one in manifest["losses"]
    ]
    assert "lost: 2 scores: the format has no place for them" in shell.said


def test_nothing_is_written_over(shell: Shell, tmp_path: Path) -> None:
    source = coco(tmp_path / "a.json", BOXES)
    before = source.read_bytes()

    shell.run("convert", source, source, "--to", "native", code=1)

    assert "PLACE_TAKEN" in shell.said
    assert source.read_bytes() == before


def test_a_row_that_is_left_out_is_named(shell: Shell, tmp_path: Path) -> None:
    source = coco(tmp_path / "a.json", [*BOXES, (1, "bird", (0.0, 0.0, 1.0, 1.0))])

    shell.run("convert", source, tmp_path / "b.ndjson", "--to", "native", "--strict", code=1)

    assert "$.annotations[2]" in shell.said
    assert (tmp_path / "b.ndjson").exists()


def test_the_format_can_be_said(shell: Shell, tmp_path: Path) -> None:
    source = coco(tmp_path / "a.json", BOXES)

    shell.run("convert", source, tmp_path / "b.csv", "--from", "voc", "--to", "csv", code=1)

    assert f"{source}: " in shell.said


def test_an_unknown_format_is_refused_with_the_ones_there_are(shell: Shell) -> None:
    assert "label-studio" in shell.refused("convert", "a", "b", "--to", "paper")


def test_the_formats_that_are_offered_are_those_that_are_there() -> None:
    assert set(FORMATS) == set(LabelFormat)


def _ending(name: str) -> str:
    endings = {"yolo": "", "voc": "", "cvat": ".xml", "label-studio": ".json", "csv": ".csv"}
    return endings.get(name, ".ndjson")


def test_a_file_of_which_no_label_can_be_used_is_not_written_as_one_without_labels(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("0 0.5 0.5 0.1 0.1\n1 0.5 0.5 0.1 0.1\n")
    target = tmp_path / "out.json"

    shell.run("convert", tmp_path / "a.txt", target, "--to", "coco", code=1)

    assert "nothing in it can be used; a.txt line 1: shares of an image need its size" in shell.said
    assert not target.exists()


def test_what_a_table_says_beside_its_labels_is_told_and_in_the_json(
    shell: Shell, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text("item,label,note\n1,cat,hm\n")

    manifest = shell.json("convert", tmp_path / "a.csv", tmp_path / "out.jsonl", "--to", "jsonl")

    assert [(one["what"], one["count"]) for one in manifest["unread"]] == [("note", 1)]
    assert "not read: 1 note: a table of labels has no such column" in shell.said
