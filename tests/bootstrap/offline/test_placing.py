"""Label files on one table of items and one list of classes."""

from pathlib import Path

import numpy as np

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.reading import read
from labelmarket.bootstrap.offline.placing import all_labels, ordered, put_together
from tests.cli.shell import Box, coco

HERE = (10.0, 10.0, 20.0, 30.0)
THERE = (60.0, 60.0, 20.0, 30.0)


def read_coco(
    path: Path, boxes: list[Box], *, images: int = 3, classes: tuple[str, ...] = ("cat", "dog")
) -> Dataset:
    return read(coco(path, boxes, images=images, classes=classes))


def test_items_and_classes_of_two_files_are_told_by_their_names(tmp_path: Path) -> None:
    first = read_coco(tmp_path / "a.json", [(1, "cat", HERE), (3, "dog", THERE)])
    second = read_coco(
        tmp_path / "b.json",
        [(4, "bird", HERE), (1, "dog", THERE)],
        images=4,
        classes=("bird", "dog"),
    )

    together = put_together([first, second])
    labels = all_labels(together.labels)

    assert len(together.items) == 4
    assert [labels.class_names[kind] for kind in labels.classes] == ["cat", "dog", "bird", "dog"]
    assert labels.items.tolist() == [0, 2, 3, 0]
    assert labels.covered.tolist() == [[0, 4]]


def test_the_first_known_size_of_an_item_stays(tmp_path: Path) -> None:
    first = read_coco(tmp_path / "a.json", [], images=2)
    (tmp_path / "b.json").write_text(
        '{"images": [{"id": 1, "file_name": "1.png", "width": 7, "height": 8},'
        ' {"id": 2, "file_name": "new.png", "width": 5, "height": 6}],'
        ' "categories": [], "annotations": []}'
    )

    together = put_together([first, read(tmp_path / "b.json")])

    sizes = together.items.sizes(np.arange(3, dtype=np.int32))
    assert sizes.tolist() == [[100.0, 100.0], [100.0, 100.0], [5.0, 6.0]]


def test_a_single_file_is_left_as_it_is(tmp_path: Path) -> None:
    only = read_coco(tmp_path / "a.json", [(1, "cat", HERE)])

    together = put_together([only])

    assert all_labels(together.labels) is only.labels


def test_the_order_of_numbers_moves_items_and_classes_but_no_label(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        '{"images": [{"id": 30, "file_name": "c"}, {"id": 10, "file_name": "a"},'
        ' {"id": 20, "file_name": "b"}],'
        ' "categories": [{"id": 9, "name": "late"}, {"id": 2, "name": "early"}],'
        ' "annotations": ['
        '{"id": 1, "image_id": 10, "category_id": 9, "bbox": [0, 0, 1, 1]},'
        ' {"id": 2, "image_id": 30, "category_id": 2, "bbox": [0, 0, 2, 2]}]}'
    )

    moved = ordered(read(path))

    labels = moved.labels
    assert [moved.key(place) for place in range(3)] == ["a", "b", "c"]
    assert moved.item_ids == (10, 20, 30)
    assert labels.class_names == ("early", "late")
    assert [moved.key(item) for item in labels.items.tolist()] == ["a", "c"]
    assert [labels.class_names[kind] for kind in labels.classes] == ["late", "early"]
    assert labels.ids.tolist() == [1, 2]
