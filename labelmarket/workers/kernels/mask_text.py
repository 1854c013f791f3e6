"""Masks as the compressed text of COCO files: six bits of a run a character."""

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import ArrayLike

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.masks import Counts, Masks, Offsets, Pixels, sound_masks

FIRST = 48
"""The character of the number 0."""

CHARACTERS_MAX = 7
"""Most characters of one run: five bits each, and a run has 32 and a sign."""


def read_masks(texts: Sequence[bytes], sizes: ArrayLike) -> Masks:
    """Masks from their compressed texts.

    Parameters
    ----------
    texts : n bytes
        The `counts` of COCO's compressed run lengths [1]_, ASCII.
    sizes : (n, 2) whole numbers
        Height and width of each.

    Returns
    -------
    Masks
        The runs as they stand, also those of length 0.

    Raises
    ------
    ValueError
        If a text holds another character, breaks off inside a number, or has a run that is
        negative or runs beyond the mask's pixels. The first such mask is named.

    References
    ----------
    .. [1] pycocotools 2.0, `mask`: like LEB128 but with six bits a character, and from the fourth
       run on the difference to the run before the last.

    """
    frame = np.ascontiguousarray(sizes, dtype=np.int32).reshape(-1, 2)
    if len(frame) != len(texts):
        raise ValueError(f"{len(texts)} texts need as many sizes, not {len(frame)}")
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)), out=starts[1:])
    # One character more than there is, since a number is looked at with the one behind it.
    data = np.frombuffer(b"".join([*texts, b"0"]), dtype=np.uint8)
    counts, offsets, bad = _read(checks.frozen(data), checks.frozen(starts))
    if bad < len(texts):
        raise ValueError(f"texts: mask {bad} is not spelled as run lengths")
    return sound_masks(Masks(counts, offsets, frame), name="texts")


def write_masks(masks: Masks) -> list[bytes]:
    """Give the compressed text of every mask, as `read_masks` reads it.

    ValueError for a mask that is unsound.
    """
    sound = sound_masks(masks, name="masks")
    text, starts = _write(sound.counts, sound.offsets)
    whole, borders = text.tobytes(), starts.tolist()
    return [whole[borders[i] : borders[i + 1]] for i in range(len(borders) - 1)]


def warm() -> None:
    write_masks(read_masks([b"01"], [(1, 1)]))


@njit(cache=True, nogil=True)
def _read(text: Pixels, starts: Offsets) -> tuple[Counts, Offsets, int]:
    """Read numbers of one or two characters without a branch: which it is, is a coin's toss."""
    counts = np.empty(len(text), dtype=np.uint32)
    offsets = np.zeros(len(starts), dtype=np.int64)
    n = 0
    for i in range(len(starts) - 1):
        first, at, stop, wrong = n, starts[i], starts[i + 1], np.int64(0)
        last, before = np.int64(0), np.int64(0)
        while at < stop:
            code, other = np.int64(text[at]) - FIRST, np.int64(text[at + 1]) - FIRST
            two = code >> 5 & 1
            if two & (other >> 5):
                value, length = _number(text, at, stop)
                wrong |= np.int64(length == 0)
                at += max(length, 1)
            else:
                sign = (other if two else code) >> 4 & 1
                value = (code & 31) | ((other & 31) << 5 & -two)
                value -= sign << (5 + 5 * two)
                wrong |= (code >> 6) | (other >> 6 & -two)
                at += 1 + two
            run = value + (before if n - first > 2 else 0)
            wrong |= run >> 32
            counts[n] = run & 0xFFFFFFFF
            before, last = last, run
            n += 1
        if wrong or at != stop:
            return counts, offsets, i
        offsets[i + 1] = n
    return counts[:n].copy(), offsets, len(starts) - 1


@njit(cache=True, nogil=True)
def _number(text: Pixels, at: int, stop: int) -> tuple[np.int64, int]:
    """Give the number that begins here and its characters, 0 if it is none."""
    value, length = np.int64(0), 0
    while at + length < stop and length < CHARACTERS_MAX:
        code = np.int64(text[at + length]) - FIRST
        if not 0 <= code < 64:
            break
        value |= (code & 31) << (5 * length)
        length += 1
        if not code & 32:
            if code & 16:
                value -= np.int64(1) << (5 * length)
            return value, length
    return value, 0


@njit(cache=True, nogil=True)
def _write(counts: Counts, offsets: Offsets) -> tuple[Pixels, Offsets]:
    text = np.empty(len(counts) * CHARACTERS_MAX, dtype=np.uint8)
    starts = np.zeros(len(offsets), dtype=np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        for run in range(offsets[i], offsets[i + 1]):
            value = np.int64(counts[run])
            if run - offsets[i] > 2:
                value -= np.int64(counts[run - 2])
            more = True
            while more:
                code = value & 31
                value >>= 5
                more = value != -1 if code & 16 else value != 0
                text[n] = FIRST + (code | 32 if more else code)
                n += 1
        starts[i + 1] = n
    return text[:n], starts
