"""The values of annotations as arrays with room for every row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from labelmarket.adapters.formats.coco_rows import Annotation, Id
from labelmarket.adapters.formats.run_lengths import Mask
from labelmarket.workers.columns import (
    GEOMETRY_BOX,
    GEOMETRY_POLYGONS,
    GEOMETRY_RLE,
    NO_ANNOTATOR,
    NO_ID,
    Bytes,
    Floats,
    Int32s,
    Int64s,
)
from labelmarket.workers.outlines import Outlines, ends_of

DENSE_MAX = 64
"""Ids that lie at most so many apart on average are looked up in a table."""

WHOLE_MAX = 10**18 - 1
"""Whole numbers up to here stand for themselves; other ids have a code below all of them."""


@dataclass(slots=True, kw_only=True)
class Values:
    """Columns of all rows of a file, those that are bad included, whose values mean nothing.

    Ids are codes, see `code`; `annotators` is -1 where a row names nobody. `points` holds x and y
    in turn; row i has the rings from `first_ring[i]` and the numbers from `first_number[i]` on.
    """

    image_ids: Int64s
    category_ids: Int64s
    ids: Int64s
    boxes: Floats
    crowd: Bytes
    areas: Floats
    scores: Floats
    annotators: Int64s
    outcome: Bytes
    first_number: Int64s
    first_ring: Int64s
    points: Floats
    ring_ends: Int64s
    masks: dict[int, Mask] = field(default_factory=dict)
    names: list[Id] = field(default_factory=list)
    codes: dict[Id, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def put(self, row: int, said: Annotation) -> None:
        """Set a row, whose polygons fill exactly the room that was counted for them."""
        self.image_ids[row] = self.code(said.image_id)
        self.category_ids[row] = self.code(said.category_id)
        number = said.id if isinstance(said.id, int) else NO_ID
        self.ids[row] = number if abs(number) < -NO_ID else NO_ID
        self.boxes[row] = said.box
        self.crowd[row] = said.crowd
        self.areas[row], self.scores[row] = said.area, said.score
        self.annotators[row] = NO_ANNOTATOR if said.annotator is None else self.code(said.annotator)
        self.outcome[row] = GEOMETRY_POLYGONS if said.polygons else GEOMETRY_BOX
        if said.mask is not None:
            self.masks[row] = said.mask
            self.outcome[row] = GEOMETRY_RLE
        place, ring = int(self.first_number[row]), int(self.first_ring[row])
        for numbers in said.polygons:
            self.points[place : place + len(numbers)] = numbers
            place += len(numbers)
            self.ring_ends[ring] = place
            ring += 1
        assert (place, ring) == (self.first_number[row + 1], self.first_ring[row + 1])

    def spoil(self, row: int) -> None:
        """Make a bad row harmless: its rings take its room, so that the columns hang together."""
        self.outcome[row] = GEOMETRY_BOX
        rings = slice(self.first_ring[row], self.first_ring[row + 1])
        self.ring_ends[rings] = self.first_number[row + 1]

    def code(self, ident: Id) -> int:
        """Give the number that stands for an id in the columns: itself where it is one."""
        if _small(ident):
            return ident
        if ident not in self.codes:
            self.codes[ident] = -WHOLE_MAX - 2 - len(self.names)
            self.names.append(ident)
        return self.codes[ident]

    def named(self, code: int) -> Id:
        return code if code >= -WHOLE_MAX else self.names[-WHOLE_MAX - 2 - code]

    def ordinals(self, codes: Int64s, places: Mapping[Id, int]) -> Int32s:
        """Give the ordinal of every id, -1 for one that has none."""
        if not places:
            return np.full(len(codes), -1, dtype=np.int32)
        known = np.fromiter(map(self.code, places), dtype=np.int64, count=len(places))
        ordinals = np.fromiter(places.values(), dtype=np.int32, count=len(places))
        low, high = int(known.min()), int(known.max())
        if high - low > DENSE_MAX * len(places):
            order = np.argsort(known)
            at = np.minimum(np.searchsorted(known, codes, sorter=order), len(known) - 1)
            return np.where(known[order][at] == codes, ordinals[order][at], np.int32(-1))
        table = np.full(high - low + 2, -1, dtype=np.int32)
        table[known - low] = ordinals
        inside = (codes >= low) & (codes <= high)
        return table[np.where(inside, codes - low, -1)]

    def outlines(self) -> Outlines:
        """Give the outlines of all rows; what bad rows have is left out with them."""
        lengths = np.zeros(len(self), dtype=np.int64)
        sizes = np.zeros((len(self), 2), dtype=np.int32)
        for row, mask in self.masks.items():
            lengths[row] = len(mask.counts)
            sizes[row] = mask.height, mask.width
        runs = [self.masks[row].counts for row in sorted(self.masks)]
        return Outlines(
            points=self.points.reshape(-1, 2),
            ring_points=np.concatenate(([0], self.ring_ends // 2)),
            row_rings=self.first_ring,
            counts=np.concatenate([np.zeros(0, dtype=np.uint32), *runs]),
            row_counts=ends_of(lengths),
            mask_sizes=sizes,
        )


def room(*, rings: NDArray[np.integer], numbers: NDArray[np.integer]) -> Values:
    """Give columns for rows that have so many rings and coordinates each."""
    # A row of an odd number of coordinates is bad, and must not part the pairs of the others.
    count, first_number, first_ring = len(rings), ends_of(numbers + numbers % 2), ends_of(rings)
    return Values(
        image_ids=np.empty(count, dtype=np.int64),
        category_ids=np.empty(count, dtype=np.int64),
        ids=np.empty(count, dtype=np.int64),
        boxes=np.empty((count, 4)),
        crowd=np.empty(count, dtype=np.uint8),
        areas=np.empty(count),
        scores=np.empty(count),
        annotators=np.empty(count, dtype=np.int64),
        outcome=np.empty(count, dtype=np.uint8),
        first_number=first_number,
        first_ring=first_ring,
        points=np.empty(int(first_number[-1])),
        ring_ends=np.zeros(int(first_ring[-1]), dtype=np.int64),
    )


def _small(ident: Id | None) -> TypeGuard[int]:
    return isinstance(ident, int) and -WHOLE_MAX <= ident <= WHOLE_MAX
