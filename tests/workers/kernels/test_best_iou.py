"""The best delivered box of every gold box, against a loop over all pairs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers import kernels
from tests.workers.kernels.kernel_samples import Box, quarter_boxes

Labels = list[tuple[int, int, Box]]
labels = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), quarter_boxes), min_size=0, max_size=12
)


def best(gold: Labels, given_: Labels) -> list[float]:
    found = kernels.best_iou_per_gold(
        gold_items=[item for item, _, _ in gold],
        gold_classes=[kind for _, kind, _ in gold],
        gold_boxes=[box for _, _, box in gold],
        items=[item for item, _, _ in given_],
        classes=[kind for _, kind, _ in given_],
        boxes=[box for _, _, box in given_],
    )
    return list(found)


@settings(max_examples=100, deadline=None)
@given(labels, labels)
def test_each_gold_box_gets_the_best_of_its_item_and_class(gold: Labels, given_: Labels) -> None:
    iou = kernels.box_iou([box for _, _, box in gold], [box for _, _, box in given_])
    naive = [
        max(
            (iou[i, j] for j, other in enumerate(given_) if one[:2] == other[:2]),
            default=0.0,
        )
        for i, one in enumerate(gold)
    ]

    assert best(gold, given_) == naive


def test_a_box_of_another_class_does_not_count() -> None:
    box = (0.0, 0.0, 2.0, 2.0)

    assert best([(0, 0, box)], [(0, 1, box), (1, 0, box)]) == [0.0]


def test_lengths_that_differ_are_refused() -> None:
    box = np.zeros((1, 4))

    with pytest.raises(ValueError, match="classes must have 1"):
        kernels.best_iou_per_gold(
            gold_items=[0], gold_classes=[0], gold_boxes=box, items=[0], classes=[], boxes=box
        )
