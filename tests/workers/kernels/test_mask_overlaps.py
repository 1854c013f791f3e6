"""IoU of masks against pixels and, to the last bit, against pycocotools."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as peer

from labelmarket.workers import kernels
from tests.workers.kernels.mask_samples import Pixels, peer_masks, stacks


@given(stacks(least=2, most=6), st.data())
def test_iou_has_the_bits_of_pycocotools(pixels: Pixels, data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(pixels) - 1))
    crowd = data.draw(st.lists(st.integers(0, 1), min_size=cut, max_size=cut))
    truth, found = pixels[:cut], pixels[cut:]

    iou = kernels.mask_iou(
        kernels.encode_masks(truth), kernels.encode_masks(found), crowd=np.array(crowd)
    )

    assert np.array_equal(iou.T, peer.iou(peer_masks(found), peer_masks(truth), crowd))


@given(stacks(least=2, most=2))
def test_iou_is_a_quotient_of_pixels(pixels: Pixels) -> None:
    masks = kernels.encode_masks(pixels)

    iou = kernels.mask_iou(masks, masks)

    shared, all_ = (pixels[0] & pixels[1]).sum(), (pixels[0] | pixels[1]).sum()
    assert iou[0, 1] == iou[1, 0] == (shared / all_ if shared else 0.0)
    assert iou[0, 0] == (1.0 if pixels[0].any() else 0.0)


def test_masks_of_different_sizes_are_refused() -> None:
    one = kernels.encode_masks(np.ones((1, 2, 3), np.uint8))
    other = kernels.encode_masks(np.ones((1, 3, 2), np.uint8))

    with pytest.raises(ValueError, match="different sizes"):
        kernels.mask_iou(one, other)


def test_a_crowd_flag_for_every_true_mask_is_asked_for() -> None:
    one = kernels.encode_masks(np.ones((1, 2, 3), np.uint8))

    with pytest.raises(ValueError, match="crowd"):
        kernels.mask_iou(one, one, crowd=np.zeros(2, np.uint8))
