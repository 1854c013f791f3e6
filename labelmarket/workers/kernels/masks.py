"""Binary masks as run lengths: to and from pixels, their areas and their boxes."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks

Counts = NDArray[np.uint32]
Offsets = NDArray[np.int64]
Sizes = NDArray[np.int32]
Pixels = NDArray[np.uint8]

PIXELS_MAX = 2**31 - 1
"""Most pixels of one mask, and of one decoded stack."""


class Masks(NamedTuple):
    """n masks. Mask i has the runs `counts` from `offsets[i]` to before `offsets[i + 1]`.

    `counts` is (k,) uint32: lengths of runs down the columns, left to right, the first of zeros.
    `offsets` is (n + 1,) int64. `sizes` is (n, 2) int32: height and width in pixels. Pixels after
    the last run are zeros.
    """

    counts: Counts
    offsets: Offsets
    sizes: Sizes


def sound_masks(masks: Masks, *, name: str) -> Masks:
    """Give the masks read-only, or ValueError for the first that is none."""
    counts = np.ascontiguousarray(masks.counts, dtype=np.uint32)
    sizes = np.ascontiguousarray(masks.sizes, dtype=np.int32)
    if counts.ndim != 1 or sizes.ndim != 2 or sizes.shape[1] != 2:
        raise ValueError(f"{name} must have counts (k,) and sizes (n, 2)")
    offsets = checks.offsets(masks.offsets, name=f"{name}.offsets", rows=len(counts))
    if len(offsets) != len(sizes) + 1:
        raise ValueError(f"{name} must have one offset more than sizes")
    sound = Masks(checks.frozen(counts), offsets, checks.frozen(sizes))
    bad = _first_bad(*sound)
    if bad < len(sizes):
        raise ValueError(f"{name}: mask {bad} is empty, too large, or runs beyond its pixels")
    return sound


def take_masks(masks: Masks, rows: ArrayLike) -> Masks:
    """Give the masks of some rows (k,), in their order; ValueError for a row that is none."""
    sound = sound_masks(masks, name="masks")
    chosen = checks.indices(rows, name="rows", below=len(sound.sizes))
    lengths = np.diff(sound.offsets)[chosen]
    offsets = np.zeros(len(chosen) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
    counts = sound.counts[np.repeat(sound.offsets[chosen], lengths) + within]
    return Masks(counts, offsets, sound.sizes[chosen])


def encode_masks(pixels: ArrayLike) -> Masks:
    """Run lengths of masks of one size.

    Parameters
    ----------
    pixels : (n, height, width) whole numbers or truth values
        Everything but 0 belongs to the mask.

    Returns
    -------
    Masks
        As COCO's `encode` [1]_ writes them.

    Raises
    ------
    ValueError
        If the shape is not that of a stack, or a side is 0.

    References
    ----------
    .. [1] pycocotools 2.0, `mask.encode`.

    """
    array = np.asarray(pixels)
    if array.ndim != 3 or array.dtype.kind not in "biu" or 0 in array.shape[1:]:
        raise ValueError("pixels must be whole numbers of shape (n, height, width)")
    if array.shape[1] * array.shape[2] > PIXELS_MAX:
        raise ValueError(f"one mask has at most {PIXELS_MAX} pixels")
    n, height, width = array.shape
    by_column = np.ascontiguousarray((array != 0).transpose(0, 2, 1)).reshape(n, height * width)
    counts, offsets = _encode(checks.frozen(by_column.view(np.uint8)))
    sizes = np.broadcast_to(np.array([height, width], dtype=np.int32), (n, 2)).copy()
    return Masks(counts, offsets, sizes)


def decode_masks(masks: Masks) -> Pixels:
    """Pixels of masks of one size, (n, height, width) uint8 of 0 and 1.

    Raises
    ------
    ValueError
        If a mask is unsound, sizes differ, or the stack has more than `PIXELS_MAX` pixels.

    """
    sound = sound_masks(masks, name="masks")
    if not len(sound.sizes):
        return np.zeros((0, 0, 0), dtype=np.uint8)
    height, width = sound.sizes[0].tolist()
    if (sound.sizes != sound.sizes[0]).any():
        raise ValueError("masks of different sizes make no stack")
    if len(sound.sizes) * height * width > PIXELS_MAX:
        raise ValueError(f"more than {PIXELS_MAX} pixels")
    pixels = np.zeros((len(sound.sizes), width * height), dtype=np.uint8)
    _decode(sound.counts, sound.offsets, pixels)
    return np.ascontiguousarray(pixels.reshape(-1, width, height).transpose(0, 2, 1))


def mask_areas(masks: Masks) -> NDArray[np.int64]:
    """Pixels of every mask, (n,) int64; ValueError for one that is unsound."""
    return areas_of(sound_masks(masks, name="masks"))


def mask_boxes(masks: Masks) -> NDArray[np.float64]:
    """Smallest boxes around the masks, (n, 4) float64 x, y, width, height; zeros for none.

    The same numbers as COCO's `toBbox` (pycocotools 2.0). ValueError for a mask that is unsound.
    """
    sound = sound_masks(masks, name="masks")
    boxes = np.zeros((len(sound.sizes), 4), dtype=np.int32)
    _boxes(*sound, boxes)
    return boxes.astype(np.float64)


def areas_of(masks: Masks) -> NDArray[np.int64]:
    """Give the areas (n,) of sound masks."""
    areas = np.zeros(len(masks.sizes), dtype=np.int64)
    _areas(masks.counts, masks.offsets, areas)
    return areas


def warm() -> None:
    masks = encode_masks([[[1]]])
    decode_masks(masks)
    mask_areas(masks)
    mask_boxes(masks)


@njit(cache=True, nogil=True)
def _first_bad(counts: Counts, offsets: Offsets, sizes: Sizes) -> int:
    for i in range(len(sizes)):
        room = np.int64(sizes[i, 0]) * sizes[i, 1]
        if sizes[i, 0] <= 0 or sizes[i, 1] <= 0 or room > PIXELS_MAX:
            return i
        total = np.int64(0)
        for at in range(offsets[i], offsets[i + 1]):
            total += np.int64(counts[at])
        if total > room:
            return i
    return len(sizes)


@njit(cache=True, nogil=True)
def _encode(pixels: Pixels) -> tuple[Counts, Offsets]:
    n, area = pixels.shape
    offsets = np.zeros(n + 1, dtype=np.int64)
    for i in range(n):
        runs = 1 + (pixels[i, 0] != 0)
        for at in range(1, area):
            runs += pixels[i, at] != pixels[i, at - 1]
        offsets[i + 1] = offsets[i] + runs
    counts = np.zeros(offsets[n], dtype=np.uint32)
    for i in range(n):
        at, before = offsets[i], 0
        for pixel in pixels[i]:
            at += pixel != before
            counts[at] += np.uint32(1)
            before = pixel
    return counts, offsets


@njit(cache=True, nogil=True)
def _decode(counts: Counts, offsets: Offsets, pixels: Pixels) -> None:
    for i in range(len(pixels)):
        at = np.int64(0)
        for run in range(offsets[i], offsets[i + 1]):
            stop = at + np.int64(counts[run])
            if (run - offsets[i]) % 2:
                pixels[i, at:stop] = 1
            at = stop


@njit(cache=True, nogil=True)
def _areas(counts: Counts, offsets: Offsets, areas: NDArray[np.int64]) -> None:
    for i in range(len(areas)):
        for run in range(offsets[i] + 1, offsets[i + 1], 2):
            areas[i] += counts[run]


@njit(cache=True, nogil=True)
def _boxes(counts: Counts, offsets: Offsets, sizes: Sizes, boxes: Sizes) -> None:
    for i in range(len(sizes)):
        height, at = np.int64(sizes[i, 0]), np.int64(0)
        left, top, right, bottom = np.int64(PIXELS_MAX), height, np.int64(-1), np.int64(-1)
        for run in range(offsets[i], offsets[i + 1]):
            length = np.int64(counts[run])
            at += length
            if (run - offsets[i]) % 2 == 0 or length == 0:
                continue
            first, last = (at - length) // height, (at - 1) // height
            left, right = min(left, first), max(right, last)
            # A run over the end of a column touches the bottom of one and the top of the next.
            beyond = first < last
            top = min(top, np.int64(0) if beyond else at - length - first * height)
            bottom = max(bottom, height - 1 if beyond else at - 1 - last * height)
        if right >= 0:
            boxes[i, 0], boxes[i, 1] = left, top
            boxes[i, 2], boxes[i, 3] = right - left + 1, bottom - top + 1
