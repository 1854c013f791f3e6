"""Masks made one, against pixels and pycocotools."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as peer

from labelmarket.workers import kernels
from labelmarket.workers.kernels.masks import Masks
from tests.workers.kernels.mask_samples import Pixels, peer_masks, stacks


@given(stacks(least=1), st.booleans())
def test_a_merged_mask_is_spelled_as_pycocotools_spells_it(pixels: Pixels, both: bool) -> None:
    merged = kernels.merge_masks(kernels.encode_masks(pixels), [0, len(pixels)], intersect=both)

    assert kernels.write_masks(merged) == [peer.merge(peer_masks(pixels), int(both))["counts"]]


@given(stacks(least=1, most=6), st.booleans(), st.data())
def test_every_group_is_merged_for_itself(pixels: Pixels, both: bool, data: st.DataObject) -> None:
    inner = data.draw(st.sets(st.integers(1, len(pixels)), max_size=3))
    starts = sorted({0, len(pixels), *inner})

    merged = kernels.merge_masks(kernels.encode_masks(pixels), starts, intersect=both)

    groups = [pixels[a:b] for a, b in pairwise(starts)]
    expected = [group.min(axis=0) if both else group.max(axis=0) for group in groups]
    assert np.array_equal(kernels.decode_masks(merged), np.array(expected))


def test_runs_of_length_zero_are_gone_from_a_merged_mask() -> None:
    odd = Masks(
        np.array([0, 2, 0, 1, 1, 0, 2], dtype=np.uint32),
        np.array([0, 7]),
        np.array([(2, 3)], dtype=np.int32),
    )

    assert kernels.merge_masks(odd, [0, 1]).counts.tolist() == [0, 3, 3]


def test_a_group_of_none_is_refused() -> None:
    with pytest.raises(ValueError, match="empty group"):
        kernels.merge_masks(kernels.encode_masks(np.ones((1, 1, 1), np.uint8)), [0, 0, 1])


def test_a_group_of_two_sizes_is_refused() -> None:
    masks = Masks(
        np.array([1, 1], dtype=np.uint32),
        np.array([0, 1, 2]),
        np.array([(1, 1), (1, 2)], dtype=np.int32),
    )

    with pytest.raises(ValueError, match="different sizes"):
        kernels.merge_masks(masks, [0, 2])
