"""Files with more classes than a report has are converted, and a report on them is refused."""

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell, coco

CLASSES = [f"class {number}" for number in range(10_000)]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    box = (10.0, 10.0, 20.0, 30.0)
    rows = [(1, CLASSES[0], box), (2, CLASSES[-1], box)]
    return coco(tmp_path / "many.json", rows, classes=CLASSES)


@pytest.mark.parametrize("name", ["yolo", "cvat", "native", "coco"])
def test_ten_thousand_classes_come_back(
    shell: Shell, tmp_path: Path, many: Path, name: str
) -> None:
    there, back = tmp_path / "there.xml", tmp_path / "back.json"

    shell.run("convert", many, there, "--to", name)
    shell.run("convert", there, back, "--to", "coco", "--from", name)

    assert [one["name"] for one in json.loads(back.read_text())["categories"]] == CLASSES


def test_a_report_on_too_many_classes_is_refused_in_words(shell: Shell, many: Path) -> None:
    shell.run("report", many, code=1)

    assert "at most 2,000 classes" in shell.said
