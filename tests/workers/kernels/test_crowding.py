"""Density of every class, against its definition in exact fractions."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers import kernels
from labelmarket.workers.kernels.crowding import Density

Counts = list[int]


def density_of(counts: Counts, *, buckets: int = 5) -> Density:
    held = [count for count in counts if count]
    return kernels.density([0] * len(held), held, n_classes=1, n_items=len(counts), buckets=buckets)


def exact_gini(counts: Counts) -> Fraction:
    """Half the mean absolute difference of two items, relative to the mean."""
    differences = sum(abs(one - other) for one in counts for other in counts)
    return Fraction(differences, 2 * len(counts) * sum(counts))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 60) | st.integers(0, 100_000), min_size=1, max_size=25).filter(any))
def test_shares_are_those_of_their_definitions(counts: Counts) -> None:
    total = sum(counts)

    found = density_of(counts)

    assert found.largest[0] == max(counts)
    assert found.top_share[0] == max(counts) / total
    assert found.gini[0] == pytest.approx(float(exact_gini(counts)), rel=4e-16, abs=0.0)
    effective = 1 / sum(Fraction(count, total) ** 2 for count in counts)
    assert found.effective[0] == pytest.approx(float(effective), rel=4e-16)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=25))
def test_the_histogram_counts_every_item_and_ends_in_or_more(counts: Counts) -> None:
    found = density_of(counts)

    expected = [sum(min(count, 4) == bucket for count in counts) for bucket in range(5)]
    assert found.histogram[0].tolist() == expected


@settings(max_examples=50, deadline=None)
@given(st.permutations([(0, 3), (1, 7), (0, 1), (1, 1), (0, 9), (1, 2)]))
def test_the_order_of_the_entries_changes_no_bit(entries: list[tuple[int, int]]) -> None:
    found = kernels.density(
        [kind for kind, _ in entries],
        [count for _, count in entries],
        n_classes=2,
        n_items=5,
        buckets=4,
    )
    assert found.gini.tolist() == [(2 * 60 - 6 * 13) / 65, (2 * 46 - 6 * 10) / 50]


def test_a_class_without_labels_is_all_zero() -> None:
    found = density_of([0, 0, 0])

    assert found.histogram[0].tolist() == [3, 0, 0, 0, 0]
    assert (found.largest[0], found.top_share[0], found.gini[0], found.effective[0]) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("counts", "n_items"), [([0], 1), ([-2], 1), ([1, 1], 1), ([2**31 - 2, 2**31 - 2], 2)]
)
def test_counts_that_cannot_be_are_refused(counts: Counts, n_items: int) -> None:
    with pytest.raises(ValueError, match=r"counts|more items"):
        kernels.density([0] * len(counts), counts, n_classes=1, n_items=n_items, buckets=2)


def test_a_hundred_of_140_bikes_in_one_image_are_71_percent_and_not_quite_two_images() -> None:
    found = density_of([100, *[1] * 40, *[0] * 9])

    assert round(100 * found.top_share[0], 1) == 71.4
    assert round(found.effective[0], 2) == 1.95
