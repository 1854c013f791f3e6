"""Annotations of a COCO file become label columns; a bad row costs itself alone."""

from pathlib import Path
from typing import Any

import pytest

from labelmarket.adapters.formats import coco_labels
from labelmarket.adapters.formats.coco_labels import read_labels
from labelmarket.adapters.formats.problems import Problems
from labelmarket.application.labels import UnreadableFile
from labelmarket.workers.columns import NO_ID, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.outlines import Outlines
from tests.adapters.formats.coco_samples import (
    BOX,
    CLASSES,
    annotation,
    coco,
    image,
    same,
    table,
    written,
)

Read = tuple[LabelColumns, Outlines, Problems]


def read(
    folder: Path,
    annotations: list[Any],
    *,
    images: list[Any] | None = None,
    categories: list[Any] | None = None,
    within: Spans | None = None,
) -> Read:
    """Read a delivery on the items a.jpg, b.jpg and c.jpg, which has ids 1, 2 and 3 for them."""
    items = table(folder, "a.jpg", "b.jpg", "c.jpg")
    listed = images or [image(1, "a.jpg"), image(2, "b.jpg"), image(3, "c.jpg")]
    document = coco(images=listed, annotations=annotations, categories=categories)
    return read_labels(written(folder, document), items=items, classes=CLASSES, within=within)


def codes(problems: Problems) -> list[tuple[int, str]]:
    return [(problem.row, problem.code) for problem in problems.kept]


def test_every_value_of_an_annotation_is_kept(tmp_path: Path) -> None:
    row = annotation(2, 2, id=5, iscrowd=1, area=12.5, score=0.25, annotator=7)

    labels, _, problems = read(tmp_path, [row])

    assert problems.total == 0
    assert (labels.items[0], labels.classes[0], labels.crowd[0]) == (1, 1, 1)
    assert labels.boxes.tolist() == [BOX]
    assert (labels.ids[0], labels.areas[0], labels.scores[0]) == (5, 12.5, 0.25)
    assert (labels.annotators[0], labels.annotator_names) == (0, ("7",))


def test_annotators_are_named_once_each_and_may_be_numbers_or_words(tmp_path: Path) -> None:
    named = [annotation(1, annotator=who) for who in (9, "Ann", 9, None, "Bo", "Ann")]

    labels, _, problems = read(tmp_path, named)

    assert problems.total == 0
    names = [labels.annotator_names[at] if at >= 0 else None for at in labels.annotators]
    assert names == ["9", "Ann", "9", None, "Bo", "Ann"]


def test_what_a_file_leaves_out_is_told_apart_from_zero(tmp_path: Path) -> None:
    labels, _, _ = read(tmp_path, [annotation(1, iscrowd=None, area=None)])

    assert labels.crowd[0] == 0
    assert same(labels.areas, [float("nan")])
    assert same(labels.scores, [float("nan")])
    assert labels.annotators[0] == -1


@pytest.mark.parametrize(
    "box", [[-50, -50, 10, 10], [0, 0, 0, 0], [90, 40, 500, 500], [0.1, 0.2, 1e-9, 3]]
)
def test_boxes_outside_the_image_and_without_area_are_labels(
    tmp_path: Path, box: list[float]
) -> None:
    labels, _, problems = read(tmp_path, [annotation(1, bbox=box)])

    assert labels.boxes.tolist() == [box]
    assert problems.total == 0


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (annotation(9), "UNKNOWN_ID"),
        (annotation("1"), "UNKNOWN_ID"),
        (annotation(1, 7), "UNKNOWN_ID"),
        (annotation(1, 3), "UNKNOWN_CLASS"),
        (annotation(1, bbox=[0, 0, -1, 1]), "NEGATIVE_SIZE"),
        (annotation(1, bbox=[0, 0, 1]), "WRONG_TYPE"),
        (annotation(1, bbox=[0, 0, 1, "1"]), "WRONG_TYPE"),
        (annotation(1, bbox=[0, 0, 1, True]), "WRONG_TYPE"),
        (annotation(1, bbox=None), "WRONG_TYPE"),
        (annotation(1, bbox=[1e10, 0, 1, 1]), "OUT_OF_RANGE"),
        (annotation(1, bbox=[10**30, 0, 1, 1]), "OUT_OF_RANGE"),
        (annotation(1, area=-1), "OUT_OF_RANGE"),
        (annotation(1, iscrowd=2), "WRONG_TYPE"),
        (annotation(1, annotator=-4), "OUT_OF_RANGE"),
        (annotation(1, annotator=""), "BAD_KEY"),
        (annotation(1, segmentation="x"), "WRONG_TYPE"),
        (annotation(1, segmentation={"counts": "ab"}), "WRONG_TYPE"),
        (annotation(1, segmentation={"counts": "PPYo0", "size": [2, 3]}), "BAD_MASK"),
        (annotation(1, segmentation={"counts": [5, -1, 2], "size": [2, 3]}), "BAD_MASK"),
        (annotation(1, segmentation={"counts": [], "size": [2, -3]}), "BAD_MASK"),
        (annotation(1, segmentation={"counts": "0\x7f", "size": [2, 3]}), "BAD_MASK"),
        (annotation(1, segmentation=[[1, 2, 3]]), "ODD_POLYGON"),
        (annotation(1, segmentation=[[1, 2], [1e10, 2]]), "OUT_OF_RANGE"),
        ({"category_id": 1, "bbox": BOX}, "WRONG_TYPE"),
        ({"image_id": 1, "category_id": 1}, "WRONG_TYPE"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_stay(
    tmp_path: Path, row: dict[str, Any], code: str
) -> None:
    three = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}, {"id": 3, "name": "zebra"}]

    labels, _, problems = read(tmp_path, [annotation(1), row, annotation(2, 2)], categories=three)

    assert labels.items.tolist() == [0, 1]
    assert codes(problems) == [(1, code)]
    assert labels.problems == 1


def test_a_number_too_large_for_a_float_is_a_bad_row(tmp_path: Path) -> None:
    read(tmp_path, [annotation(1), annotation(2)])
    path = tmp_path / "upload.json"
    path.write_bytes(path.read_bytes().replace(b"[1.0,", b"[1e999,", 1))
    (tmp_path / "items").mkdir()
    items = table(tmp_path / "items", "a.jpg", "b.jpg", "c.jpg")

    labels, _, problems = read_labels(path, items=items, classes=CLASSES, within=None)

    assert len(labels) == 1
    assert codes(problems) == [(0, "WRONG_TYPE")]


def test_a_file_covers_the_images_it_lists_with_labels_or_without(tmp_path: Path) -> None:
    labels, _, _ = read(tmp_path, [], images=[image(1, "a.jpg"), image(7, "c.jpg")])

    assert labels.covered.tolist() == [[0, 1], [2, 3]]
    assert len(labels) == 0


def test_images_the_project_does_not_have_are_not_covered(tmp_path: Path) -> None:
    labels, _, problems = read(
        tmp_path, [annotation(4), annotation(1)], images=[image(4, "x.jpg"), image(1, "a.jpg")]
    )

    assert labels.covered.tolist() == [[0, 1]]
    assert codes(problems) == [(0, "UNKNOWN_ITEM"), (0, "UNKNOWN_ITEM")]


def test_images_outside_the_granted_ranges_are_refused_by_row(tmp_path: Path) -> None:
    labels, _, problems = read(
        tmp_path, [annotation(1), annotation(2)], within=spans.from_pairs([(1, 3)])
    )

    assert labels.items.tolist() == [1]
    assert labels.covered.tolist() == [[1, 3]]
    assert [problem.item for problem in problems.kept] == ["a.jpg", "a.jpg"]
    assert codes(problems) == [(0, "NOT_IN_SLICE"), (0, "NOT_IN_SLICE")]


def test_another_numbering_of_images_and_classes_leads_to_the_same_labels(tmp_path: Path) -> None:
    labels, _, problems = read(
        tmp_path,
        [annotation(0, 0), annotation("b", 90)],
        images=[image(0, "c.jpg"), image("b", "a.jpg")],
        categories=[{"id": 0, "name": "dog"}, {"id": 90, "name": "cat"}, {"id": 7, "name": "cat"}],
    )

    assert problems.total == 0
    assert labels.items.tolist() == [2, 0]
    assert labels.classes.tolist() == [1, 0]


def test_an_item_listed_twice_is_covered_once_and_keeps_its_labels(tmp_path: Path) -> None:
    labels, _, problems = read(
        tmp_path, [annotation(1), annotation(2)], images=[image(1, "a.jpg"), image(2, "a.jpg")]
    )

    assert labels.items.tolist() == [0, 0]
    assert labels.covered.tolist() == [[0, 1]]
    assert codes(problems) == [(1, "DUPLICATE_ITEM")]


def test_an_id_that_two_images_share_names_neither(tmp_path: Path) -> None:
    labels, _, problems = read(
        tmp_path,
        [annotation(1), annotation(2)],
        images=[image(1, "a.jpg"), image(1, "b.jpg"), image(2, "c.jpg")],
    )

    assert labels.items.tolist() == [2]
    assert labels.covered.tolist() == [[2, 3]]
    assert codes(problems) == [(1, "AMBIGUOUS_ITEM"), (0, "AMBIGUOUS_ITEM")]


def test_a_category_with_two_names_stands_for_neither(tmp_path: Path) -> None:
    twice = [{"id": 1, "name": "cat"}, {"id": 1, "name": "dog"}, {"id": 2, "name": "dog"}]

    labels, _, problems = read(tmp_path, [annotation(1, 1), annotation(1, 2)], categories=twice)

    assert labels.classes.tolist() == [1]
    assert codes(problems) == [(1, "AMBIGUOUS_CLASS"), (0, "AMBIGUOUS_CLASS")]


@pytest.mark.parametrize("lost", ["annotations", "categories"])
def test_a_delivery_without_one_of_its_lists_is_refused(tmp_path: Path, lost: str) -> None:
    items = table(tmp_path, "a.jpg")
    document = coco(images=[image(1, "a.jpg")])
    del document[lost]

    with pytest.raises(UnreadableFile, match=lost):
        read_labels(written(tmp_path, document), items=items, classes=CLASSES, within=None)


def test_polygons_become_rings_of_points(tmp_path: Path) -> None:
    rings = [[1.5, 2, 3, 4, 5, 6], [0, 0, 9, 9, 9, 0], []]

    labels, outlines, problems = read(
        tmp_path, [annotation(1), annotation(1, segmentation=rings), annotation(2, segmentation=[])]
    )

    assert problems.total == 0
    assert labels.geometry.tolist() == [0, 1, 0]
    assert [ring.ravel().tolist() for ring in outlines.rings(1)] == rings
    assert outlines.rings(0) == outlines.rings(2) == []


@pytest.mark.parametrize("counts", [[3, 1, 2], "312"])
def test_masks_become_run_lengths_however_they_are_spelled(
    tmp_path: Path, counts: list[int] | str
) -> None:
    mask = {"counts": counts, "size": [2, 3]}

    labels, outlines, problems = read(tmp_path, [annotation(1), annotation(1, segmentation=mask)])

    assert problems.total == 0
    assert labels.geometry.tolist() == [0, 2]
    assert outlines.runs(1).tolist() == [3, 1, 2]
    assert outlines.mask_sizes.tolist() == [[0, 0], [2, 3]]


def test_more_labels_on_one_item_than_allowed_are_bad_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coco_labels, "LABELS_PER_ITEM_MAX", 2)

    labels, _, problems = read(tmp_path, [annotation(1)] * 3 + [annotation(2)])

    assert labels.items.tolist() == [0, 0, 1]
    assert codes(problems) == [(2, "TOO_MANY_LABELS")]


@pytest.mark.parametrize(
    ("row", "item"),
    [
        (annotation(2, bbox=[0, 0, -1, 1]), "b.jpg"),
        (annotation(2, 7), "b.jpg"),
        (annotation(2, area="large"), "b.jpg"),
        (annotation(4), "x.jpg"),
        (annotation(4, bbox=None), "x.jpg"),
        (annotation(9), "9"),
        (annotation(0), "0"),
        ({"category_id": 1, "bbox": BOX}, ""),
        (annotation([1]), ""),  # type: ignore[arg-type]
    ],
)
def test_a_bad_row_says_which_item_it_is_about(
    tmp_path: Path, row: dict[str, Any], item: str
) -> None:
    images = [image(1, "a.jpg"), image(2, "b.jpg"), image(4, "x.jpg")]

    _, _, problems = read(tmp_path, [row], images=images)

    assert problems.kept[-1].item == item


def test_a_bad_image_says_which_item_it_is(tmp_path: Path) -> None:
    images = [image(1, "a.jpg"), image(0, "b.jpg", width=-1), {"id": 0, "file_name": []}]

    _, _, problems = read(tmp_path, [], images=images)

    assert [problem.item for problem in problems.kept] == ["b.jpg", "0"]


def test_items_that_are_known_keep_what_they_have(tmp_path: Path) -> None:
    items = table(tmp_path, "a.jpg", "b.jpg")
    both = coco(images=[image(1, "a.jpg"), image(2, "b.jpg")], annotations=[annotation(1)] * 2)
    both["annotations"].append(annotation(2))

    labels, _, problems = read_labels(
        written(tmp_path, both),
        items=items,
        classes=CLASSES,
        within=None,
        known=spans.from_pairs([(0, 1)]),
    )

    assert (labels.items.tolist(), labels.covered.tolist()) == ([1], [[1, 2]])
    assert codes(problems) == [(0, "ALREADY_GOLD"), (0, "ALREADY_GOLD"), (1, "ALREADY_GOLD")]


@pytest.mark.parametrize("ident", ["seven", 2**63, -(2**63), 10**30])
def test_a_label_whose_id_cannot_be_kept_is_kept_and_named(tmp_path: Path, ident: Any) -> None:
    rows = [annotation(1, id=7), annotation(2, id=ident)]

    columns, _, problems = read(tmp_path, rows, within=spans.from_pairs([(0, 3)]))

    assert columns.ids.tolist() == [7, NO_ID]
    assert codes(problems) == [(1, "ID_NOT_KEPT")]
    assert problems.kept[0].item == "b.jpg"
    # Nothing of the delivery is lost with it.
    assert (columns.covered.tolist(), columns.problems) == ([[0, 3]], 0)
