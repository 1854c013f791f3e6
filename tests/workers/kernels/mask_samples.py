"""Small masks, drawn by hypothesis, and the same masks as pycocotools spells them."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from pycocotools import mask as peer

Pixels = NDArray[np.uint8]


@st.composite
def stacks(draw: st.DrawFn, *, least: int = 0, most: int = 4) -> Pixels:
    """Give (n, height, width) of rectangles laid over each other, some with single pixels."""
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    pixels = np.zeros((draw(st.integers(least, most)), height, width), dtype=np.uint8)
    for one in pixels:
        for _ in range(draw(st.integers(0, 3))):
            top, left = draw(st.integers(0, height - 1)), draw(st.integers(0, width - 1))
            bottom, right = draw(st.integers(top, height)), draw(st.integers(left, width))
            one[top:bottom, left:right] ^= 1
    return pixels


def peer_masks(pixels: Pixels) -> list[dict[str, Any]]:
    encoded: list[dict[str, Any]] = peer.encode(np.asfortranarray(pixels.transpose(1, 2, 0)))
    return encoded
