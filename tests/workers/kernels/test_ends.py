"""The extremes of each class, against a plain sort."""

from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers import kernels

Entry = tuple[float, int, int, int]
entries = st.lists(
    st.tuples(
        st.sampled_from([nan, -1.0, 0.0, 0.5, 2.0, inf]),
        st.integers(0, 2),
        st.integers(-1, 1),
        st.integers(0, 3),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(entries, st.integers(1, 5))
def test_the_extremes_are_the_ends_of_a_sort_by_value_and_ties(
    rows: list[Entry], keep: int
) -> None:
    least, largest = kernels.extremes(
        [row[0] for row in rows],
        [row[1] for row in rows],
        np.array([row[2:] for row in rows]).reshape(-1, 2),
        n_classes=3,
        keep=keep,
    )

    for kind in range(3):
        some = [row for row in rows if row[1] == kind and not isnan(row[0])]
        ends = (
            (least, sorted(some, key=lambda row: (row[0], row[2:]))),
            (largest, sorted(some, key=lambda row: (-row[0], row[2:]))),
        )
        for found, order in ends:
            places = found[kind].tolist()
            assert [rows[at] for at in places if at >= 0] == order[:keep]
            assert places[len(order) :] == [-1] * max(keep - len(order), 0)


@pytest.mark.parametrize(
    ("values", "ties", "named"), [([1.0, 2.0], [[1]], "values"), ([1.0], [[1], [2]], "ties")]
)
def test_lengths_that_differ_are_refused(
    values: list[float], ties: list[list[int]], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        kernels.extremes(values, [0], ties, n_classes=1, keep=1)
