"""Boxes that repeat others, against every pair compared in exact arithmetic."""

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers import kernels
from labelmarket.workers.kernels.buckets import ALONE, EXACT, NEAR
from tests.workers.kernels.kernel_samples import Box, exact_iou

near = st.integers(0, 6).map(lambda step: step / 4)
close_boxes = st.tuples(near, near, near.map(lambda v: 20 + v), near.map(lambda v: 20 + v))
flat_boxes = st.tuples(near, near, st.just(0.0), near)
Placed = tuple[int, int, Box]
placed = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 1), st.one_of(close_boxes, flat_boxes)),
    max_size=25,
)


def expected(rows: list[Placed], ids: list[int]) -> list[int]:
    """Compare each box with all before it, in the order of numbers and ids."""
    marks = [ALONE] * len(rows)
    for row, (item, kind, box) in enumerate(rows):
        before = [
            other
            for at, (its_item, its_kind, other) in enumerate(rows)
            if (its_item, its_kind) == (item, kind) and (*other, ids[at]) < (*box, ids[row])
        ]
        if not box[2] or not box[3]:
            continue
        if box in before:
            marks[row] = EXACT
        elif any(exact_iou(box, other) >= Fraction(19, 20) for other in before):
            marks[row] = NEAR
    return marks


@settings(max_examples=150, deadline=None)
@given(placed, st.randoms())
def test_marks_are_those_of_all_pairs_compared(rows: list[Placed], random: Random) -> None:
    ids = random.sample(range(100), len(rows))

    found = kernels.repeated_boxes(
        [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows], ids
    )

    assert found.tolist() == expected(rows, ids)


def test_many_boxes_at_one_place_are_marked_without_comparing_all_pairs() -> None:
    n = 10_000

    found = kernels.repeated_boxes([5] * n, [1] * n, [(1.0, 2.0, 3.0, 4.0)] * n, np.arange(n))

    assert np.bincount(found).tolist() == [1, 0, n - 1]


def test_far_apart_numbers_of_items_and_classes_are_no_reason_for_much_memory() -> None:
    box = (0.0, 0.0, 5.0, 5.0)
    items, classes = [2**31 - 2, 3, 2**31 - 2], [2**31 - 2, 0, 2**31 - 2]

    found = kernels.repeated_boxes(items, classes, [box] * 3, [2, 1, 0])

    assert found.tolist() == [EXACT, ALONE, ALONE]


def test_any_number_of_threads_marks_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    items, classes = rng.integers(0, 50, 2_000), rng.integers(0, 2, 2_000)
    boxes, ids = rng.integers(0, 3, (2_000, 4)) + 9.0, np.arange(2_000)
    whole = kernels.repeated_boxes(items, classes, boxes, ids)

    monkeypatch.setattr("labelmarket.workers.kernels.repeats.ITEMS_OF_A_BLOCK", 5)
    parts = kernels.repeated_boxes(items, classes, boxes, ids)

    assert whole.tolist() == parts.tolist()


@pytest.mark.parametrize("floor", [0.0, 1.0])
def test_a_floor_lies_between_nothing_and_all(floor: float) -> None:
    with pytest.raises(ValueError, match="floor"):
        kernels.repeated_boxes([0], [0], [(0.0, 0.0, 1.0, 1.0)], [0], floor=floor)


def test_ids_must_be_as_many_as_boxes() -> None:
    with pytest.raises(ValueError, match="ids"):
        kernels.repeated_boxes([0], [0], [(0.0, 0.0, 1.0, 1.0)], [0, 1])
