"""How much two masks have in common, counted from their runs."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.masks import (
    Counts,
    Masks,
    Offsets,
    Sizes,
    areas_of,
    sound_masks,
)
from labelmarket.workers.kernels.threads import in_blocks

PAIRS_MAX = 1 << 28
"""Most pairs of one matrix: 2 GiB of results."""

ROWS_MIN, BLOCKS_PER_THREAD = 8, 4

CROWD = 2
"""The bit of a crowd among the flags of gold."""


class Runs(NamedTuple):
    """n sound masks made ready: as `Masks`, with the pixel before which every run ends (k,) int32.

    `areas` is (n,) int64, in pixels.
    """

    ends: Sizes
    offsets: Offsets
    sizes: Sizes
    areas: Offsets


def mask_iou(truth: Masks, given: Masks, *, crowd: ArrayLike | None = None) -> NDArray[np.float64]:
    """Intersection over union of every pair of masks.

    Parameters
    ----------
    truth, given : Masks
        n and m masks, all of one size.
    crowd : (n,) flags, optional
        For a crowd among `truth` the union is the area of the given mask.

    Returns
    -------
    (n, m) float64
        A quotient of two pixel counts, correctly rounded, so equal to the last bit to COCO's
        `iou` [1]_, which has rows and columns the other way round; 0 where no pixel is shared.

    Raises
    ------
    ValueError
        If a mask is unsound, sizes differ, or there are more than 2**28 pairs.

    References
    ----------
    .. [1] pycocotools 2.0, `mask.iou`.

    """
    rows, columns = sound_masks(truth, name="truth"), sound_masks(given, name="given")
    shape = (len(rows.sizes), len(columns.sizes))
    if shape[0] * shape[1] > PAIRS_MAX:
        raise ValueError(f"{shape[0]} x {shape[1]} pairs are more than {PAIRS_MAX}")
    frames = np.concatenate([rows.sizes, columns.sizes])
    if (frames != frames[:1]).any():
        raise ValueError("masks of different sizes have nothing in common")
    crowds = checks.flags(crowd, name="crowd", length=shape[0])
    result = np.zeros(shape)
    one, other = runs_of(rows), runs_of(columns)
    sides = (one.ends, one.offsets, one.areas, other.ends, other.offsets, other.areas)

    def block(first: int, stop: int) -> None:
        _matrix(*sides, crowds, first, stop, result)

    in_blocks(block, rows=shape[0], rows_min=ROWS_MIN, per_thread=BLOCKS_PER_THREAD)
    return result


def runs_of(masks: Masks) -> Runs:
    """Make sound masks ready to be compared."""
    ends = np.empty(len(masks.counts), dtype=np.int32)
    _ends(masks.counts, masks.offsets, ends)
    return Runs(checks.frozen(ends), masks.offsets, masks.sizes, checks.frozen(areas_of(masks)))


def span_mask_ious(
    spans: Sizes,
    starts: Offsets,
    gold_order: Sizes,
    gold: Runs,
    flags: NDArray[np.uint8],
    order: Sizes,
    found: Runs,
    out: NDArray[np.float64],
) -> None:
    """Fill `out` as `overlaps_of_spans` says; ValueError where two masks differ in size."""
    bad = _spans(spans, starts, gold_order, *gold, flags, order, *found, out)
    if bad >= 0:
        raise ValueError(f"detection {bad} is a mask of another size than gold of its image")


def warm() -> None:
    masks = Masks(np.array([0, 1], np.uint32), np.array([0, 2]), np.array([[1, 1]], np.int32))
    mask_iou(masks, masks)
    runs = runs_of(sound_masks(masks, name="masks"))
    zero, flags = checks.frozen(np.zeros(1, np.int32)), checks.frozen(np.zeros(1, np.uint8))
    spans, starts = np.array([[0, 1, 0, 1]], np.int32), np.array([0, 1])
    at = (checks.frozen(spans), checks.frozen(starts))
    span_mask_ious(*at, zero, runs, flags, zero, runs, np.empty(1))


@njit(cache=True, nogil=True)
def _ends(counts: Counts, offsets: Offsets, ends: Sizes) -> None:
    for i in range(len(offsets) - 1):
        at = np.int64(0)
        for run in range(offsets[i], offsets[i + 1]):
            at += np.int64(counts[run])
            ends[run] = at


@njit(cache=True, nogil=True)
def _matrix(
    gold: Sizes,
    gold_offsets: Offsets,
    gold_areas: Offsets,
    found: Sizes,
    offsets: Offsets,
    areas: Offsets,
    crowd: NDArray[np.bool_],
    first: int,
    stop: int,
    out: NDArray[np.float64],
) -> None:
    for i in range(first, stop):
        one = gold[gold_offsets[i] : gold_offsets[i + 1]]
        for j in range(len(areas)):
            shared = _shared(one, found[offsets[j] : offsets[j + 1]])
            if shared:
                whole = areas[j] if crowd[i] else gold_areas[i] + areas[j] - shared
                out[i, j] = shared / whole


@njit(cache=True, nogil=True)
def _spans(
    spans: Sizes,
    starts: Offsets,
    gold_order: Sizes,
    gold: Sizes,
    gold_offsets: Offsets,
    gold_sizes: Sizes,
    gold_areas: Offsets,
    flags: NDArray[np.uint8],
    order: Sizes,
    found: Sizes,
    offsets: Offsets,
    sizes: Sizes,
    areas: Offsets,
    out: NDArray[np.float64],
) -> int:
    """Give the first detection whose size is wrong, or -1."""
    for s in range(len(spans)):
        at = starts[s]
        for d in range(spans[s, 2], spans[s, 3]):
            j = order[d]
            other = found[offsets[j] : offsets[j + 1]]
            for g in range(spans[s, 0], spans[s, 1]):
                i = gold_order[g]
                if gold_sizes[i, 0] != sizes[j, 0] or gold_sizes[i, 1] != sizes[j, 1]:
                    return int(j)
                shared = _shared(gold[gold_offsets[i] : gold_offsets[i + 1]], other)
                whole = areas[j] if flags[i] & CROWD else gold_areas[i] + areas[j] - shared
                out[at] = shared / whole if shared else 0.0
                at += 1
    return -1


@njit(cache=True, nogil=True)
def _shared(one: Sizes, other: Sizes) -> np.int64:
    """Pixels of both: runs of ones begin at an even place and end at the next."""
    # Unsigned places cannot be counted from the end, which would have to be asked at every look.
    n, m = np.uint64(len(one) // 2 * 2), np.uint64(len(other) // 2 * 2)
    shared = np.int64(0)
    if n == 0 or m == 0:
        return shared
    i, j = np.uint64(_ahead(one, other[0])), np.uint64(_ahead(other, one[0]))
    next_, two = np.uint64(1), np.uint64(2)
    while i < n and j < m:
        stop, other_stop = one[i + next_], other[j + next_]
        shared += max(min(stop, other_stop) - max(one[i], other[j]), 0)
        # The run that ends first has met all it can; no branch, as it would be a coin's toss.
        done = np.uint64(stop <= other_stop)
        i += two * done
        j += two * (next_ - done)
    return shared


@njit(cache=True, nogil=True)
def _ahead(ends: Sizes, place: int) -> int:
    """Give where the first run of ones that ends after a place begins in `ends`."""
    low, high = 0, len(ends) // 2
    while low < high:
        middle = (low + high) // 2
        if ends[2 * middle + 1] <= place:
            low = middle + 1
        else:
            high = middle
    return 2 * low
