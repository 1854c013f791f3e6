"""Class names are read from lists, tables, COCO files and labels of every other format."""

import json
import zipfile
from pathlib import Path

import pytest

from labelmarket.adapters.formats.class_files import read_classes
from labelmarket.application.labels import UnreadableFile
from labelmarket.domain.values import CLASSES_MAX

BOX = {"image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 2]}
COCO = {
    "images": [{"id": 1, "file_name": "a.jpg"}],
    "annotations": [BOX],
    "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "traffic light"}],
}
VOC = """<annotation><filename>a.jpg</filename><size><width>9</width><height>9</height></size>
<object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox>
</object></annotation>"""


class Reading:
    def __init__(self, folder: Path) -> None:
        self.blob = folder / "0f3c"

    def of(self, content: str | bytes, name: str) -> tuple[list[str], list[tuple[str, int, str]]]:
        """Names, and code, row and item of every problem."""
        self.blob.write_bytes(content if isinstance(content, bytes) else content.encode())
        classes, problems = read_classes(self.blob, file_name=name)
        found = [(one.code, one.row, one.item) for one in problems.kept]
        return [one.name for one in classes], found


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    return Reading(tmp_path)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("cat\ntraffic light\n", "classes.txt"),
        ("\ufeffcat\r\n\r\n  traffic light \r\n", "obj.names"),
        ("cat\ntraffic light", "no end tells"),
        ("cat\ntraffic light\n", "list.csv"),
        ("class\ncat\ntraffic light\n", "list.csv"),
        ("id;name\n1;cat\n2;traffic light\n", "list.csv"),
        ("name\tcolour\ncat\tred\ntraffic light\tgreen\n", "list.tsv"),
        ("cat,an animal\ntraffic light,a thing\n", "list.csv"),
        ("item,label\na,cat\nb,traffic light\nc,cat\n", "labels.csv"),
        ("text,labels\na,cat|traffic light\nb,cat\n", "labels.csv"),
        ("names: [cat, traffic light]\nnc: 2\n", "data.yaml"),
        ("names:\n  1: traffic light\n  0: cat\n", "data.yml"),
        (json.dumps(COCO), "instances.json"),
        (json.dumps({"categories": COCO["categories"]}), "categories.json"),
        ('{"text": "a", "label": "cat"}\n{"text": "b", "label": "traffic light"}', "a.jsonl"),
    ],
)
def test_the_names_of_a_file_come_in_its_order(reading: Reading, content: str, name: str) -> None:
    assert reading.of(content, name) == (["cat", "traffic light"], [])


def test_a_coco_file_gives_categories_that_no_label_is_of(reading: Reading) -> None:
    empty = {**COCO, "annotations": []}
    assert reading.of(json.dumps(empty), "x")[0] == ["cat", "traffic light"]


def test_an_archive_of_labels_gives_its_classes(reading: Reading, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.xml", VOC)
        archive.writestr("b.xml", VOC.replace("cat", "dog").replace("a.jpg", "b.jpg"))
    assert reading.of((tmp_path / "a.zip").read_bytes(), "labels.zip") == (["cat", "dog"], [])


def test_rows_that_name_no_class_are_problems_and_the_others_are_taken(reading: Reading) -> None:
    long = "x" * 201
    names, problems = reading.of(f"cat\n{long}\ncat \na\tb\ndog\n", "classes.txt")
    assert names == ["cat", "dog"]
    assert problems == [
        ("BAD_CLASS", 2, long),
        ("DUPLICATE_CLASS", 3, "cat"),
        ("BAD_CLASS", 4, "a\tb"),
    ]


def test_bad_categories_and_short_rows_are_told_by_their_place(reading: Reading) -> None:
    listed = [{"id": 1, "name": "cat"}, {"id": 2}, {"id": 3, "name": "cat"}, {"name": "dog"}]
    names, problems = reading.of(json.dumps({**COCO, "categories": listed}), "a.json")
    assert names == ["cat"]
    assert [(code, row) for code, row, _ in problems][1] == ("DUPLICATE_CLASS", 2)
    assert [row for _, row, _ in problems] == [1, 2, 3]
    names, problems = reading.of("id,name\n1,cat\n2\n", "a.csv")
    assert (names, problems) == (["cat"], [("WRONG_SHAPE", 3, "")])


def test_labels_that_cannot_be_read_are_told_for_they_may_name_classes(reading: Reading) -> None:
    names, problems = reading.of('{"text": "a", "label": "cat"}\n{"text": "b"}\n', "a.jsonl")
    assert names == ["cat"]
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (json.dumps([{**BOX, "score": 0.5}]), "results.json", "NO_CLASSES"),
        ('{"a": 1}', "a.json", "UNKNOWN_FORMAT"),
        ("<html></html>", "a.txt", "UNKNOWN_FORMAT"),
        (b"\x00\x01\x02", "classes.txt", "NOT_TEXT"),
        (b"caf\xe9\n", "classes.txt", "NOT_TEXT"),
        ('"cat', "a.csv", "NOT_CSV"),
        (json.dumps({"images": []}), "a.json", "WRONG_SHAPE"),
        ("\n".join(map(str, range(CLASSES_MAX + 1))), "a.txt", "TOO_MANY_CLASSES"),
        ('{"categories": [{"id": 1, "name": "cat"}]', "a.json", "NOT_JSON"),
    ],
)
def test_a_file_that_is_none_is_refused_as_a_whole(
    reading: Reading, content: str | bytes, name: str, code: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        reading.of(content, name)
    assert refused.value.code == code


def test_as_many_classes_as_a_project_may_have_are_read(reading: Reading) -> None:
    assert len(reading.of("\n".join(map(str, range(CLASSES_MAX))), "a.txt")[0]) == CLASSES_MAX


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "a/b\0.txt", "x" * 255, "", "a.t x t"])
def test_the_name_of_a_file_leads_nowhere(reading: Reading, name: str) -> None:
    assert reading.of("cat\n", name)[0] == ["cat"]
