"""What the customer brings: images, their true labels, and the files of the images."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from labelmarket.demo.coco import Coco, UnusableFile, key_of, read_coco
from labelmarket.demo.painter import render
from labelmarket.demo.scenes import make_scenes
from labelmarket.demo.truth import true_labels

SEED: Final = 7
SCENES: Final = 60
IMAGE_BYTES_MAX: Final = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """`gold` is the label file as the market gets it.

    `image` gives the file of a key, or None where there is none; the item is then a
    reference. `has_images` says whether asking is worth while.
    """

    title: str
    truth: Coco
    gold: bytes
    has_images: bool
    image: Callable[[str], bytes | None]


def generated(*, seed: int = SEED, count: int = SCENES) -> Material:
    """Make streets with bicycles; each is drawn when its image is asked for."""
    scenes = make_scenes(seed=seed, count=count)
    by_name = {scene.name: scene for scene in scenes}
    truth = true_labels(scenes)
    return Material(
        title="Bicycles in town",
        truth=truth,
        gold=orjson.dumps(truth),
        has_images=True,
        image=lambda key: render(by_name[key]),
    )


def from_file(path: Path, *, images: Path | None) -> Material:
    """Take a real label file, and the images in a folder if one is named.

    Raises
    ------
    UnusableFile
        The file cannot be played, or the folder is not there.
    """
    if images is not None:
        check_images(images)
    truth = read_coco(path)
    known = {key_of(picture) for picture in truth["images"]}
    folder = images.resolve() if images is not None else None

    def image(key: str) -> bytes | None:
        return _read(folder, key) if folder is not None and key in known else None

    return Material(
        title=f"Labels of {path.name}"[:120],
        truth=truth,
        gold=path.read_bytes(),
        has_images=folder is not None,
        image=image,
    )


def check_images(folder: Path) -> None:
    """Refuse a folder of images that is not there.

    Raises
    ------
    UnusableFile
        It is missing, or no folder.
    """
    if not folder.is_dir():
        raise UnusableFile(f"{folder} is no folder of images")


def _read(folder: Path, key: str) -> bytes | None:
    """Read an image of the folder; a name that leads out of it is not followed."""
    try:
        path = (folder / key).resolve()
        inside = path.is_relative_to(folder) and path.is_file()
        if not inside or path.stat().st_size > IMAGE_BYTES_MAX:
            return None
        return path.read_bytes() or None
    except (OSError, ValueError):
        # A name that no file can have, or a file that cannot be read: there is no image.
        return None
