"""What the images of a folder tell about the items of a label file: sizes, and which are alike."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path, PurePosixPath
from warnings import catch_warnings, simplefilter

import numpy as np
from PIL import Image

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.workers.columns import item_columns

FILES_MAX = 2_000_000
ORIENTATION, TURNED = 0x0112, frozenset({5, 6, 7, 8})
"""The tag of a photograph that says how it was held, and the values for on its side."""


class TooManyFiles(Exception):
    """A folder of images with more files than anybody means."""


def pictured(dataset: Dataset, folder: Path) -> Dataset:
    """Give sizes to items that have none, and a digest to files that may be copies of another.

    An item's image is the file of its name below the folder, or the only one there of its last
    name. Only files of equal length are read whole. Raises TooManyFiles.
    """
    found = _found(dataset, folder)
    sizes = np.array(dataset.items.sizes)
    with catch_warnings():
        # A large image is no attack here: no pixel of it is decoded.
        simplefilter("ignore", Image.DecompressionBombWarning)
        for place, path in found.items():
            if not sizes[place].all():
                sizes[place] = _size(path)
    media = np.array(dataset.items.media)
    for place, path in _alike(found):
        with suppress(OSError), path.open("rb") as file:
            media[place] = np.frombuffer(file_digest(file, "sha256").digest(), dtype=np.uint8)
    keys = [dataset.items.key(place) for place in range(len(dataset.items))]
    return replace(dataset, items=item_columns(keys, sizes=sizes, media=media))


def _found(dataset: Dataset, folder: Path) -> dict[int, Path]:
    """Find the file of every item among those that are there: no name leads out of the folder."""
    whole, last = _files(folder)
    found = {}
    for place in range(len(dataset.items)):
        key = dataset.key(place)
        name = whole.get(key) or last.get(PurePosixPath(key).name)
        if name is not None:
            found[place] = folder / name
    return found


def _files(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Give the files below a folder by their whole names, and by last names that occur once."""
    whole: dict[str, str] = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = Path(root, name).relative_to(folder).as_posix()
            whole[path] = path
        if len(whole) > FILES_MAX:
            raise TooManyFiles(f"{folder} holds more than {FILES_MAX} files")
    often = Counter(PurePosixPath(path).name for path in whole)
    last = {PurePosixPath(path).name: path for path in whole}
    return whole, {name: path for name, path in last.items() if often[name] == 1}


def _size(path: Path) -> tuple[int, int]:
    """Give width and height as the image is looked at; nothing for what is no image."""
    try:
        with Image.open(path) as image:
            width, height = image.size
            turned = image.getexif().get(ORIENTATION) in TURNED
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return 0, 0
    return (height, width) if turned else (width, height)


def _alike(found: dict[int, Path]) -> Iterator[tuple[int, Path]]:
    """Give files of equal length, each with the first item that it is the image of."""
    once = {path: place for place, path in reversed(found.items())}
    lengths = {path: _length(path) for path in once}
    often = Counter(lengths.values())
    return ((place, path) for path, place in once.items() if often[lengths[path]] > 1)


def _length(path: Path) -> int | None:
    """Give the length in bytes; nothing for a link that leads nowhere."""
    try:
        return path.stat().st_size
    except OSError:
        return None
