"""One-to-one pairs against scipy's assignment."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.kernels.sides import Gold
from tests.workers.kernels.coco_peer import CLASSES, Truth, gold_of, truths

WHOLE = (0.0, 0.0, 10.0, 10.0)
thresholds = st.sampled_from([0.05, 0.3, 0.5, 1.0])


def weights(
    one: list[Truth], other: list[Truth], *, threshold: float, by_class: bool
) -> NDArray[np.float64]:
    """Give IoU of pairs that may be, zero of those that may not."""
    table = kernels.box_iou([row.box for row in one], [row.box for row in other])
    for i, mine in enumerate(one):
        for j, yours in enumerate(other):
            apart = mine.image != yours.image or (by_class and mine.kind != yours.kind)
            if apart or table[i, j] < threshold:
                table[i, j] = 0.0
    return table


def largest_sum(table: NDArray[np.float64]) -> float:
    # It takes a second to load, and every test process would wait for it.
    optimize = pytest.importorskip("scipy.optimize", reason="scipy is not installed")
    return float(table[optimize.linear_sum_assignment(table, maximize=True)].sum())


@settings(max_examples=80)
@given(truths, truths, thresholds, st.booleans())
def test_no_other_choice_of_pairs_has_a_larger_sum(
    one: list[Truth], other: list[Truth], threshold: float, by_class: bool
) -> None:
    pairs = kernels.match_labels(
        gold_of(one), gold_of(other), n_classes=CLASSES, threshold=threshold, by_class=by_class
    )

    table = weights(one, other, threshold=threshold, by_class=by_class)
    best = largest_sum(table)
    assert pairs.iou.sum() == pytest.approx(best, abs=1e-9)
    paired = [(i, j) for i, j in enumerate(pairs.partner.tolist()) if j >= 0]
    assert len({j for _, j in paired}) == len(paired)
    for i, j in paired:
        assert pairs.iou[i] == pytest.approx(table[i, j], abs=1e-12)
        assert table[i, j] > 0.0


def test_many_labels_in_one_heap_are_paired_as_scipy_pairs_them() -> None:
    chance = np.random.default_rng(2)
    one = np.concatenate([chance.uniform(0, 4, (70, 2)), chance.uniform(8, 12, (70, 2))], axis=1)
    other = np.concatenate([chance.uniform(0, 4, (90, 2)), chance.uniform(8, 12, (90, 2))], axis=1)

    pairs = kernels.match_labels(labels(one), labels(other), n_classes=1, threshold=0.3)

    table = kernels.box_iou(one, other)
    table[table < 0.3] = 0.0
    best = largest_sum(table)
    assert pairs.iou.sum() == pytest.approx(best, abs=1e-9)


def labels(boxes: NDArray[np.float64]) -> Gold:
    nowhere = np.zeros(len(boxes), dtype=np.int32)
    return kernels.Gold(images=nowhere, classes=nowhere, shapes=boxes)


def test_a_pair_gives_way_where_two_pairs_are_worth_more() -> None:
    """Greedy choice by IoU would take the equal boxes and leave two labels alone."""
    one = labels(np.array([(0.0, 0.0, 10.0, 10.0), (4.0, 0.0, 10.0, 10.0)]))
    other = labels(np.array([(0.0, 0.0, 10.0, 10.0), (-4.0, 0.0, 10.0, 10.0)]))

    pairs = kernels.match_labels(one, other, n_classes=1, threshold=0.4)

    assert pairs.partner.tolist() == [0, -1]
    close = kernels.match_labels(one, other, n_classes=1, threshold=0.1)
    assert close.partner.tolist() == [0, 1] or close.iou.sum() > 1.0


def test_no_labels_have_no_partners() -> None:
    pairs = kernels.match_labels(gold_of([]), gold_of([]), n_classes=1)

    assert (pairs.partner.tolist(), pairs.iou.tolist()) == ([], [])


def test_a_heap_whose_work_has_no_bound_is_refused() -> None:
    many = labels(np.tile(WHOLE, (2_001, 1)))

    with pytest.raises(ValueError, match="overlap in one heap"):
        kernels.match_labels(many, many, n_classes=1)


@pytest.mark.parametrize("threshold", [0.0, 1.1, np.nan])
def test_a_threshold_that_is_none_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        kernels.match_labels(gold_of([]), gold_of([]), n_classes=1, threshold=threshold)
