"""What a COCO file says and the columns do not hold is told by name and number, both ways."""

import json
from pathlib import Path
from typing import Any

import pytest

from labelmarket.adapters.formats import coco_file
from labelmarket.adapters.formats.coco_fields import NAMES_MAX, Fields
from labelmarket.adapters.formats.reading import read
from labelmarket.domain.label_format import LabelFormat
from tests.adapters.formats.coco_samples import annotation, coco, image, written

BOTH_WAYS = pytest.mark.parametrize("scan_bytes_min", [0, 1 << 30])


@pytest.fixture(autouse=True)
def way(monkeypatch: pytest.MonkeyPatch, scan_bytes_min: int) -> None:
    for name in ("SCAN_BYTES_MIN", "SCAN_BYTES_THERE_MIN"):
        monkeypatch.setattr(coco_file, name, scan_bytes_min)


def lost(path: Path, *, format: LabelFormat | None = None) -> dict[str, int]:
    return {loss.what: loss.count for loss in read(path, format=format).unread}


@BOTH_WAYS
def test_fields_of_annotations_images_and_categories_are_counted(tmp_path: Path) -> None:
    rows = [
        annotation(1, attributes={"occluded": True}, keypoints=[1, 2, 2], num_keypoints=1),
        annotation(
            1, attributes={"in": {"deep": [1]}}, segmentation={"counts": [1], "size": [1, 1]}
        ),
        annotation(1, caption="a cat"),
        {"image_id": 1, "caption": "without a category"},
        annotation(9, keypoints=[]),
    ]
    document = coco(
        images=[image(1, license=3, area=1), image(2, license=3, coco_url="")],
        annotations=rows,
        categories=[{"id": 1, "name": "cat", "supercategory": "pet", "skeleton": [[1, 2]]}],
    )
    document |= {"licenses": [{"id": 3}, {"id": 4}], "videos": []}

    assert lost(written(tmp_path, document)) == {
        "attributes of annotations": 2,
        "caption of annotations": 2,
        "keypoints of annotations": 2,
        "num_keypoints of annotations": 1,
        "area of images": 1,
        "coco_url of images": 1,
        "license of images": 2,
        "skeleton of categories": 1,
        "supercategory of categories": 1,
        "info of the file": 1,
        "licenses of the file": 2,
    }


@BOTH_WAYS
def test_a_file_that_says_nothing_more_loses_nothing(tmp_path: Path) -> None:
    document = coco(images=[image(1)], annotations=[annotation(1, id=4, score=1, iscrowd=None)])
    del document["info"]

    assert lost(written(tmp_path, document)) == {}


@BOTH_WAYS
def test_fields_of_results_are_counted(tmp_path: Path) -> None:
    rows = [annotation(1, score=0.5, keypoints=[1, 2, 2]), annotation(2, score=0.5)]

    path = written(tmp_path, json.dumps(rows).encode())

    assert lost(path, format=LabelFormat.COCO_RESULTS) == {"keypoints of annotations": 1}


@BOTH_WAYS
def test_ids_that_are_no_numbers_are_counted(tmp_path: Path) -> None:
    rows = [annotation(1, id=ident) for ident in (7, "a", "b", None, 2**63, 10**18)]

    document = coco(images=[image(1)], annotations=rows)

    assert lost(written(tmp_path, document))["ids of annotations"] == 3


@BOTH_WAYS
@pytest.mark.parametrize("names", [60, 70, 700])
def test_many_names_are_counted_each(tmp_path: Path, names: int) -> None:
    rows: list[Any] = [annotation(1, **{f"more {at}": at, "same": 0}) for at in range(names)]

    found = lost(written(tmp_path, coco(images=[image(1)], annotations=rows * 2)))

    assert found.pop("info of the file") == 1
    assert found.pop("same of annotations") == 2 * names
    assert found == {f"more {at} of annotations": 2 for at in range(names)}


@pytest.mark.parametrize("scan_bytes_min", [0])
def test_names_beyond_the_first_thousand_share_one_number() -> None:
    fields = Fields()
    fields.say(f"{at:04}" for at in range(NAMES_MAX + 5))
    fields.add("0003", rows=2)

    losses = fields.losses(of="rows")

    assert (losses[3].count, losses[-1].what, losses[-1].count) == (3, "other fields of rows", 5)
