"""Label files in COCO's layout, checked before anything is started."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final, NotRequired, TypedDict, TypeGuard, cast

import orjson

FILE_BYTES_MAX: Final = 1 << 30
Segmentation = list[list[float]] | dict[str, list[int]]


class Picture(TypedDict):
    id: int | str
    file_name: NotRequired[str]
    width: NotRequired[float]
    height: NotRequired[float]


class Annotation(TypedDict):
    id: int
    image_id: int | str
    category_id: int
    bbox: list[float]
    area: NotRequired[float]
    iscrowd: NotRequired[int]
    segmentation: NotRequired[Segmentation]


class Category(TypedDict):
    id: int
    name: str


class Coco(TypedDict):
    images: list[Picture]
    annotations: list[Annotation]
    categories: list[Category]


class UnusableFile(Exception):
    """The file cannot be played; the message is one line for people."""


def check_coco(path: Path) -> None:
    """Refuse a file that the demo could not play, before anything is started.

    Raises
    ------
    UnusableFile
        It is missing, larger than 1 GiB, no JSON, or has no images or no categories.
    """
    read_coco(path)


def read_coco(path: Path) -> Coco:
    """Read a file whole; the peak is the file plus about six times its size as objects.

    Annotations that are no objects with an image, a category and a box are left out here,
    since a simulated labeler cannot see them. The market gets the file as it is.
    """
    content = _parsed(path)
    images, categories = _rows(content, "images", path), _rows(content, "categories", path)
    if not all("id" in row for row in images):
        raise UnusableFile(f"{path} is not in COCO's layout: an image has no id")
    if not all(_is_category(row) for row in categories):
        raise UnusableFile(f"{path} is not in COCO's layout: a category has no id or no name")
    found = content.get("annotations")
    return Coco(
        images=cast("list[Picture]", images),
        annotations=[row for row in found if _is_annotation(row)]
        if isinstance(found, list)
        else [],
        categories=cast("list[Category]", categories),
    )


def _parsed(path: Path) -> dict[str, object]:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise UnusableFile(f"{path} is larger than {FILE_BYTES_MAX >> 30} GiB")
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UnusableFile(f"{path} cannot be read: {reason}") from error
    except orjson.JSONDecodeError as error:
        raise UnusableFile(f"{path} is not JSON: {error.msg}") from error
    if not isinstance(content, dict):
        raise UnusableFile(f"{path} is not in COCO's layout: it is no object")
    return content


def _rows(content: dict[str, object], name: str, path: Path) -> list[dict[str, object]]:
    rows = content.get(name)
    if not isinstance(rows, list) or not rows:
        raise UnusableFile(f"{path} has no {name}")
    if not all(isinstance(row, dict) for row in rows):
        raise UnusableFile(f"{path} is not in COCO's layout: its {name} are not all objects")
    return rows


def key_of(picture: Picture) -> str:
    """Give the name by which the market knows an image."""
    return str(picture.get("file_name") or picture["id"])


def class_names(coco: Coco) -> list[str]:
    """List every category's name once, in the order of the file."""
    return list(dict.fromkeys(category["name"] for category in coco["categories"]))


def items_of(pictures: Sequence[Picture]) -> bytes:
    """Write a file of images alone: what is to be labeled, without a label."""
    bare = [
        {name: picture[name] for name in ("id", "file_name", "width", "height") if name in picture}
        for picture in cast("Sequence[dict[str, object]]", pictures)
    ]
    return orjson.dumps({"images": bare})


def _is_category(row: object) -> bool:
    return isinstance(row, dict) and "id" in row and isinstance(row.get("name"), str)


def _is_annotation(row: object) -> TypeGuard[Annotation]:
    if not isinstance(row, dict) or "image_id" not in row or "category_id" not in row:
        return False
    box = row.get("bbox")
    return isinstance(box, list) and len(box) == 4 and all(_is_length(side) for side in box)


def _is_length(side: object) -> bool:
    return isinstance(side, (int, float)) and not isinstance(side, bool)
