"""Masks as COCO spells them: run lengths as a list, or as its text of six bits a character."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelmarket.adapters.formats.problems import BadRow
from labelmarket.workers.columns import Floats, UInt32s

SIDE_MAX = 1 << 20
RUN_MAX = (1 << 32) - 1


class Mask(NamedTuple):
    """Run lengths by column, the first of zeros, on a mask of `height` by `width` pixels."""

    counts: UInt32s
    height: int
    width: int


def mask_of(counts: Sequence[int] | str, *, size: tuple[int, int]) -> Mask:
    """Check and give a mask. Raises BadRow when the runs do not fill it exactly."""
    height, width = size
    if not (0 <= height <= SIDE_MAX and 0 <= width <= SIDE_MAX):
        raise BadRow("BAD_MASK", f"the sides of a mask lie from 0 to {SIDE_MAX}")
    runs = unpacked(counts) if isinstance(counts, str) else counts
    if runs and not (min(runs) >= 0 and max(runs) <= RUN_MAX):
        raise BadRow("BAD_MASK", f"a run length lies from 0 to {RUN_MAX}")
    if sum(runs) != height * width:
        raise BadRow(
            "BAD_MASK", f"the runs hold {sum(runs)} pixels, the mask {height} by {width} of them"
        )
    return Mask(np.array(runs, dtype=np.uint32), height, width)


def unpacked(text: str) -> list[int]:
    """Give the run lengths of a text; from the third on it holds differences two runs apart."""
    runs: list[int] = []
    value = shift = 0
    for byte in text.encode():
        bits = byte - 48
        if not 0 <= bits < 64 or shift > 30:
            raise BadRow("BAD_MASK", "the text of a mask holds a character or a number too much")
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            value -= 1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
        value = shift = 0
    if shift:
        raise BadRow("BAD_MASK", "the text of a mask ends inside a number")
    return runs


def packed(counts: UInt32s) -> str:
    """Give the text of run lengths, as `unpacked` reads it."""
    text = bytearray()
    runs = counts.tolist()
    for place, run in enumerate(runs):
        value = run - runs[place - 2] if place > 2 else run
        more = True
        while more:
            bits = value & 31
            value >>= 5
            more = value != (-1 if bits & 16 else 0)
            text.append(48 + (bits | 32 if more else bits))
    return text.decode()


def encoded(pixels: NDArray[np.uint8]) -> Mask:
    """Give the run lengths of an image of 0 and 1, (height, width)."""
    height, width = pixels.shape
    flat = np.concatenate(([0], pixels.ravel(order="F")))
    edges = np.flatnonzero(np.diff(flat)) if len(flat) > 1 else np.zeros(0, dtype=np.int64)
    counts = np.diff(np.concatenate(([0], edges, [height * width])))
    return Mask(counts.astype(np.uint32), height, width)


def decoded(counts: UInt32s, *, height: int, width: int) -> NDArray[np.uint8]:
    """Give the image of 0 and 1, (height, width)."""
    values = (np.arange(len(counts)) % 2).astype(np.uint8)
    return np.repeat(values, counts).reshape((height, width), order="F")


def box_of(counts: UInt32s, *, height: int) -> Floats:
    """Give the box around a mask: x, y, width, height in pixels, zeros for an empty one."""
    ends = np.cumsum(counts, dtype=np.int64)
    begins, stops = ends[:-1:2], ends[1::2]
    begins, stops = begins[stops > begins], stops[stops > begins]
    if not len(begins):
        return np.zeros(4)
    left, right = begins // height, (stops - 1) // height
    whole = bool((right > left).any())
    top = 0 if whole else int((begins % height).min())
    bottom = height if whole else int(((stops - 1) % height).max()) + 1
    return np.array([left[0], top, right[-1] + 1 - left[0], bottom - top], dtype=np.float64)
