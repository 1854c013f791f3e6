"""What text files of YOLO and its relatives do not say is said to the verbs."""

import json
from pathlib import Path

import pytest
from PIL import Image

from labelmarket.adapters.formats.yolo import TextLayout
from labelmarket.cli.label_files import LAYOUTS
from tests.cli.shell import Shell, coco

BOX = [10.0, 10.0, 20.0, 30.0]


@pytest.fixture
def text(tmp_path: Path) -> Path:
    """Give a folder with one detection on the first of the images that `coco` writes."""
    folder = tmp_path / "found"
    folder.mkdir()
    (folder / "1.txt").write_text("0 0.9 10 10 30 40\n")
    return folder


def boxes(path: Path) -> list[tuple[str, list[float], float]]:
    said = json.loads(path.read_text())
    names = {one["id"]: one["name"] for one in said["categories"]}
    return [(names[row["category_id"]], row["bbox"], row["score"]) for row in said["annotations"]]


def test_layout_sizes_and_names_are_taken_from_the_words(
    shell: Shell, tmp_path: Path, text: Path
) -> None:
    (tmp_path / "names.txt").write_text("cat\ndog\n")
    (tmp_path / "sizes.csv").write_text("name,width,height\n1.png,100,100\n")
    told = ("--names", tmp_path / "names.txt", "--sizes", tmp_path / "sizes.csv")

    out = tmp_path / "out.json"
    shell.run("convert", text, out, "--to", "coco", "--layout", "score-xyxy", *told)

    assert boxes(out) == [("cat", BOX, 0.9)]
    assert json.loads(out.read_text())["images"] == [
        {"id": 1, "file_name": "1.png", "width": 100, "height": 100}
    ]


def test_the_layout_is_that_of_the_predictions(shell: Shell, tmp_path: Path, text: Path) -> None:
    gold = tmp_path / "gold"
    gold.mkdir()
    (gold / "1.txt").write_text("0 0.2 0.25 0.2 0.3\n")
    Image.new("L", (100, 100)).save(tmp_path / "1.png")
    words = ("--gold", gold, "--predicted", text, "--layout", "score-xyxy", "--images", tmp_path)

    figures = shell.json("evaluate", *words)["figures"]

    assert figures["ap"] == pytest.approx(1.0)


@pytest.mark.parametrize("option", ["--names", "--sizes"])
def test_a_hint_that_cannot_be_read_is_named(
    shell: Shell, tmp_path: Path, text: Path, option: str
) -> None:
    missing = tmp_path / "missing"

    shell.run("convert", text, tmp_path / "out", "--to", "voc", option, missing, code=1)

    assert f"{missing}: " in shell.said


def test_what_is_not_read_is_told_by_every_verb(shell: Shell, tmp_path: Path) -> None:
    path = coco(tmp_path / "a.json", [(1, "cat", (10.0, 10.0, 20.0, 30.0))])
    document = json.loads(path.read_text())
    document["annotations"][0]["attributes"] = {"occluded": True}
    path.write_text(json.dumps(document))
    lost = {"what": "attributes of annotations", "count": 1}

    for verb in (
        ("report", path),
        ("evaluate", "--gold", path, "--predicted", path),
        ("convert", path, tmp_path / "out", "--to", "native"),
    ):
        answer = shell.json(*verb)

        told = (answer["read"] if "read" in answer else answer["files"])[0]["unread"]
        assert [{key: one[key] for key in lost} for one in told] == [lost]
        assert "not read: 1 attributes of annotations: " in shell.said


def test_the_layouts_that_are_offered_are_those_that_are_there() -> None:
    assert tuple(TextLayout) == LAYOUTS
