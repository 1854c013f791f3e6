"""Images of a COCO file become items, each once."""

from pathlib import Path
from typing import Any

import pytest

from labelmarket.adapters.formats.coco_items import read_items
from labelmarket.adapters.formats.problems import Problems
from labelmarket.workers.columns import ItemColumns, ItemTable
from tests.adapters.formats.coco_samples import coco, image, table, written


def read(
    folder: Path, images: list[Any], *, after: ItemTable | None = None
) -> tuple[ItemColumns, Problems]:
    return read_items(written(folder, coco(images=images)), after=after or ItemTable(()), media={})


def keys(items: ItemColumns) -> list[str]:
    return [items.key(index).decode() for index in range(len(items))]


def test_items_keep_the_order_of_the_file(tmp_path: Path) -> None:
    items, problems = read(tmp_path, [image(9, "b.jpg"), image(1, "a.jpg"), image(0, "ü.jpg")])

    assert keys(items) == ["b.jpg", "a.jpg", "ü.jpg"]
    assert items.sizes.tolist() == [[100.0, 50.0]] * 3
    assert problems.total == 0


def test_annotations_and_categories_may_be_missing(tmp_path: Path) -> None:
    items, _ = read_items(written(tmp_path, {"images": [image(1)]}), after=ItemTable(()), media={})

    assert len(items) == 1


def test_an_image_without_a_name_is_known_by_its_id(tmp_path: Path) -> None:
    items, _ = read(tmp_path, [{"id": 0}, {"id": "left"}, {"id": 7, "file_name": ""}])

    assert keys(items) == ["0", "left", "7"]
    assert not items.sizes.any()


def test_a_key_said_twice_is_one_item_and_a_problem(tmp_path: Path) -> None:
    items, problems = read(tmp_path, [image(1, "a.jpg"), image(2, "a.jpg")])

    assert keys(items) == ["a.jpg"]
    [problem] = problems.kept
    assert (problem.row, problem.item, problem.code) == (1, "a.jpg", "DUPLICATE_ITEM")


def test_a_key_of_an_earlier_file_is_a_problem_and_ordinals_go_on(tmp_path: Path) -> None:
    before = table(tmp_path, "a.jpg", "b.jpg")

    items, problems = read(tmp_path, [image(5, "b.jpg"), image(6, "c.jpg")], after=before)

    assert (items.first, keys(items)) == (2, ["c.jpg"])
    [problem] = problems.kept
    assert (problem.item, problem.code) == ("b.jpg", "DUPLICATE_ITEM")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"file_name": "no id"}, "WRONG_TYPE"),
        ({"id": 1.5}, "WRONG_TYPE"),
        ({"id": None}, "WRONG_TYPE"),
        (image(1, width="wide"), "WRONG_TYPE"),
        (image(1, width=-1), "OUT_OF_RANGE"),
        (image(1, height=1e12), "OUT_OF_RANGE"),
        (image(1, "x" * 1_025), "BAD_KEY"),
        (image(1, "a\0b"), "BAD_KEY"),
        ({"id": ""}, "BAD_KEY"),
    ],
)
def test_a_bad_image_is_left_out_and_the_others_stay(
    tmp_path: Path, row: dict[str, Any], code: str
) -> None:
    items, problems = read(tmp_path, [image(8), row, image(9)])

    assert keys(items) == ["8.jpg", "9.jpg"]
    assert [(problem.row, problem.code) for problem in problems.kept] == [(1, code)]


def test_media_are_joined_by_key(tmp_path: Path) -> None:
    path = written(tmp_path, coco(images=[image(1), image(2)]))

    items, _ = read_items(path, after=ItemTable(()), media={"2.jpg": "ab" * 32})

    assert [row.tobytes().hex() for row in items.media] == ["00" * 32, "ab" * 32]


def test_media_that_are_for_no_item_are_problems(tmp_path: Path) -> None:
    path = written(tmp_path, coco(images=[image(1)]))

    items, problems = read_items(path, after=ItemTable(()), media={"2.jpg": "ab" * 32})

    assert not items.media.any()
    assert [(p.row, p.item, p.code) for p in problems.kept] == [(-1, "2.jpg", "UNKNOWN_ITEM")]


def test_media_that_are_no_digest_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, coco(images=[image(1)]))

    with pytest.raises(ValueError, match="sha256"):
        read_items(path, after=ItemTable(()), media={"1.jpg": "abcd"})


def test_a_hundred_problems_are_named_and_all_are_counted(tmp_path: Path) -> None:
    _, problems = read(tmp_path, [{"id": None}] * 250)

    assert (len(problems.kept), problems.total) == (100, 250)


def test_a_file_without_images_gives_no_items(tmp_path: Path) -> None:
    assert len(read(tmp_path, [])[0]) == 0


@pytest.mark.parametrize("side", [2**63, 2**64 + 1, 10**30, -(10**30)])
@pytest.mark.parametrize("name", ["width", "height"])
def test_a_size_beyond_all_bounds_costs_that_image_alone(
    tmp_path: Path, side: int, name: str
) -> None:
    odd = {**image(1, "odd.jpg"), name: side}

    items, problems = read(tmp_path, [odd, image(2, "b.jpg")])

    assert keys(items) == ["b.jpg"]
    [problem] = problems.kept
    assert (problem.row, problem.item, problem.code) == (0, "odd.jpg", "OUT_OF_RANGE")
