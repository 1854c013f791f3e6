"""Files of labels in every format, on the items and classes of a project."""

import json
from pathlib import Path

import pytest

from labelmarket.application.labels import LabelKind, UnreadableFile
from labelmarket.workers.columns import GEOMETRY_ITEM, GEOMETRY_POLYGONS
from tests.adapters.formats.coco_samples import Json
from tests.adapters.intake.uploads import OBJECTS, ONE, SEVERAL, Uploads, codes

ITEMS = "id,text\na,Thank you!\nb,It broke.\nc,Where?\nd,Hm.\n"
SAID = [("a", "praise"), ("b", "complaint"), ("b", "question")]
CHOICE = {"type": "choices", "from_name": "x", "to_name": "y"}
BOX = {"original_width": 100, "original_height": 50, "type": "rectanglelabels"}


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    uploads = Uploads(tmp_path)
    uploads.add(ITEMS)
    return uploads


def coco(*annotations: Json, images: str = "abcd", classes: tuple[str, ...] = ()) -> str:
    """Give COCO annotations; classes are numbered from 1 on."""
    names = classes or ("praise", "complaint", "question", "other")
    return json.dumps(
        {
            "images": [{"id": ord(key), "file_name": key} for key in images],
            "categories": [{"id": at, "name": name} for at, name in enumerate(names, start=1)],
            "annotations": list(annotations),
        }
    )


def word(item: str, kind: int) -> Json:
    return {"image_id": ord(item), "category_id": kind}


def box(item: str, kind: int) -> Json:
    return {**word(item, kind), "bbox": [1, 2, 3, 4]}


def task(item: str, *choices: str, **data: object) -> Json:
    results = [{**CHOICE, "value": {"choices": list(choices)}}] if choices else []
    return {"data": {"text": "x", "id": item, **data}, "annotations": [{"result": results}]}


TABLE = "item,label,score,annotator\na,praise,0.5,ann\nb,complaint,,\nb,question,,bob\nc,,,\n"


@pytest.mark.parametrize(
    "content",
    [
        TABLE,
        TABLE.encode("utf-16"),
        "id;text;class\na;Thank you!;praise\nb;x;complaint\nb;x;question\nc;Where?;\n",
        "item,labels\na,praise\nb,complaint|question\nc,\n",
        "item,praise,complaint,question\na,1,0,0\nb,0,1,1\nc,0,0,0\n",
        '{"item": "a", "label": "praise"}\n{"item": "b", "labels": ["complaint", "question"]}\n'
        '{"item": "c", "label": null}\n',
        '[{"text": "x", "id": "a", "label": "praise"}, {"id": "b", "label": "complaint"},'
        '{"id": "b", "label": "question"}, {"id": "c", "labels": [""]}]',
        coco(word("a", 1), word("b", 2), word("b", 3), images="abc"),
        json.dumps([task("a", "praise"), task("b", "complaint", "question"), task("c")]),
    ],
    ids=["table", "utf-16", "texts", "several", "marks", "lines", "list", "coco", "studio"],
)
def test_classes_of_whole_items_come_in_many_formats(
    uploads: Uploads, content: str | bytes
) -> None:
    read = uploads.deliver(content)

    assert sorted(uploads.said(read)) == SAID
    assert (uploads.covered(read), read.labels, codes(read)) == (["a", "b", "c"], 3, [])
    labels = uploads.columns.labels(read.digest)
    assert labels.speaks_of_items
    assert set(labels.geometry.tolist()) == {GEOMETRY_ITEM}


def test_scores_and_annotators_are_kept(uploads: Uploads) -> None:
    labels = uploads.columns.labels(uploads.deliver(TABLE).digest)

    assert labels.scores.tolist()[0] == 0.5
    assert labels.annotator_names == ("ann", "bob")
    assert labels.annotators.tolist() == [0, -1, 1]


def test_each_bad_row_is_named_and_its_item_stays_owed(uploads: Uploads) -> None:
    rows = ["a,praise,", "b,cheese,", "z,praise,", "c,praise,NaN", ",praise,", "d,praise,1,2"]

    read = uploads.deliver("item,label,score\n" + "\n".join(rows), within=((0, 3),))

    assert codes(read) == [
        (3, "b", "UNKNOWN_CLASS"),
        (4, "z", "UNKNOWN_ITEM"),
        (5, "c", "WRONG_TYPE"),
        (6, "", "BAD_KEY"),
        (7, "", "WRONG_SHAPE"),
    ]
    assert uploads.covered(read) == ["a"]


def test_each_bad_object_is_named_and_its_item_stays_owed(uploads: Uploads) -> None:
    rows = [
        '{"id": "a", "label": "praise"}',
        '{"id": "b", "label": "cheese"}',
        '{"id": "c", "label": 5}',
        '{"id": "d", "label": "praise", "score": NaN}',
        '{"label": "praise"}',
        '{"id": "a"}',
    ]

    read = uploads.deliver("\n".join(rows))

    assert codes(read) == [
        (2, "b", "UNKNOWN_CLASS"),
        (3, "c", "WRONG_TYPE"),
        (4, "", "NOT_JSON"),
        (5, "", "NO_ITEM"),
        (6, "a", "NO_LABEL"),
    ]
    assert uploads.covered(read) == []


def test_a_task_that_nobody_has_answered_is_no_item_without_a_class(uploads: Uploads) -> None:
    taken_back = {"was_cancelled": True, "result": [{**CHOICE, "value": {"choices": ["praise"]}}]}
    tasks = [
        task("a", "praise"),
        task("b"),
        {"data": {"id": "c"}, "annotations": []},
        {"data": {"id": "d"}, "annotations": [taken_back]},
    ]

    read = uploads.truth(json.dumps(tasks))

    assert codes(read) == [(2, "c", "UNLABELED"), (3, "d", "UNLABELED")]
    assert uploads.covered(read) == ["a", "b"]


def test_items_of_others_are_no_part_of_the_work(uploads: Uploads) -> None:
    read = uploads.deliver("item,label\na,praise\nb,praise\n", within=((1, 2),))

    assert codes(read) == [(2, "a", "NOT_IN_SLICE")]
    assert uploads.covered(read) == ["b"]


@pytest.mark.parametrize(
    "content",
    [
        "item,label\na,praise\na,praise\nb,question\n",
        '{"id": "a", "label": "praise"}\n{"id": "a", "label": "praise"}\n'
        '{"id": "b", "label": "question"}',
        coco(word("a", 1), word("a", 1), word("b", 3), images="ab"),
        json.dumps([task("a", "praise", "praise"), task("b", "question")]),
    ],
    ids=["table", "lines", "coco", "studio"],
)
@pytest.mark.parametrize("kind", [ONE, SEVERAL])
def test_what_is_said_twice_counts_once_and_is_told(
    uploads: Uploads, content: str, kind: LabelKind
) -> None:
    read = uploads.deliver(content, kind=kind)

    assert sorted(uploads.said(read)) == [("a", "praise"), ("b", "question")]
    assert [(item, code) for _, item, code in codes(read)] == [("a", "DUPLICATE_LABEL")]
    assert uploads.covered(read) == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "row"),
    [
        ("item,label\na,praise\na,complaint\nb,question\n", 3),
        ("item,labels\na,praise|complaint\nb,question\n", 2),
        ('{"id": "a", "labels": ["praise", "complaint"]}\n{"id": "b", "label": "question"}', 1),
        (coco(word("a", 1), word("b", 3), word("a", 2), images="ab"), 2),
        (json.dumps([task("b", "question"), task("a", "praise", "complaint")]), 1),
    ],
    ids=["table", "several", "lines", "coco", "studio"],
)
def test_a_second_class_is_a_bad_row_where_an_item_has_one(
    uploads: Uploads, content: str, row: int
) -> None:
    read = uploads.deliver(content, kind=ONE)

    assert codes(read) == [(row, "a", "SECOND_CLASS")]
    assert uploads.covered(read) == ["b"]


@pytest.mark.parametrize("rows", ["a,praise\na,\n", "a,\na,praise\n"])
def test_an_item_has_a_class_or_none(uploads: Uploads, rows: str) -> None:
    read = uploads.deliver(f"item,label\n{rows}b,question\n")

    assert codes(read) == [(3, "a", "CONTRADICTION")]
    assert uploads.covered(read) == ["b"]


BOXES = "item,label,xmin,ymin,xmax,ymax\na,praise,1,2,4,6\n"
STUDIO_BOX = {
    **BOX,
    "value": {"x": 1, "y": 4, "width": 3, "height": 8, "rectanglelabels": ["praise"]},
}
VOC = """<annotation><filename>a</filename><size><width>9</width><height>9</height></size><object>
<name>praise</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>4</xmax><ymax>6</ymax></bndbox>
</object></annotation>"""
CVAT = """<?xml version="1.0"?><annotations><image id="0" name="a" width="9" height="9">
<box label="praise" xtl="1" ytl="2" xbr="4" ybr="6"/></image></annotations>"""


@pytest.mark.parametrize(
    "content",
    [
        BOXES,
        coco(box("a", 1), images="a"),
        json.dumps([{"data": {"image": "a"}, "annotations": [{"result": [STUDIO_BOX]}]}]),
        VOC,
        CVAT,
    ],
    ids=["table", "coco", "studio", "voc", "cvat"],
)
def test_boxes_come_in_many_formats(uploads: Uploads, content: str) -> None:
    read = uploads.deliver(content, kind=OBJECTS)

    labels = uploads.columns.labels(read.digest)
    assert (uploads.covered(read), codes(read)) == (["a"], [])
    assert labels.boxes.tolist() == [[1.0, 2.0, 3.0, 4.0]]
    assert not labels.speaks_of_items


def test_outlines_come_along(uploads: Uploads) -> None:
    points = {"points": [[0, 0], [50, 0], [50, 100]], "polygonlabels": ["praise"]}
    result = {**BOX, "type": "polygonlabels", "value": points}
    studio = [{"data": {"image": "a"}, "annotations": [{"result": [result]}]}]

    read = uploads.deliver(json.dumps(studio), kind=OBJECTS)

    assert uploads.columns.labels(read.digest).geometry.tolist() == [GEOMETRY_POLYGONS]
    assert uploads.columns.outlines(read.digest).rings(0)[0].tolist() == [[0, 0], [50, 0], [50, 50]]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (TABLE, OBJECTS),
        (coco(word("a", 1), images="a"), OBJECTS),
        (json.dumps([task("a", "praise")]), OBJECTS),
        (BOXES, ONE),
        (coco(box("a", 1), images="a"), SEVERAL),
        (VOC, SEVERAL),
        (CVAT, ONE),
    ],
)
def test_a_file_of_another_task_is_refused_whole(
    uploads: Uploads, content: str, kind: LabelKind
) -> None:
    with pytest.raises(UnreadableFile, match="the task asks for") as refused:
        uploads.deliver(content, kind=kind)

    assert refused.value.code == "WRONG_TASK"


def test_single_rows_of_another_task_are_bad_rows(uploads: Uploads) -> None:
    words = uploads.deliver(coco(word("a", 1), box("b", 2), images="abc"))
    boxes = uploads.deliver(coco(box("a", 1), word("b", 2), images="abc"), kind=OBJECTS)
    table = uploads.deliver(f"{BOXES}b,praise,,,,\n", kind=OBJECTS)

    assert (codes(words), uploads.covered(words)) == ([(1, "b", "WRONG_TASK")], ["a", "c"])
    assert (codes(boxes), uploads.covered(boxes)) == ([(1, "b", "WRONG_TYPE")], ["a", "c"])
    assert (codes(table), uploads.covered(table)) == ([(3, "b", "WRONG_TASK")], ["a"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"PK\x03\x04", "ARCHIVE"),
        (b"0 0.5 0.5 0.1 0.1\n", "UNKNOWN_FORMAT"),
        (b'[{"image_id": 1, "category_id": 1, "score": 1}]', "UNKNOWN_FORMAT"),
        (b'{"labelmarket":1}', "UNKNOWN_FORMAT"),
        (b"just words\n", "WRONG_SHAPE"),
        (b"item,label\na,\0\n", "NOT_TEXT"),
        (b'{"images": [}', "NOT_JSON"),
    ],
)
def test_a_file_that_holds_no_labels_is_refused_whole(
    uploads: Uploads, content: bytes, code: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        uploads.deliver(content)

    assert refused.value.code == code


def test_gold_leaves_out_what_it_cannot_be_sure_of(uploads: Uploads) -> None:
    read = uploads.truth("item,label\na,praise\nb,praise\nb,cheese\nc,\n")

    assert codes(read) == [(4, "b", "UNKNOWN_CLASS")]
    assert uploads.covered(read) == ["a", "c"]


def test_gold_that_came_first_stays(uploads: Uploads) -> None:
    uploads.gold = (uploads.truth("item,label\na,praise\n").digest,)

    read = uploads.truth("item,label\na,complaint\nb,praise\n")

    assert codes(read) == [(2, "a", "ALREADY_GOLD")]
    assert uploads.said(read) == [("b", "praise")]


def test_gold_of_a_project_with_two_tasks_is_of_either(uploads: Uploads) -> None:
    boxes = uploads.truth(BOXES, ONE, OBJECTS)
    words = uploads.truth("item,label\nb,praise\n", OBJECTS, ONE)

    assert not uploads.columns.labels(boxes.digest).speaks_of_items
    assert uploads.columns.labels(words.digest).speaks_of_items


def test_the_same_file_gives_the_same_digest(uploads: Uploads) -> None:
    assert uploads.deliver(TABLE) == uploads.deliver(TABLE)


def test_an_item_holds_a_bounded_number_of_boxes(uploads: Uploads) -> None:
    row = BOXES.splitlines()[1]
    many = "\n".join([BOXES.splitlines()[0], *[row] * 10_001, "b,praise,1,2,4,6"])

    read = uploads.deliver(many, kind=OBJECTS)

    assert codes(read) == [(10_002, "a", "TOO_MANY_LABELS")]
    assert uploads.covered(read) == ["b"]
