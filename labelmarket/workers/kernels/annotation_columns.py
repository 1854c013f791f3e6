"""The annotations of a COCO file on their way from text to columns."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Text = NDArray[np.uint8]

PLAIN, ODD = 0, 1
"""The states of an indexed row."""

BARE, POLYGONS, UNREAD = 0, 1, 255
"""The outcomes of a row: no outline, polygons, or not read by a kernel."""


class Index(NamedTuple):
    """One entry for each annotation of a text.

    `spans` is (n, 2): where the row begins and ends. `state` is PLAIN or ODD. `values` is (n, 9):
    where the value of each field begins, ABSENT where there is none. `rings` and `numbers` count
    what a row's polygons hold. Nothing but `spans` is known of an odd row. `others` is (k, 4): for
    every name that is no field two words that tell it apart, how many plain rows say it, and where
    it stands first.
    """

    spans: NDArray[np.uint32]
    state: NDArray[np.uint8]
    values: NDArray[np.uint32]
    rings: NDArray[np.uint32]
    numbers: NDArray[np.uint32]
    others: NDArray[np.uint64]


class Values(NamedTuple):
    """Columns of one row for each annotation; `points` holds x and y in turn.

    `first_number` and `first_ring` (n + 1) say where the row's polygons go in `points` and in
    `ring_ends`, which says behind which number each ring ends.
    """

    image_ids: NDArray[np.int64]
    category_ids: NDArray[np.int64]
    ids: NDArray[np.int64]
    boxes: NDArray[np.float64]
    crowd: NDArray[np.uint8]
    areas: NDArray[np.float64]
    scores: NDArray[np.float64]
    annotators: NDArray[np.int64]
    outcome: NDArray[np.uint8]
    first_number: NDArray[np.int64]
    first_ring: NDArray[np.int64]
    points: NDArray[np.float64]
    ring_ends: NDArray[np.int64]
