"""One mask for several: what any of them has, or what all share."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.masks import Counts, Masks, Offsets, Sizes, sound_masks

BEYOND = 1 << 62
"""An edge after the last pixel of any mask."""


def merge_masks(masks: Masks, starts: ArrayLike, *, intersect: bool = False) -> Masks:
    """One mask for every group of masks that follow each other.

    Parameters
    ----------
    masks : Masks
        Those of a group have one size.
    starts : (groups + 1,) whole numbers
        Group g holds the masks from `starts[g]` to before `starts[g + 1]`, one at least.
    intersect : bool
        What all share instead of what any has.

    Returns
    -------
    Masks
        One a group, no run of length 0 but the first: what COCO's `merge` (pycocotools 2.0)
        gives for such masks.

    Raises
    ------
    ValueError
        If a mask is unsound, a group is empty, or its sizes differ.

    """
    sound = sound_masks(masks, name="masks")
    borders = checks.offsets(starts, name="starts", rows=len(sound.sizes))
    if (borders[1:] == borders[:-1]).any():
        raise ValueError("starts has an empty group")
    first = np.repeat(borders[:-1], np.diff(borders))
    if (sound.sizes != sound.sizes[first]).any():
        raise ValueError("a group has masks of different sizes")
    counts, offsets = _merge(*sound, borders, intersect)
    return Masks(counts, offsets, sound.sizes[borders[:-1]])


def warm() -> None:
    merge_masks(
        Masks(np.array([0, 1], np.uint32), np.array([0, 2]), np.array([[1, 1]], np.int32)), [0, 1]
    )


@njit(cache=True, nogil=True)
def _merge(
    counts: Counts,
    offsets: Offsets,
    sizes: Sizes,
    starts: Offsets,
    intersect: bool,  # noqa: FBT001 - compiled functions take no keywords
) -> tuple[Counts, Offsets]:
    """Sweep over the ends of all runs of a group, from left to right, pair by pair."""
    merged = np.empty(len(counts) + len(sizes), dtype=np.uint32)
    borders = np.zeros(len(starts), dtype=np.int64)
    end = 0
    for group in range(len(starts) - 1):
        first = starts[group]
        pixels = np.int64(sizes[first, 0]) * sizes[first, 1]
        edges = _edges(counts[offsets[first] : offsets[first + 1]])
        for i in range(first + 1, starts[group + 1]):
            edges = _both(edges, _edges(counts[offsets[i] : offsets[i + 1]]), intersect)
        before = 0
        for edge in edges[:-1]:
            merged[end] = edge - before
            before = edge
            end += 1
        if before < pixels or len(edges) == 1:
            merged[end] = pixels - before
            end += 1
        borders[group + 1] = end
    return merged[:end].copy(), borders


@njit(cache=True, nogil=True)
def _edges(counts: Counts) -> Offsets:
    """Where the mask begins and ends in turn; runs of length 0 between two others vanish.

    Behind the last edge stands one beyond all pixels.
    """
    edges, n, at = np.empty(len(counts) + 1, dtype=np.int64), 0, np.int64(0)
    for run in range(len(counts) // 2 * 2):
        begins = run % 2 == 0
        at += np.int64(counts[run])
        if begins and n and edges[n - 1] == at:
            n -= 1
        elif begins or counts[run]:
            edges[n] = at
            n += 1
        else:
            n -= 1
    edges[n] = BEYOND
    return edges[: n + 1]


@njit(cache=True, nogil=True)
def _both(one: Offsets, other: Offsets, intersect: bool) -> Offsets:  # noqa: FBT001 - compiled
    """Edges of what both have, or any; no branch, as whose edge is next is a coin's toss."""
    edges = np.empty(len(one) + len(other), dtype=np.int64)
    need, step, last = np.uint64(2 if intersect else 1), np.uint64(1), len(one) + len(other) - 2
    i, j, n, was = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
    while i + j < last:
        at = min(one[i], other[j])
        i, j = i + np.uint64(one[i] == at), j + np.uint64(other[j] == at)
        now = np.uint64((i & step) + (j & step) >= need)
        edges[n] = at
        n += now ^ was
        was = now
    edges[n] = BEYOND
    return edges[: n + step]
