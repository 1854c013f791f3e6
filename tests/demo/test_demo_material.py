"""Label files that a user names: taken whole, or refused in one line."""

from pathlib import Path

import orjson
import pytest

from labelmarket.demo.coco import UnusableFile, check_coco
from labelmarket.demo.material import from_file, generated

GOOD = {
    "images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "../b.jpg"}],
    "annotations": [{"id": 1, "image_id": 1, "category_id": 0, "bbox": [1, 2, 3, 4]}],
    "categories": [{"id": 0, "name": "boat"}],
}


def written(folder: Path, content: object) -> Path:
    path = folder / "labels.json"
    path.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
    return path


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "is not JSON"),
        ([], "it is no object"),
        ({**GOOD, "images": []}, "has no images"),
        ({**GOOD, "categories": None}, "has no categories"),
        ({**GOOD, "images": [1]}, "not all objects"),
        ({**GOOD, "images": [{}]}, "an image has no id"),
        ({**GOOD, "categories": [{"id": 1}]}, "no name"),
    ],
)
def test_a_file_that_cannot_be_played_is_refused_in_one_line(
    tmp_path: Path, content: object, reason: str
) -> None:
    with pytest.raises(UnusableFile, match=reason) as refused:
        check_coco(written(tmp_path, content))
    assert "\n" not in str(refused.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="no such file"):
        check_coco(tmp_path / "nothing.json")


def test_a_missing_folder_of_images_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="no folder"):
        from_file(written(tmp_path, GOOD), images=tmp_path / "nothing")


def test_the_gold_is_the_file_itself_and_odd_rows_are_left_to_the_market(tmp_path: Path) -> None:
    # Given
    odd = [*GOOD["annotations"], {"id": 2}, None, {**GOOD["annotations"][0], "bbox": [1, "x"]}]
    path = written(tmp_path, {**GOOD, "annotations": odd})
    # When
    material = from_file(path, images=None)
    # Then
    assert material.gold == path.read_bytes()
    assert [label["id"] for label in material.truth["annotations"]] == [1]


def test_images_are_read_from_the_folder_and_never_from_outside_it(tmp_path: Path) -> None:
    # Given
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"inside")
    (tmp_path / "b.jpg").write_bytes(b"outside")
    # When
    material = from_file(written(tmp_path, GOOD), images=folder)
    # Then
    assert material.image("a.jpg") == b"inside"
    assert material.image("../b.jpg") is None


def test_generated_scenes_come_with_an_image_for_every_item() -> None:
    material = generated(seed=1, count=2)
    images = [material.image(str(picture["file_name"])) for picture in material.truth["images"]]
    assert all(image is not None and image.startswith(b"\xff\xd8") for image in images)
