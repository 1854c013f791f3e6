"""The images of a COCO file as items."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from labelmarket.adapters.formats import coco_rows
from labelmarket.adapters.formats.json_file import lists_of, rows
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.workers.columns import ItemColumns, ItemTable, hashes_of

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
    return _columns(sizes, first=len(after), media=media), problems


def _unique_images(path: Path, problems: Problems) -> dict[bytes, tuple[float, float]]:
    sizes: dict[bytes, tuple[float, float]] = {}
    for place, raw in enumerate(rows(lists_of(path).images, name="images")):
        try:
            _, key, size = coco_rows.image(bytes(raw))
        except BadRow as bad:
            problems.add(bad, row=place, item=coco_rows.image_named(bytes(raw)))
            continue
        if key in sizes:
            again = BadRow("DUPLICATE_ITEM", "this file lists the item twice")
            problems.add(again, row=place, item=key.decode())
        else:
            sizes[key] = size
    return sizes


def _columns(
    sizes: Mapping[bytes, tuple[float, float]], *, first: int, media: Mapping[str, str]
) -> ItemColumns:
    keys = list(sizes)
    hashes = hashes_of(keys)
    by_hash = np.argsort(hashes, kind="stable")
    lengths = np.fromiter(map(len, keys), dtype=np.int64, count=len(keys))
    digests = b"".join(_digest(media.get(key.decode())) for key in keys)
    return ItemColumns(
        first=first,
        keys=np.frombuffer(b"".join(keys), dtype=np.uint8),
        key_offsets=np.concatenate(([0], np.cumsum(lengths))),
        hashes=hashes[by_hash],
        by_hash=by_hash.astype(np.int32),
        sizes=np.array(list(sizes.values()), dtype=np.float64).reshape(-1, 2),
        media=np.frombuffer(digests, dtype=np.uint8).reshape(-1, 32),
    )


def _digest(media: str | None) -> bytes:
    if media is None:
        return NO_MEDIA
    digest = bytes.fromhex(media)
    if len(digest) != len(NO_MEDIA):
        raise ValueError(f"media {media[:80]!r} is not a sha256 in hex")
    return digest
