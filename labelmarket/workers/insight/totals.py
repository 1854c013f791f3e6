"""What several parts of a report ask of the sums, worked out once."""

from dataclasses import dataclass

import numpy as np

from labelmarket.workers import kernels
from labelmarket.workers.columns import Floats, Int32s, Int64s, ItemTable
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.sums import BACKGROUND, Sums

ENOUGH_IMAGES = 59
"""The fewest examples that can show, at 95 % confidence, that something holds for 95 % of all.

0.95 ** 59 is the first power below 0.05: what holds for less than 95 % would by then have shown an
exception with 95 % probability. A class on fewer images is said to be on few.
"""

CONFIDENCE = 0.95

NEARLY_ALWAYS = 0.95
"""The share that it then must be sure to have, to be called never apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The sums of the whole, and what follows from them; arrays have an entry for each class.

    `places` are the classes that stand for objects. `images` counts all items, `held` those that
    hold a class, `together` (n, n) those that hold two, `boxed` the boxes of a class, crowds
    included. `effective` is over how many items a class would be spread if evenly. `filled` are the
    items that hold any label, `fullness` how many each of them holds.
    """

    sums: Sums
    items: ItemTable
    places: tuple[int, ...]
    images: int
    labels: int
    held: Int64s
    together: Int64s
    boxed: Int64s
    effective: Floats
    filled: Int32s
    fullness: Int64s

    @property
    def names(self) -> tuple[str, ...]:
        return self.sums.class_names

    @property
    def has_boxes(self) -> bool:
        return bool(self.boxed.any())

    @property
    def has_company(self) -> bool:
        """Whether it means something that labels stand on one image: each may have several."""
        return self.has_boxes or bool((self.fullness > 1).any())

    @property
    def thing(self) -> str:
        """Name what is labeled: what has boxes is an image, the rest may be a text or a row."""
        return "image" if self.has_boxes else "item"

    def key(self, ordinal: int) -> str:
        """Give the name of an item."""
        ((_, manifest, index),) = self.items.between(ordinal, ordinal + 1)
        return manifest.key(index).decode(errors="replace")


def totals_of(sums: Sums, *, items: ItemTable) -> Totals:
    names = sums.class_names
    together = kernels.cooccurrence(sums.tally_items, sums.tally_classes, n_classes=len(names))
    squares = np.bincount(
        sums.tally_classes, weights=sums.tally_counts.astype(np.float64) ** 2, minlength=len(names)
    )
    begins = np.flatnonzero(np.diff(sums.tally_items, prepend=-1))
    return Totals(
        sums=sums,
        items=items,
        places=tuple(place for place, name in enumerate(names) if name != BACKGROUND),
        images=spans.count(sums.covered),
        labels=int(sums.labels.sum()),
        held=np.diagonal(together).copy(),
        together=together,
        boxed=sums.centres.sum(axis=(1, 2)) + sums.unplaced,
        effective=sums.labels.astype(np.float64) ** 2 / np.maximum(squares, 1.0),
        filled=sums.tally_items[begins],
        fullness=np.add.reduceat(sums.tally_counts, begins) if len(begins) else sums.tally_counts,
    )
