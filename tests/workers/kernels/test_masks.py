"""Masks to and from pixels, their areas and boxes, against pixels and pycocotools."""

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray
from pycocotools import mask as peer

from labelmarket.workers import kernels
from labelmarket.workers.kernels.masks import Masks
from tests.workers.kernels.mask_samples import Pixels, peer_masks, stacks


def masks(counts: list[int], *, offsets: list[int], sizes: list[tuple[int, int]]) -> Masks:
    return Masks(
        np.array(counts, dtype=np.uint32), np.array(offsets), np.array(sizes, dtype=np.int32)
    )


@given(stacks())
def test_decoding_gives_back_the_pixels(pixels: Pixels) -> None:
    decoded = kernels.decode_masks(kernels.encode_masks(pixels))

    assert np.array_equal(decoded.reshape(pixels.shape), pixels)


@given(stacks())
def test_areas_are_counts_of_pixels(pixels: Pixels) -> None:
    areas = kernels.mask_areas(kernels.encode_masks(pixels))

    assert areas.tolist() == pixels.sum(axis=(1, 2)).tolist()


@given(stacks(least=1))
def test_boxes_are_those_of_pycocotools(pixels: Pixels) -> None:
    boxes = kernels.mask_boxes(kernels.encode_masks(pixels))

    assert np.array_equal(boxes, peer.toBbox(peer_masks(pixels)))


@given(stacks(least=1))
def test_boxes_hold_all_pixels_and_touch_the_outermost(pixels: Pixels) -> None:
    boxes = kernels.mask_boxes(kernels.encode_masks(pixels))

    for one, box in zip(pixels, boxes.tolist(), strict=True):
        rows, columns = np.nonzero(one)
        if len(rows) == 0:
            assert box == [0, 0, 0, 0]
        else:
            left, top = columns.min(), rows.min()
            assert box == [left, top, columns.max() - left + 1, rows.max() - top + 1]


def test_pixels_after_the_last_run_are_empty() -> None:
    short = masks([1, 2], offsets=[0, 2], sizes=[(2, 3)])

    assert kernels.decode_masks(short).tolist() == [[[0, 1, 0], [1, 0, 0]]]


def test_more_masks_than_a_byte_can_count_have_their_areas() -> None:
    pixels = np.ones((300, 2, 2), dtype=np.uint8)

    assert kernels.mask_areas(kernels.encode_masks(pixels)).tolist() == [4] * 300


def test_rows_are_taken_in_the_order_asked_for() -> None:
    pixels = np.array([[[0, 1]], [[1, 0]], [[1, 1]]], dtype=np.uint8)

    taken = kernels.take_masks(kernels.encode_masks(pixels), [2, 0, 2])

    assert kernels.decode_masks(taken).tolist() == pixels[[2, 0, 2]].tolist()


def test_a_row_that_is_none_cannot_be_taken() -> None:
    with pytest.raises(ValueError, match="rows"):
        kernels.take_masks(kernels.encode_masks(np.ones((1, 1, 1), np.uint8)), [1])


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (masks([3, 4], offsets=[0, 2], sizes=[(2, 3)]), "mask 0"),
        (masks([0], offsets=[0, 1], sizes=[(0, 3)]), "mask 0"),
        (masks([0], offsets=[0, 1], sizes=[(2**16, 2**15)]), "mask 0"),
        (masks([1], offsets=[0, 1], sizes=[(1, 1), (1, 1)]), "one offset more"),
        (masks([1, 1], offsets=[0, 1], sizes=[(2, 2)]), "offsets"),
        (masks([1, 1], offsets=[0, 2, 1, 2], sizes=[(2, 2)] * 3), "offsets"),
    ],
)
def test_what_is_no_mask_is_refused(bad: Masks, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kernels.mask_areas(bad)


@pytest.mark.parametrize("bad", [np.ones((2, 2), int), np.ones((1, 2, 2)), np.ones((1, 0, 2), int)])
def test_pixels_that_are_no_stack_are_refused(bad: NDArray[np.float64]) -> None:
    with pytest.raises(ValueError, match="pixels"):
        kernels.encode_masks(bad)


def test_masks_of_different_sizes_make_no_stack() -> None:
    with pytest.raises(ValueError, match="different sizes"):
        kernels.decode_masks(masks([1, 1], offsets=[0, 1, 2], sizes=[(1, 1), (1, 2)]))
