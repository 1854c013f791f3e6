"""Predicted objects, from COCO results and COCO files with scores."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from labelmarket.adapters.formats.run_lengths import mask_of, packed
from labelmarket.application.labels import LabelKind, UnreadableFile
from labelmarket.application.oracles import PredictionsRead
from labelmarket.workers.columns import GEOMETRY_RLE
from tests.adapters.oracles.prediction_desk import PredictionDesk, codes

REFERENCE = Path(os.environ.get("LABELMARKET_REFERENCE_DATA", "no-such-folder"))
COCO100 = REFERENCE / "images" / "coco100"
needs_coco100 = pytest.mark.skipif(
    not COCO100.exists(), reason="LABELMARKET_REFERENCE_DATA has no images/coco100"
)

Json = dict[str, Any]
BOX = [1.0, 2.0, 3.0, 4.0]
NUMBERS = {
    "images": [{"id": 10 + at, "file_name": key} for at, key in enumerate("abcd")],
    "annotations": [],
    "categories": [{"id": 7, "name": "dog"}, {"id": 8, "name": "cat"}, {"id": 9, "name": "emu"}],
}


@pytest.fixture
def desk(tmp_path: Path) -> PredictionDesk:
    return PredictionDesk(tmp_path)


def row(image: int | str = 10, category: int | str = 7, **more: object) -> Json:
    return {"image_id": image, "category_id": category, "bbox": BOX, "score": 0.5, **more}


def results(
    desk: PredictionDesk, *rows: Json, numbered: tuple[object, ...] = (NUMBERS,)
) -> PredictionsRead:
    return desk.read(list(rows), kind=LabelKind.OBJECTS, numbered_by=numbered)


def instances(desk: PredictionDesk, *rows: Json, images: str = "ab") -> PredictionsRead:
    listed = [{"id": 10 + at, "file_name": key} for at, key in enumerate(images)]
    document = {**NUMBERS, "images": listed, "annotations": list(rows)}
    return desk.read(document, kind=LabelKind.OBJECTS)


def test_ids_of_results_mean_what_the_files_of_the_project_say(desk: PredictionDesk) -> None:
    read = results(desk, row(12, 8, score=0.25), row(10, 7))

    assert desk.rows(read) == [(2, "cat", 0.25), (0, "dog", 0.5)]
    assert (read.covered, read.problems_total) == (((0, 1), (2, 3)), 0)
    assert desk.columns(read).boxes.tolist() == [BOX, BOX]


def test_ids_of_results_may_be_keys_and_names(desk: PredictionDesk) -> None:
    read = results(desk, row("c", "cat"), numbered=("id,text\na,hello\n",))

    assert desk.rows(read) == [(2, "cat", 0.5)]


def test_an_id_that_means_two_items_means_neither(desk: PredictionDesk) -> None:
    other = {**NUMBERS, "images": [{"id": 10, "file_name": "d"}, {"id": 11, "file_name": "b"}]}

    read = results(desk, row(10), row(11), numbered=(NUMBERS, other))

    assert codes(read) == [(0, "10", "AMBIGUOUS_ITEM")]
    assert read.covered == ((1, 2),)


def test_a_coco_file_speaks_of_all_images_that_it_lists(desk: PredictionDesk) -> None:
    read = instances(desk, row(10), images="abz")

    assert (desk.rows(read), read.covered) == ([(0, "dog", 0.5)], ((0, 2),))
    assert codes(read) == [(2, "z", "UNKNOWN_ITEM")]


def test_a_mask_needs_no_box_and_is_kept(desk: PredictionDesk) -> None:
    counts = packed(mask_of([5, 2, 93], size=(10, 10)).counts)
    mask = {**row(), "segmentation": {"size": [10, 10], "counts": counts}}
    del mask["bbox"]

    read = results(desk, mask)

    columns = desk.columns(read)
    assert columns.geometry.tolist() == [GEOMETRY_RLE]
    assert columns.boxes.tolist() == [[0.0, 5.0, 1.0, 2.0]]
    assert desk.outlines(read).runs(0).tolist() == [5, 2, 93]


@pytest.mark.parametrize(
    ("wrong", "code", "item"),
    [
        ({"score": None}, "SCORE_NOT_A_NUMBER", "a"),
        ({"score": "high"}, "SCORE_NOT_A_NUMBER", "a"),
        ({"score": float("nan")}, "SCORE_NOT_A_NUMBER", "a"),
        ({"score": 1.5}, "SCORE_OUT_OF_RANGE", "a"),
        ({"score": -0.5}, "SCORE_OUT_OF_RANGE", "a"),
        ({"score": -1e10}, "SCORE_OUT_OF_RANGE", "a"),
        ({"bbox": [1, 1, -2, 2]}, "BAD_BOX", "a"),
        ({"bbox": [1, 1, 2]}, "BAD_BOX", "a"),
        ({"bbox": [1, 1, 2, 1e10]}, "BAD_BOX", "a"),
        ({"bbox": [1, 1, float("nan"), 2]}, "BAD_BOX", "a"),
        ({"image_id": 99}, "UNKNOWN_ITEM", "99"),
    ],
)
def test_a_bad_row_is_named_and_its_item_falls_to_people(
    desk: PredictionDesk, wrong: Json, code: str, item: str
) -> None:
    read = results(desk, row(10), row(11), {**row(10), **wrong})

    assert codes(read) == [(2, item, code)]
    hurt = item == "a"
    assert read.covered == (((1, 2),) if hurt else ((0, 2),))
    assert read.labels == (1 if hurt else 2)


def test_an_object_of_a_class_of_others_is_left_out_and_costs_nothing(desk: PredictionDesk) -> None:
    read = results(desk, row(10), row(10, 9), row(11, 77))

    assert codes(read) == [(1, "a", "UNKNOWN_CLASS"), (2, "b", "UNKNOWN_CLASS")]
    assert (read.labels, read.covered) == (1, ((0, 2),))


def test_only_what_says_exactly_the_same_is_a_duplicate(desk: PredictionDesk) -> None:
    other = row(10, bbox=[1.0, 2.0, 3.0, 4.5])

    read = results(desk, row(), row(score=0.25), row(), other, row(10, 8), row(11))

    assert codes(read) == [(2, "a", "DUPLICATE")]
    assert (read.labels, read.covered) == (5, ((0, 2),))


def test_masks_in_the_same_box_are_told_apart(desk: PredictionDesk) -> None:
    masks = [
        row(segmentation={"size": [2, 2], "counts": counts}) for counts in ([1, 3], [2, 2], [1, 3])
    ]

    assert codes(results(desk, *masks)) == [(2, "a", "DUPLICATE")]


def test_no_predictions_are_an_answer_too(desk: PredictionDesk) -> None:
    read = desk.read("[]\n", kind=LabelKind.OBJECTS)

    assert (read.labels, read.covered, read.problems_total) == (0, (), 0)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("item,cat,dog\na,1,0\n", "WRONG_TASK"),
        ('{"item": "a", "cat": 1}', "WRONG_TASK"),
        ([{"image_id": 10, "category_id": 7, "score": 0.5}], "WRONG_TASK"),
        ([{"image_id": 10, "category_id": 7, "bbox": BOX}], "WRONG_SHAPE"),
        ('[{"image_id": 10, "category_id": 7, "bbox": ', "NOT_JSON"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_whole(
    desk: PredictionDesk, content: object, code: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        desk.read(content, kind=LabelKind.OBJECTS)

    assert refused.value.code == code


@needs_coco100
def test_the_reference_results_are_read_whole(tmp_path: Path) -> None:
    gold = (COCO100 / "instances_val2014_100.json").read_bytes()
    (path,) = COCO100.glob("*bbox*results*.json")
    document = json.loads(gold)
    keys = tuple(image["file_name"] for image in document["images"])
    classes = tuple(one["name"] for one in document["categories"])
    desk = PredictionDesk(tmp_path, keys=keys)

    read = desk.port.read_predictions(
        desk.blobs.put(path.read_bytes()),
        kind=LabelKind.OBJECTS,
        items=desk.manifests,
        classes=classes,
        numbered_by=(desk.blobs.put(gold),),
    )

    assert (read.labels, read.problems_total) == (734, 0)
