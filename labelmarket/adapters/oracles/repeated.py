"""Rows that say word for word what an earlier row has said."""

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import Floats, Int32s, Int64s
from labelmarket.workers.outlines import Outlines

ODD = np.uint64(0x9E3779B97F4A7C15)
"""An odd number whose bits look like chance: multiplying by it loses nothing and stirs well."""


def repeated(
    rows: Int64s, *, items: Int32s, kinds: Int32s, boxes: Floats, scores: Floats, outlines: Outlines
) -> Int64s:
    """Give those of `rows` that repeat an earlier one: item, class, score, box and outline.

    The other arguments are of all rows of the file. Memory is 50 bytes for each row.
    """
    # The same number may have two signs of zero.
    places, values = boxes[rows] + 0.0, scores[rows] + 0.0
    mixed = items[rows].astype(np.uint64) * ODD ^ kinds[rows].astype(np.uint64)
    for column in (*places.T, values):
        mixed = (mixed ^ (mixed >> np.uint64(29))) * ODD ^ np.ascontiguousarray(column).view(
            np.uint64
        )
    order = np.argsort(mixed, kind="stable")
    alike = mixed[order][1:] == mixed[order][:-1]
    suspect = np.zeros(len(rows), dtype=np.bool_)
    suspect[order[1:][alike]] = suspect[order[:-1][alike]] = True
    seen: set[tuple[object, ...]] = set()
    again: list[int] = []
    for at in np.flatnonzero(suspect).tolist():
        row = int(rows[at])
        said = (
            int(items[row]),
            int(kinds[row]),
            float(values[at]),
            places[at].tobytes(),
            _outline(outlines, row),
        )
        if said in seen:
            again.append(row)
        seen.add(said)
    return np.array(again, dtype=np.int64)


def _outline(outlines: Outlines, row: int) -> tuple[bytes, ...]:
    rings: list[NDArray[np.float64]] = outlines.rings(row)
    size: NDArray[np.int32] = outlines.mask_sizes[row]
    return (*(ring.tobytes() for ring in rings), outlines.runs(row).tobytes(), size.tobytes())
