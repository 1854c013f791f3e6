"""What the images of a folder tell about the items of label files: sizes, and which are alike."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path, PurePosixPath

import numpy as np

from labelmarket.adapters.formats.image_folder import ImageFolder, NoImage
from labelmarket.workers.columns import ItemColumns


def pictured(items: ItemColumns, images: ImageFolder) -> ItemColumns:
    """Give sizes to items that have none, and a digest to files that may be copies of another.

    An item's image is the file of its name below the folder, or the only one there of its last
    name. Only files of equal length are read whole. Raises UnreadableFile for too many files.
    """
    found = _found(items, images)
    sizes, media = np.array(items.sizes), np.array(items.media)
    for place, name in found.items():
        if not sizes[place].all():
            with suppress(NoImage):
                sizes[place] = images.size(name)
    for place, path in _alike({place: images.path(name) for place, name in found.items()}):
        with suppress(OSError), path.open("rb") as file:
            media[place] = np.frombuffer(file_digest(file, "sha256").digest(), dtype=np.uint8)
    return replace(items, sizes=sizes, media=media)


def _found(items: ItemColumns, images: ImageFolder) -> dict[int, str]:
    """Find the file of every item among those that are there: no name leads out of the folder."""
    whole = frozenset(images.names)
    often = Counter(PurePosixPath(name).name for name in images.names)
    last = {
        PurePosixPath(name).name: name
        for name in images.names
        if often[PurePosixPath(name).name] == 1
    }
    found = {}
    for place in range(len(items)):
        key = items.key(place).decode()
        name = key if key in whole else last.get(PurePosixPath(key).name)
        if name is not None:
            found[place] = name
    return found


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
