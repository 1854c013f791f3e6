"""Boxes compared within their images only, against a matrix for each image."""

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers import kernels
from tests.workers.kernels.kernel_samples import Box, quarter_boxes

Image = tuple[list[tuple[Box, bool]], list[Box]]
images = st.lists(
    st.tuples(
        st.lists(st.tuples(quarter_boxes, st.booleans()), max_size=4),
        st.lists(quarter_boxes, max_size=4),
    ),
    max_size=6,
)


def borders(lengths: list[int]) -> list[int]:
    return list(accumulate(lengths, initial=0))


@settings(max_examples=100, deadline=None)
@given(images)
def test_each_image_gets_its_own_matrix(images: list[Image]) -> None:
    flags = [flag for truth, _ in images for _, flag in truth]

    iou, offsets = kernels.box_iou_grouped(
        [box for truth, _ in images for box, _ in truth],
        [box for _, given_ in images for box in given_],
        truth_offsets=borders([len(truth) for truth, _ in images]),
        given_offsets=borders([len(given_) for _, given_ in images]),
        crowd=np.array(flags, dtype=np.bool_),
    )

    assert len(offsets) == len(images) + 1
    for group, (truth, given_) in enumerate(images):
        crowd = np.array([flag for _, flag in truth], dtype=np.bool_)
        alone = kernels.box_iou([box for box, _ in truth], given_, crowd=crowd)
        assert iou[offsets[group] : offsets[group + 1]].tolist() == alone.ravel().tolist()


def test_the_result_is_written_where_the_caller_says() -> None:
    out = np.full(2, 9.0)

    iou, _ = kernels.box_iou_grouped(
        [(0, 0, 2, 2)],
        [(0, 0, 2, 2), (1, 0, 2, 2)],
        truth_offsets=[0, 1],
        given_offsets=[0, 2],
        out=out,
    )

    assert iou is out
    assert out.tolist() == [1.0, 1 / 3]


def test_several_threads_give_the_bits_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    boxes = np.random.default_rng(5).uniform(0.0, 9.0, (60, 4))
    offsets = np.arange(0, 61, 3)

    def grouped() -> list[float]:
        iou, _ = kernels.box_iou_grouped(
            boxes, boxes[::-1], truth_offsets=offsets, given_offsets=offsets
        )
        return list(iou)

    one_block = grouped()
    monkeypatch.setattr("labelmarket.workers.kernels.groups.PAIRS_OF_A_BLOCK", 9)

    assert grouped() == one_block


@pytest.mark.parametrize(
    ("truth_offsets", "given_offsets", "reason"),
    [
        ([0], [0, 1], "truth_offsets must climb from 0 to 1"),
        ([0, 2], [0, 1], "truth_offsets must climb from 0 to 1"),
        ([0, 2, 1], [0, 1, 1], "truth_offsets must climb from 0 to 1"),
        ([1, 1], [0, 1], "truth_offsets must climb from 0 to 1"),
        ([0, 1], [], "given_offsets must climb from 0 to 1"),
        ([0, 1], [0.0, 1.0], "given_offsets must be a vector of whole numbers"),
        ([0, 1], [0, 1, 1], "there are 1 true groups, 2 given ones"),
    ],
)
def test_borders_that_cut_no_groups_are_refused(
    truth_offsets: list[int], given_offsets: list[int], reason: str
) -> None:
    box = [(0, 0, 1, 1)]

    with pytest.raises(ValueError, match=reason):
        kernels.box_iou_grouped(box, box, truth_offsets=truth_offsets, given_offsets=given_offsets)


def test_more_pairs_than_the_limit_are_refused_before_memory_is_taken() -> None:
    many = np.zeros((1 << 15, 4))

    with pytest.raises(ValueError, match="more than 268435456 pairs"):
        kernels.box_iou_grouped(many, many, truth_offsets=[0, 1 << 15], given_offsets=[0, 1 << 15])
