"""Tables, lines and text files as people really write them."""

import json
import os
from pathlib import Path

import pytest
from PIL import Image

from labelmarket.adapters.formats.cells import guarded, unguarded
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.detect import detect
from labelmarket.adapters.formats.reading import read
from labelmarket.adapters.formats.yolo import TextLayout, yaml_names
from labelmarket.application.labels import UnreadableFile
from labelmarket.domain.label_format import LabelFormat


def table(folder: Path, text: str, *, encoding: str = "utf-8", name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def said(dataset: Dataset) -> list[tuple[str, str]]:
    labels = dataset.labels
    pairs = zip(labels.items.tolist(), labels.classes.tolist(), strict=True)
    return [(dataset.key(item), labels.class_names[kind]) for item, kind in pairs]


def codes(dataset: Dataset) -> list[tuple[str, str]]:
    return [(problem.place, problem.code) for problem in dataset.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_is_read_in_its_encoding_with_its_mark(
    tmp_path: Path, encoding: str, mark: str
) -> None:
    text = f"text{mark}label\nähm{mark}gut\n\nb{mark}\n"

    dataset = read(table(tmp_path, text, encoding=encoding))

    assert said(dataset) == [("ähm", "gut")]
    assert [dataset.key(at) for at in range(2)] == ["ähm", "b"]


def test_a_decimal_comma_is_a_number(tmp_path: Path) -> None:
    text = "image;label;xmin;ymin;xmax;ymax;score\na;cat;0,5;1;2,5;3;0,25\n"

    dataset = read(table(tmp_path, text))

    assert dataset.labels.boxes.tolist() == [[0.5, 1.0, 2.0, 2.0]]
    assert dataset.labels.scores.tolist() == [0.25]


def test_a_bad_row_of_a_table_is_named_by_its_line(tmp_path: Path) -> None:
    text = 'item,label,score\n"a\nb",x,0.5\nc,y,high\nd,z\n,w,1\ne,v,\n'

    dataset = read(table(tmp_path, text))

    assert said(dataset) == [("a\nb", "x"), ("e", "v")]
    assert codes(dataset) == [
        ("line 4", "WRONG_TYPE"),
        ("line 5", "WRONG_SHAPE"),
        ("line 6", "BAD_KEY"),
    ]


def test_several_classes_stand_in_one_cell_or_in_columns_of_marks(tmp_path: Path) -> None:
    cells = read(table(tmp_path, "item,labels\na,x|y\nb,\n"))
    marks = read(table(tmp_path, "filename, x, y\na, 1, 1\nb, 0, 0\n", name="m.csv"))

    assert said(cells) == said(marks) == [("a", "x"), ("a", "y")]
    assert len(cells.items) == len(marks.items) == 2


@pytest.mark.parametrize(
    "text", ["", "a,b\n1,2\n", "item\nx\n", 'item,label\n"a,b\n', "item,label\na\0,b\n"]
)
def test_what_is_no_table_of_labels_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFile):
        read(table(tmp_path, text))


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="near line"):
        read(table(tmp_path, "item,label\nä,b\n", encoding="latin-1"))


@pytest.mark.parametrize("text", ["=1", "'", "'=1", "''", "plain", "-5", "", "\t", "'plain"])
def test_a_guarded_cell_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_lines_of_json_say_one_class_or_several(tmp_path: Path) -> None:
    rows = [
        {"text": "a", "label": "x"},
        {"text": "b", "labels": ["x", "y"], "score": 0.5, "annotator": 7},
        {"text": "c", "labels": []},
        {"text": "d"},
        {"label": "x"},
        {"text": "e", "label": [[0, 3, "x"]]},
    ]
    path = table(tmp_path, "\n".join(map(json.dumps, rows)) + "\n{\n", name="l.jsonl")

    dataset = read(path)

    assert said(dataset) == [("a", "x"), ("b", "x"), ("b", "y")]
    assert (len(dataset.items), dataset.labels.annotator_names) == (3, ("7",))
    assert codes(dataset) == [
        ("line 4", "NO_LABEL"),
        ("line 5", "NO_ITEM"),
        ("line 6", "WRONG_TYPE"),
        ("line 7", "NOT_JSON"),
    ]


def test_a_list_that_is_named_jsonl_is_read_all_the_same(tmp_path: Path) -> None:
    path = table(tmp_path, json.dumps([{"text": "a", "label": "x"}], indent=1), name="l.jsonl")

    assert said(read(path)) == [("a", "x")]


def yolo(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text)
    return folder


def test_yolo_takes_sizes_from_the_images(tmp_path: Path) -> None:
    Image.new("RGB", (20, 10)).save(tmp_path / "a.png")
    (tmp_path / "classes.txt").write_text("cat\ndog\nnever\n")

    dataset = read(yolo(tmp_path, a="1 0.5 0.5 0.2 0.4 0.75\n0 0 0 1 0 1 1\n", b=""))

    assert said(dataset) == [("a.png", "dog"), ("a.png", "cat")]
    assert dataset.labels.boxes.tolist() == [[8.0, 3.0, 4.0, 4.0], [0.0, 0.0, 20.0, 10.0]]
    assert dataset.outlines.rings(1)[0].tolist() == [[0.0, 0.0], [20.0, 0.0], [20.0, 10.0]]
    assert dataset.labels.class_names == ("cat", "dog", "never")
    assert dataset.key(1) == "b"


def test_yolo_without_sizes_says_so_and_a_table_of_sizes_helps(tmp_path: Path) -> None:
    folder = yolo(tmp_path, a="0 0.5 0.5 0.2 0.4\n")

    assert codes(read(folder)) == [("line 1", "NO_SIZE")]
    helped = read(folder, sizes={"a.jpg": (20.0, 10.0)})
    assert helped.labels.boxes.tolist() == [[8.0, 3.0, 4.0, 4.0]]
    assert helped.key(0) == "a.jpg"


def test_two_images_of_one_name_are_not_taken_for_one(tmp_path: Path) -> None:
    for part, width in (("train", 20), ("val", 40)):
        (tmp_path / part).mkdir()
        Image.new("RGB", (width, 10)).save(tmp_path / part / "a.png")
        yolo(tmp_path / part, a="0 0.5 0.5 0.2 0.4\n")

    dataset = read(tmp_path)

    assert said(dataset) == [("train/a.png", "0"), ("val/a.png", "0")]
    assert dataset.items.sizes.tolist() == [[20.0, 10.0], [40.0, 10.0]]
    assert dataset.problems_total == 0


def test_a_class_of_yolo_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.yaml").write_text("names: ['a', '']\n")

    with pytest.raises(UnreadableFile, match="a class"):
        read(yolo(tmp_path, a="0 0.5 0.5 0.2 0.4\n"))


def test_a_number_without_end_is_no_class_of_yolo(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("cat\n")
    Image.new("RGB", (20, 10)).save(tmp_path / "a.png")

    folder = yolo(tmp_path, a="9" * 5_000 + " 0.5 0.5 0.2 0.4\n0 0.5 0.5 0.2 0.4\n")
    dataset = read(folder, format=LabelFormat.YOLO)

    assert len(dataset.labels) == 1
    assert codes(dataset) == [("line 1", "UNKNOWN_CLASS")]


def test_a_name_that_is_not_utf_8_is_a_bad_key(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("0 0.5 0.5 0.2 0.4\n")
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("0 0.5 0.5 0.2 0.4\n")

    dataset = read(tmp_path, sizes={"a.jpg": (20.0, 10.0)})

    assert len(dataset.labels) == 1
    assert ("file", "BAD_KEY") in codes(dataset)


@pytest.mark.parametrize("classes", ['[""]', '["a", "a"]'])
def test_a_native_head_that_cannot_be_is_refused(tmp_path: Path, classes: str) -> None:
    path = tmp_path / "a.ndjson"
    numbers = list(range(len(json.loads(classes))))
    path.write_text(
        '{"labelmarket":1,"items":0,"labels":0,"annotators":[],'
        f'"classes":{classes},"class_ids":{numbers}}}\n'
    )

    with pytest.raises(UnreadableFile, match="line 1"):
        read(path)


def test_bad_lines_of_yolo_are_named(tmp_path: Path) -> None:
    (tmp_path / "classes.txt").write_text("cat\n")
    lines = ["0 0.5 0.5 0.2 0.4", "1 0.5 0.5 0.2 0.4", "0 0.5", "0 a b c d", "0 0.5 0.5 -0.2 0.4"]

    dataset = read(yolo(tmp_path, a="\n".join(lines)), sizes={"a": (20.0, 10.0)})

    assert len(dataset.labels) == 1
    assert codes(dataset) == [
        ("line 2", "UNKNOWN_CLASS"),
        ("line 3", "WRONG_SHAPE"),
        ("line 4", "WRONG_TYPE"),
        ("line 5", "NEGATIVE_SIZE"),
    ]


@pytest.mark.parametrize(
    ("layout", "line"),
    [
        (TextLayout.YOLO, "cat 0.5 0.5 0.2 0.4 0.9"),
        (TextLayout.SCORE_CENTRE, "cat 0.9 0.5 0.5 0.2 0.4"),
        (TextLayout.SCORE_XYWH, "cat 0.9 8 3 4 4"),
        (TextLayout.SCORE_XYXY, "cat 0.9 8 3 12 7"),
    ],
)
def test_text_of_every_layout_says_the_same_box(
    tmp_path: Path, layout: TextLayout, line: str
) -> None:
    dataset = read(
        yolo(tmp_path, a=line), format=LabelFormat.YOLO, layout=layout, sizes={"a": (20.0, 10.0)}
    )

    assert dataset.labels.boxes.tolist() == [[8.0, 3.0, 4.0, 4.0]]
    assert dataset.labels.scores.tolist() == [0.9]


@pytest.mark.parametrize(
    "text",
    [
        "names: ['a', \"b c\"]",
        "nc: 2\nnames:\n- a\n- 'b c'\n",
        "names:\n  1: b c\n  0: a\nx: 1",
        "names: {0: a, 1: b c}",
        "names: [a,\n  b c]\n",
    ],
)
def test_names_of_classes_are_found_in_every_spelling(text: str) -> None:
    assert yaml_names(text.split("\n")) == ("a", "b c")


def task(*results: object, **more: object) -> dict[str, object]:
    return {"id": 1, "data": {"image": "a.jpg"}, "annotations": [{"result": results, **more}]}


def region(kind: str, **value: object) -> dict[str, object]:
    return {"type": kind, "value": value, "original_width": 200, "original_height": 100}


def test_label_studio_regions_are_scaled_and_bad_ones_named(tmp_path: Path) -> None:
    sides = {"x": 10, "y": 10, "width": 50, "height": 50, "rectanglelabels": ["cat"]}
    tasks = [
        task(
            region("rectanglelabels", **sides),
            region("rectanglelabels", **sides, rotation=45),
            region("brushlabels", rle=[1, 2]),
            {"type": "rectanglelabels", "value": sides},
            region("rectanglelabels", **{**sides, "rectanglelabels": []}),
            region("keypointlabels"),
            completed_by={"id": 1, "email": "ann@example.org"},
        ),
        task(region("choices", choices=["x"]), was_cancelled=True),
        {"id": 3},
        task({**region("rectanglelabels", **sides), "original_width": 10**30}),
    ]

    dataset = read(table(tmp_path, json.dumps(tasks), name="ls.json"))

    assert dataset.labels.boxes.tolist() == [[20.0, 10.0, 100.0, 50.0]]
    assert dataset.labels.annotator_names == ("1",)
    assert dataset.items.sizes.tolist() == [[200.0, 100.0]]
    assert codes(dataset) == [
        ("$[0].annotations[0].result[1]", "ROTATED"),
        ("$[0].annotations[0].result[2]", "BRUSH"),
        ("$[0].annotations[0].result[3]", "NO_SIZE"),
        ("$[0].annotations[0].result[4]", "NO_LABEL"),
        ("$[2]", "WRONG_TYPE"),
        ("$[3]", "NUMBER_TOO_LARGE"),
    ]
    assert {loss.what for loss in dataset.unread} == {"keypointlabels", "cancelled annotation"}


def test_a_native_file_that_is_cut_is_refused(tmp_path: Path) -> None:
    head = '{"labelmarket":1,"classes":[],"class_ids":[],"annotators":[],"items":2,"labels":0}\n'
    path = table(tmp_path, head + '{"item":"a","id":1}\n', name="n.ndjson")

    assert detect(path) is LabelFormat.NATIVE
    with pytest.raises(UnreadableFile) as refused:
        read(path)
    assert refused.value.code == "CUT_SHORT"


@pytest.mark.parametrize(
    ("name", "text", "unread"),
    [
        ("t.csv", "item,label,note,xmin\na,cat,hm,1\nb,dog,,2\n", {"note": 1, "xmin": 2}),
        (
            "t.csv",
            "item,label,category,\na,cat,pet,x\n",
            {"category": 1, "column without a name": 1},
        ),
        (
            "t.jsonl",
            '{"item":"a","label":"cat","labels":["x"],"box":[1],"id":null}\n',
            {"labels": 1, "box": 1},
        ),
    ],
)
def test_what_a_row_says_beside_its_labels_is_told(
    tmp_path: Path, name: str, text: str, unread: dict[str, int]
) -> None:
    dataset = read(table(tmp_path, text, name=name))

    assert {loss.what: loss.count for loss in dataset.unread} == unread
    assert said(dataset)[0] == ("a", "cat")


@pytest.mark.parametrize("head", ["item,label,label", "item,Item,label", "item,x,x"])
def test_a_column_that_is_there_twice_is_not_read_by_halves(tmp_path: Path, head: str) -> None:
    with pytest.raises(UnreadableFile, match="twice") as refused:
        read(table(tmp_path, f"{head}\na,1,0\n"))

    assert refused.value.code == "WRONG_SHAPE"


def test_names_without_end_share_one_number(tmp_path: Path) -> None:
    row = {"item": "a", "label": "cat"} | {f"note {n}": 1 for n in range(1_200)}

    dataset = read(table(tmp_path, json.dumps(row), name="t.jsonl"))

    assert len(dataset.unread) == 1_001
    assert sum(loss.count for loss in dataset.unread) == 1_200


def test_links_in_a_folder_are_passed_over_and_told(tmp_path: Path) -> None:
    table(tmp_path, "item,label\na,cat\n")
    (tmp_path / "b.csv").symlink_to(tmp_path / "t.csv")
    (tmp_path / "again").symlink_to(tmp_path)

    dataset = read(tmp_path)

    assert said(dataset) == [("a", "cat")]
    assert [(loss.what, loss.count) for loss in dataset.unread] == [("links", 2)]


def test_a_folder_of_links_alone_says_that_they_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "a.csv").symlink_to(table(tmp_path, "item,label\na,cat\n"))

    with pytest.raises(UnreadableFile, match=r"links are not followed \(1 here\)"):
        read(tmp_path / "labels")


def test_a_file_with_nothing_in_it_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(table(tmp_path, "", name="a.json"))

    assert refused.value.code == "EMPTY_FILE"


def test_json_in_utf_16_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = table(tmp_path, '{"images": [], "annotations": []}', encoding="utf-16", name="a.json")

    with pytest.raises(UnreadableFile, match="UTF-16") as refused:
        read(path)

    assert refused.value.code == "NOT_JSON"


def test_what_is_nothing_of_ours_is_refused(tmp_path: Path) -> None:
    for name, text in (
        ("a.json", "{}"),
        ("a.txt", "some words"),
        ("a.bin", "\x00\x01"),
        ("a.xml", "<x/>"),
    ):
        with pytest.raises(UnreadableFile) as refused:
            read(table(tmp_path, text, name=name))
        assert refused.value.code == "UNKNOWN_FORMAT"
