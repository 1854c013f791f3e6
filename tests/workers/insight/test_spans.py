"""Spans of ordinals against sets of numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.workers.columns import Spans
from labelmarket.workers.insight import spans

numbers = st.sets(st.integers(0, 30))


def of(values: set[int]) -> Spans:
    return spans.of(np.array(sorted(values), dtype=np.int64))


@given(numbers)
def test_spans_hold_exactly_their_ordinals_in_fewest_ranges(values: set[int]) -> None:
    found = of(values)

    assert spans.ordinals(found).tolist() == sorted(values)
    assert spans.count(found) == len(values)
    assert (found[1:, 0] > found[:-1, 1]).all()


@given(numbers, numbers)
def test_minus_both_union_and_holds_are_those_of_sets(one: set[int], other: set[int]) -> None:
    every = np.arange(31)

    assert spans.minus(of(one), of(other)).tolist() == of(one - other).tolist()
    assert spans.both(of(one), of(other)).tolist() == of(one & other).tolist()
    assert spans.union((of(one), of(other))).tolist() == of(one | other).tolist()
    assert spans.holds(of(one), every).tolist() == [value in one for value in range(31)]


@pytest.mark.parametrize(
    "pairs", [[(3, 3)], [(4, 2)], [(-1, 2)], [(0, 5), (4, 9)], [(5, 6), (0, 1)]]
)
def test_pairs_that_are_no_spans_are_refused(pairs: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="range"):
        spans.from_pairs(pairs)


@given(st.lists(st.booleans()))
def test_marked_ordinals_become_the_spans_that_hold_them(marks: list[bool]) -> None:
    held = np.array(marks, dtype=np.bool_)

    found = spans.where(held)

    assert found.tolist() == spans.of(np.flatnonzero(held)).tolist()
