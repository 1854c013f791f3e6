"""Items and labels as columns: what every measure reads, and the only shape labels are kept in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
UInt32s = NDArray[np.uint32]
Spans = NDArray[np.int64]
"""Shape (k, 2): half-open, sorted, disjoint ranges of item ordinals."""

NO_ANNOTATOR = -1
NO_ID = -(2**63)

GEOMETRY_BOX, GEOMETRY_POLYGONS, GEOMETRY_RLE, GEOMETRY_ITEM = 0, 1, 2, 3
"""A box alone, a box with polygons, a box with a mask, or a word on the whole item.

A label on the whole item has no box: its four numbers are NaN.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemColumns:
    """The items of one manifest, in the order of their ordinals, which begin at `first`.

    `keys` holds UTF-8 bytes end to end and `key_offsets` (n + 1) says where each begins.
    `hashes` (sorted) and `by_hash` find a key without reading the others. `sizes` is (n, 2),
    width and height in pixels, 0 where unknown; `media` is (n, 32), a sha256 or zeros.
    """

    first: int
    keys: Bytes
    key_offsets: Int64s
    hashes: NDArray[np.uint64]
    by_hash: Int32s
    sizes: Floats
    media: Bytes

    def __len__(self) -> int:
        return len(self.key_offsets) - 1

    def key(self, index: int) -> bytes:
        return self.keys[self.key_offsets[index] : self.key_offsets[index + 1]].tobytes()

    def find(self, keys: Sequence[bytes]) -> Int64s:
        """Give the ordinal of every key, -1 for those not in this manifest."""
        wanted = hashes_of(keys)
        found = np.full(len(keys), -1, dtype=np.int64)
        start = np.searchsorted(self.hashes, wanted, side="left")
        stop = np.searchsorted(self.hashes, wanted, side="right")
        for i in np.flatnonzero(stop > start).tolist():
            for index in self.by_hash[start[i] : stop[i]]:
                if self.key(index) == keys[i]:
                    found[i] = self.first + index
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelColumns:
    """The labels of one file, one row each, in the file's order.

    `items` are ordinals of the items, `classes` index `class_names`, `annotators` index
    `annotator_names` and are -1 where the file names nobody. `boxes` is (n, 4): x, y, width, height
    in pixels, y down (the COCO frame). `areas` and `scores` are NaN where the file gave none, `ids`
    NO_ID. `geometry` tells what kind of outline the row has; the outlines stand apart, in
    `Outlines`, so that no measure of boxes ever touches them. `covered` are the items that the
    file speaks of, `problems` counts the rows it lost.
    """

    class_names: tuple[str, ...]
    annotator_names: tuple[str, ...]
    ids: Int64s
    items: Int32s
    classes: Int32s
    boxes: Floats
    crowd: Bytes
    areas: Floats
    scores: Floats
    annotators: Int32s
    geometry: Bytes
    covered: Spans
    problems: int

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True, slots=True)
class ItemTable:
    """All items of a project: its manifests one after the other."""

    manifests: tuple[ItemColumns, ...]

    def __post_init__(self) -> None:
        first = 0
        for manifest in self.manifests:
            if manifest.first != first:
                raise ValueError(f"a manifest begins at item {manifest.first}, not at {first}")
            first += len(manifest)

    def __len__(self) -> int:
        return sum(map(len, self.manifests))

    def find(self, keys: Sequence[bytes]) -> Int64s:
        """Give the ordinal of every key, -1 for the unknown."""
        found = np.full(len(keys), -1, dtype=np.int64)
        for manifest in self.manifests:
            found = np.maximum(found, manifest.find(keys))
        return found

    def sizes(self, ordinals: Int32s) -> Floats:
        """Give (n, 2) widths and heights of the items named by their ordinals."""
        out = np.zeros((len(ordinals), 2))
        for manifest in self.manifests:
            index = ordinals.astype(np.int64) - manifest.first
            inside = (index >= 0) & (index < len(manifest))
            out[inside] = manifest.sizes[index[inside]]
        return out

    def between(self, first: int, stop: int) -> Iterator[tuple[int, ItemColumns, int]]:
        """Yield ordinal, manifest and index in it of the items from `first` to before `stop`."""
        for manifest in self.manifests:
            begin = max(first, manifest.first)
            for ordinal in range(begin, min(stop, manifest.first + len(manifest))):
                yield ordinal, manifest, ordinal - manifest.first


def item_columns(
    keys: Sequence[bytes], *, sizes: Floats, first: int = 0, media: Bytes | None = None
) -> ItemColumns:
    """Give the columns of items in the order of their keys, which must be distinct."""
    hashes = hashes_of(keys)
    by_hash = np.argsort(hashes, kind="stable")
    lengths = np.fromiter(map(len, keys), dtype=np.int64, count=len(keys))
    return ItemColumns(
        first=first,
        keys=np.frombuffer(b"".join(keys), dtype=np.uint8),
        key_offsets=np.concatenate(([0], np.cumsum(lengths))),
        hashes=hashes[by_hash],
        by_hash=by_hash.astype(np.int32),
        sizes=np.ascontiguousarray(sizes, dtype=np.float64).reshape(-1, 2),
        media=np.zeros((len(keys), 32), dtype=np.uint8) if media is None else media,
    )


def hashes_of(keys: Sequence[bytes]) -> NDArray[np.uint64]:
    """Give a 64-bit hash of every key, the same on every machine."""
    digests = b"".join(blake2b(key, digest_size=8).digest() for key in keys)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
