"""Areas that boxes share, compiled and unchecked: `boxes` and `groups` check what comes in.

All stand in one module: the cache of a compiled kernel notices a change of its own file only.
No loop branches on what it computes, so that it runs in wide registers or at least unbroken.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@njit(cache=True, nogil=True, error_model="numpy")
def matrix(
    truth: Floats, columns: Floats, crowd: Flags, first: int, stop: int, out: Floats
) -> None:
    """Fill the rows `first` to before `stop`; `columns` is (4, m): all x, all y, and the sides."""
    left, top, widths, heights = columns[0], columns[1], columns[2], columns[3]
    areas = widths * heights
    for i in range(first, stop):
        x, y, width, height = truth[i, 0], truth[i, 1], truth[i, 2], truth[i, 3]
        # A crowd adds nothing to the whole: what counts is the share of the given box.
        own = 0.0 if crowd[i] else width * height
        single = 0.0 if crowd[i] else 1.0
        row = out[i]
        for j in range(len(areas)):
            across = _side(left[j] - x, width, widths[j])
            shared = across * _side(top[j] - y, height, heights[j])
            row[j] = _share(shared, own + areas[j] - single * shared)


@njit(cache=True, nogil=True, error_model="numpy")
def grouped(
    truth: Floats,
    given: Floats,
    crowd: Flags,
    truth_starts: Ints,
    given_starts: Ints,
    starts: Ints,
    first: int,
    stop: int,
    out: Floats,
) -> None:
    """Fill the matrices of the groups `first` to before `stop`, one after the other."""
    for group in range(first, stop):
        at = starts[group]
        for i in range(truth_starts[group], truth_starts[group + 1]):
            x, y, width, height = truth[i, 0], truth[i, 1], truth[i, 2], truth[i, 3]
            own = 0.0 if crowd[i] else width * height
            single = 0.0 if crowd[i] else 1.0
            for j in range(given_starts[group], given_starts[group + 1]):
                across = _side(given[j, 0] - x, width, given[j, 2])
                shared = across * _side(given[j, 1] - y, height, given[j, 3])
                whole = own + given[j, 2] * given[j, 3] - single * shared
                out[at] = _share(shared, whole)
                at += 1


@njit(cache=True, nogil=True, error_model="numpy")
def best(gold_keys: Ints, gold: Floats, keys: Ints, given: Floats, out: Floats) -> None:
    """Keep the largest of every gold box; both sides are sorted by key."""
    start = 0
    for g in range(len(gold_keys)):
        while start < len(keys) and keys[start] < gold_keys[g]:
            start += 1
        own = gold[g, 2] * gold[g, 3]
        at = start
        while at < len(keys) and keys[at] == gold_keys[g]:
            across = _side(given[at, 0] - gold[g, 0], gold[g, 2], given[at, 2])
            shared = across * _side(given[at, 1] - gold[g, 1], gold[g, 3], given[at, 3])
            whole = own + given[at, 2] * given[at, 3] - shared
            out[g] = max(out[g], _share(shared, whole))
            at += 1


@njit(cache=True, nogil=True)
def _side(apart: float, one: float, other: float) -> float:
    """Give the common length of two sides whose beginnings lie `apart`.

    The distance is taken first, not the ends: a box far from the origin loses nothing to rounding,
    and a box and itself share exactly its area.
    """
    return max(min(one - max(apart, 0.0), other + min(apart, 0.0)), 0.0)


@njit(cache=True, nogil=True, error_model="numpy")
def _share(shared: float, whole: float) -> float:
    # Areas below the smallest number of the type are 0, although their sides are not.
    return shared / whole if whole > 0.0 else 0.0
