"""Items and labels as columns: what every measure reads, and the only shape labels are kept in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import compress

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

FOUND_AT_ONCE = 1 << 14
"""Keys that are compared in one go."""

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
        """Give the ordinal of every key, -1 for those not in this manifest.

        Memory is 8 bytes for each key, and 20 for each byte of some ten thousand keys.
        """
        blocks = (keys[at : at + FOUND_AT_ONCE] for at in range(0, len(keys), FOUND_AT_ONCE))
        return np.concatenate([np.zeros(0, dtype=np.int64), *map(self._found, blocks)])

    def _found(self, keys: Sequence[bytes]) -> Int64s:
        wanted = hashes_of(keys)
        found = np.full(len(keys), -1, dtype=np.int64)
        start = np.searchsorted(self.hashes, wanted, side="left")
        stop = np.searchsorted(self.hashes, wanted, side="right")
        once = np.flatnonzero(stop - start == 1)
        index = self.by_hash[start[once]].astype(np.int64)
        same = self._same(index, [keys[i] for i in once.tolist()])
        found[once[same]] = self.first + index[same]
        # Different keys that share a hash are as good as never met, and looked at one by one.
        for i in np.flatnonzero(stop - start > 1).tolist():
            for place in self.by_hash[start[i] : stop[i]]:
                if self.key(place) == keys[i]:
                    found[i] = self.first + place
        return found

    def _same(self, index: Int64s, keys: Sequence[bytes]) -> NDArray[np.bool_]:
        """Tell which items have these keys, byte for byte."""
        lengths = np.fromiter(map(len, keys), dtype=np.int64, count=len(keys))
        begins = self.key_offsets[index]
        same: NDArray[np.bool_] = self.key_offsets[index + 1] - begins == lengths
        alike = b"".join(compress(keys, same.tolist()))
        text = np.frombuffer(alike, dtype=np.uint8)
        lengths, begins = lengths[same], begins[same]
        ends = np.cumsum(lengths)
        places = np.repeat(begins - (ends - lengths), lengths) + np.arange(len(text))
        wrong = np.searchsorted(ends, np.flatnonzero(self.keys[places] != text), side="right")
        same[np.flatnonzero(same)[wrong]] = False
        return same


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelColumns:
    """The labels of one file, one row each, in the file's order.

    `items` are ordinals of the items, `classes` index `class_names`, `annotators` index
    `annotator_names` and are -1 where the file names nobody. `boxes` is (n, 4): x, y, width, height
    in pixels, y down (the COCO frame). `areas` and `scores` are NaN where the file gave none, `ids`
    NO_ID. `geometry` tells what kind of outline the row has; the outlines stand apart, in
    `Outlines`, so that no measure of boxes ever touches them. `covered` are the items that the
    file speaks of, `problems` counts the rows it lost. `whole_items` says that the file was read
    for words on whole items: then an item without a row is said to be of no class.
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
    whole_items: bool = False

    def __len__(self) -> int:
        return len(self.items)

    @property
    def speaks_of_items(self) -> bool:
        """Whether all that is said are words on whole items."""
        return self.whole_items or (len(self) > 0 and bool((self.geometry == GEOMETRY_ITEM).all()))


ROW_COLUMNS = (
    *("ids", "items", "classes", "boxes", "crowd", "areas", "scores"),
    *("annotators", "geometry"),
)
"""The columns that have a value for each label."""


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


def hash_of(key: bytes) -> int:
    """Give the hash of one key."""
    return int.from_bytes(blake2b(key, digest_size=8).digest(), "little")
