"""The images of a COCO file as items."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from labelmarket.adapters.formats.coco_places import image_rows
from labelmarket.adapters.formats.json_file import lists_of
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.workers.columns import ItemColumns, ItemTable, item_columns

NO_MEDIA = bytes(32)


def read_items(
    path: Path, *, after: ItemTable, media: Mapping[str, str]
) -> tuple[ItemColumns, Problems]:
    """Read the images of a file as the items that follow `after`.

    A key said before, in this file or in an earlier one, is a problem; the first keeps it. So is
    one of `media` that the file does not list. Memory peaks at about 400 bytes for each image above
    the mapped file. Raises UnreadableFile.
    """
    problems = Problems()
    sizes = _unique_images(path, problems)
    for name in media:
        if name.encode() not in sizes:
            nowhere = BadRow("UNKNOWN_ITEM", f"media {name!r:.80} is for no item of this file")
            problems.add(nowhere, row=-1, item=name)
    keys = list(sizes)
    for key, ordinal in zip(keys, after.find(keys).tolist(), strict=True):
        if ordinal >= 0:
            del sizes[key]
            again = BadRow("DUPLICATE_ITEM", "an earlier file of the project has this item")
            problems.add(again, row=-1, item=key.decode())
    digests = b"".join(digest_of(media.get(key.decode())) for key in sizes)
    columns = item_columns(
        list(sizes),
        sizes=np.array(list(sizes.values()), dtype=np.float64),
        first=len(after),
        media=np.frombuffer(digests, dtype=np.uint8).reshape(-1, 32),
    )
    return columns, problems


def _unique_images(path: Path, problems: Problems) -> dict[bytes, tuple[float, float]]:
    sizes: dict[bytes, tuple[float, float]] = {}
    for place, _, key, size in image_rows(lists_of(path).lists.images, problems):
        if key in sizes:
            again = BadRow("DUPLICATE_ITEM", "this file lists the item twice")
            problems.add(again, row=place, item=key.decode())
        else:
            sizes[key] = size
    return sizes


def digest_of(media: str | None) -> bytes:
    """Give the bytes of a digest in hex, zeros for none. Raises ValueError."""
    if media is None:
        return NO_MEDIA
    digest = bytes.fromhex(media)
    if len(digest) != len(NO_MEDIA):
        raise ValueError(f"media {media[:80]!r} is not a sha256 in hex")
    return digest
