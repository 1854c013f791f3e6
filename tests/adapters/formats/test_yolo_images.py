"""Text files of YOLO find their images, which keep their own names and their own sizes."""

from pathlib import Path

import pytest
from PIL import Image

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.growing import Growing
from labelmarket.adapters.formats.image_folder import ImageFolder
from labelmarket.adapters.formats.reading import read
from labelmarket.adapters.formats.writing import write
from labelmarket.domain.label_format import LabelFormat

LINE = "0 0.5 0.5 0.5 0.5\n"
ORIENTATION, ON_ITS_SIDE, UPSIDE_DOWN = 0x0112, 6, 3


def laid(root: Path, *, images: dict[str, int], labels: tuple[str, ...]) -> Path:
    """Lay out images of some widths, all 10 high, and one label in each text file."""
    for name, width in images.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (width, 10)).save(root / name)
    for name in labels:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(LINE)
    return root


def told(dataset: Dataset) -> dict[str, float]:
    """Give the width of every item."""
    sizes = dataset.items.sizes[:, 0].tolist()
    return {dataset.key(at): width for at, width in enumerate(sizes)}


@pytest.mark.parametrize(
    ("orientation", "size"), [(ON_ITS_SIDE, (30, 40)), (UPSIDE_DOWN, (40, 30))]
)
def test_boxes_lie_on_a_photograph_as_it_is_looked_at(
    tmp_path: Path, orientation: int, size: tuple[int, int]
) -> None:
    image = Image.new("RGB", (40, 30))
    exif = image.getexif()
    exif[ORIENTATION] = orientation
    image.save(tmp_path / "a.jpg", exif=exif)
    (tmp_path / "a.txt").write_text("0 0.5 0.5 1 1\n")

    dataset = read(tmp_path)

    assert dataset.labels.boxes.tolist() == [[0.0, 0.0, *size]]


def test_bare_names_are_kept_where_each_occurs_once(tmp_path: Path) -> None:
    laid(tmp_path, images={"train/a.png": 20, "val/b.png": 40}, labels=("train/a.txt", "val/b.txt"))

    assert told(read(tmp_path)) == {"a.png": 20.0, "b.png": 40.0}


def test_images_of_one_name_are_named_by_their_paths_and_all_others_too(tmp_path: Path) -> None:
    laid(
        tmp_path,
        images={"images/train/a.png": 20, "images/val/a.png": 40, "images/val/b.png": 60},
        labels=("labels/train/a.txt", "labels/val/a.txt", "labels/val/b.txt"),
    )

    assert told(read(tmp_path)) == {
        "images/train/a.png": 20.0,
        "images/val/a.png": 40.0,
        "images/val/b.png": 60.0,
    }


def test_paths_of_images_begin_in_the_folder_that_was_named_for_them(tmp_path: Path) -> None:
    pictures = laid(tmp_path / "p", images={"train/a.png": 20, "val/a.png": 40}, labels=())
    labels = laid(tmp_path / "l", images={}, labels=("labels/train/a.txt", "labels/val/a.txt"))

    found = read(labels, images=ImageFolder(pictures))

    assert told(found) == {"train/a.png": 20.0, "val/a.png": 40.0}


def test_text_files_of_one_name_without_images_are_two_items(tmp_path: Path) -> None:
    laid(tmp_path, images={}, labels=("train/a.txt", "val/a.txt"))

    dataset = read(tmp_path)

    assert list(told(dataset)) == ["train/a", "val/a"]
    assert {problem.code for problem in dataset.problems} == {"NO_SIZE"}


def test_two_conversions_side_by_side_are_read_as_one(tmp_path: Path) -> None:
    for part, width in (("train", 20.0), ("val", 40.0)):
        growing = Growing()
        item = growing.item("deep/a.jpg", width=width, height=10.0)
        growing.label(item, "cat", box=(0.0, 0.0, 10.0, 5.0))
        write(growing.dataset(), tmp_path / part, format=LabelFormat.YOLO)

    dataset = read(tmp_path)

    assert told(dataset) == {"train/deep/a.jpg": 20.0, "val/deep/a.jpg": 40.0}
    assert dataset.labels.boxes.tolist() == [[0.0, 0.0, 10.0, 5.0]] * 2


def test_a_text_file_that_may_mean_several_images_is_a_problem(tmp_path: Path) -> None:
    laid(tmp_path, images={"x/a.png": 20, "y/a.png": 40}, labels=("z/a.txt", "x/b.txt"))

    dataset = read(tmp_path, format=LabelFormat.YOLO)

    assert [(one.file, one.code) for one in dataset.problems] == [
        ("x/b.txt", "NO_SIZE"),
        ("z/a.txt", "AMBIGUOUS_ITEM"),
    ]


def test_two_text_files_on_one_image_are_not_added_up(tmp_path: Path) -> None:
    laid(tmp_path, images={"a.png": 20}, labels=("mine/a.txt", "yours/a.txt"))

    dataset = read(tmp_path)

    assert told(dataset) == {"a.png": 20.0}
    assert [(one.file, one.code) for one in dataset.problems] == [("yours/a.txt", "DUPLICATE_ITEM")]


def test_a_folder_of_images_is_looked_through_once(tmp_path: Path) -> None:
    laid(tmp_path / "p", images={"a.png": 20}, labels=())
    laid(tmp_path / "l", images={}, labels=("a.txt",))
    images = ImageFolder(tmp_path / "p")
    before = told(read(tmp_path / "l", images=images))

    (tmp_path / "p" / "a.png").unlink()

    assert told(read(tmp_path / "l", images=images)) == before == {"a.png": 20.0}
