"""Intersection over union against exact fractions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labelmarket.workers import kernels
from tests.workers.kernels.kernel_samples import Box, boxes, exact_iou, exact_share, quarter_boxes


@settings(max_examples=100, deadline=None)
@given(st.lists(boxes, max_size=4), st.lists(boxes, max_size=4))
def test_iou_is_within_its_bound_of_exact_fractions(truth: list[Box], given_: list[Box]) -> None:
    iou = kernels.box_iou(truth, given_)

    assert iou.shape == (len(truth), len(given_))
    for i, one in enumerate(truth):
        for j, other in enumerate(given_):
            assert abs(Fraction(iou[i, j]) - exact_iou(one, other)) <= Fraction(2e-15)


@settings(max_examples=100, deadline=None)
@given(boxes, st.floats(-0.9, 0.9), st.floats(-0.9, 0.9))
def test_boxes_that_nearly_coincide_keep_the_bound_far_from_the_origin(
    box: Box, right: float, down: float
) -> None:
    moved = (box[0] + right * box[2], box[1] + down * box[3], box[2], box[3])

    iou = kernels.box_iou([box], [moved])

    assert abs(Fraction(iou[0, 0]) - exact_iou(box, moved)) <= Fraction(2e-15)


@settings(max_examples=100, deadline=None)
@given(boxes.filter(lambda box: box[2] * box[3] > 0.0))
def test_a_box_and_itself_give_exactly_one(box: Box) -> None:
    assert kernels.box_iou([box], [box])[0, 0] == 1.0


def test_two_boxes_without_area_give_zero() -> None:
    assert kernels.box_iou([(3.0, 3.0, 0.0, 0.0)], [(3.0, 3.0, 0.0, 0.0)])[0, 0] == 0.0


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(*[st.floats(0.0, 1e-150)] * 4), min_size=1, max_size=4))
def test_boxes_too_small_to_have_an_area_give_no_error(tiny: list[Box]) -> None:
    iou = kernels.box_iou(tiny, tiny)

    assert ((iou >= 0.0) & (iou <= 1.0)).all()


def test_two_sides_whose_product_is_nothing_give_zero() -> None:
    box = (0.0, 0.0, 1e-200, 1e-200)

    assert kernels.box_iou([box], [box])[0, 0] == 0.0


def test_the_result_is_written_where_the_caller_says() -> None:
    out = np.full((1, 2), 9.0)

    result = kernels.box_iou([(0, 0, 2, 2)], [(0, 0, 2, 2), (1, 0, 2, 2)], out=out)

    assert result is out
    assert out.tolist() == [[1.0, 1 / 3]]


def test_read_only_boxes_of_a_mapped_file_are_taken() -> None:
    mapped = np.array([[0.0, 0.0, 1.0, 1.0]])
    mapped.flags.writeable = False

    assert kernels.box_iou(mapped, mapped)[0, 0] == 1.0


@pytest.mark.parametrize(
    "bad",
    [
        [(0.0, 0.0, 1.0)],
        [(np.nan, 0.0, 1.0, 1.0)],
        [(0.0, np.inf, 1.0, 1.0)],
        [(0.0, 2e9, 1.0, 1.0)],
        [(0.0, 0.0, -1.0, 1.0)],
    ],
)
def test_what_is_no_box_is_refused(bad: list[tuple[float, ...]]) -> None:
    with pytest.raises(ValueError, match="truth"):
        kernels.box_iou(bad, [(0, 0, 1, 1)])


@pytest.mark.parametrize(
    "out",
    [np.zeros((2, 2)), np.zeros((1, 1), dtype=np.float32), np.zeros((1, 2))[:, ::2]],
)
def test_an_out_that_does_not_fit_is_refused(out: NDArray[np.float64]) -> None:
    with pytest.raises(ValueError, match="out must"):
        kernels.box_iou([(0, 0, 1, 1)], [(0, 0, 1, 1), (0, 0, 1, 1)], out=out)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(boxes, st.booleans()), max_size=4), st.lists(boxes, max_size=4))
def test_a_crowd_is_measured_by_the_given_box_alone(
    truth: list[tuple[Box, bool]], given_: list[Box]
) -> None:
    crowd = np.array([flag for _, flag in truth], dtype=np.bool_)

    iou = kernels.box_iou([box for box, _ in truth], given_, crowd=crowd)

    for i, (one, flag) in enumerate(truth):
        for j, other in enumerate(given_):
            exact = exact_share(one, other) if flag else exact_iou(one, other)
            assert abs(Fraction(iou[i, j]) - exact) <= Fraction(2e-15)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(quarter_boxes, st.booleans()), max_size=6), st.lists(quarter_boxes))
def test_pycocotools_gives_the_same(truth: list[tuple[Box, bool]], given_: list[Box]) -> None:
    """Quarters of pixels are exact as corners too, so that nothing is rounded but the quotient."""
    peer = pytest.importorskip("pycocotools.mask", reason="pycocotools is not installed")
    if not truth or not given_:
        return
    rows, crowd = np.array([box for box, _ in truth]), [flag for _, flag in truth]

    iou = kernels.box_iou(rows, given_, crowd=crowd)

    theirs = peer.iou(np.array(given_), rows, [int(flag) for flag in crowd])
    assert (iou == theirs.T).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(boxes, boxes, st.booleans()), max_size=8))
def test_paired_boxes_give_the_diagonal(pairs: list[tuple[Box, Box, bool]]) -> None:
    truth, given_ = [one for one, _, _ in pairs], [other for _, other, _ in pairs]
    crowd = np.array([flag for _, _, flag in pairs], dtype=np.bool_)

    paired = kernels.box_iou_paired(truth, given_, crowd=crowd)

    assert paired.tolist() == np.diagonal(kernels.box_iou(truth, given_, crowd=crowd)).tolist()


def test_pairs_of_unequal_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="given must have 1 boxes, not 2"):
        kernels.box_iou_paired([(0, 0, 1, 1)], [(0, 0, 1, 1), (0, 0, 1, 1)])


@pytest.mark.parametrize("crowd", [[1, 0], [2], [0.5], [[1]]])
def test_crowd_flags_that_do_not_fit_are_refused(crowd: list[int]) -> None:
    with pytest.raises(ValueError, match="crowd"):
        kernels.box_iou([(0, 0, 1, 1)], [(0, 0, 1, 1)], crowd=crowd)


def test_more_pairs_than_the_limit_are_refused_before_memory_is_taken() -> None:
    many = np.zeros((1 << 15, 4))

    with pytest.raises(ValueError, match="more than 268435456"):
        kernels.box_iou(many, many)


def test_several_threads_give_the_bits_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(5)
    truth, given_ = chance.uniform(0.0, 9.0, (2, 37, 4))
    one_block = kernels.box_iou(truth, given_)

    monkeypatch.setattr("labelmarket.workers.kernels.boxes.PAIRS_OF_A_BLOCK", 37)

    assert (kernels.box_iou(truth, given_) == one_block).all()
