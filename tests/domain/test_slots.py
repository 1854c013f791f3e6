"""Ranges of slots behave like the sets of numbers that they stand for."""

from hypothesis import given
from hypothesis import strategies as st

from labelmarket.domain.slots import (
    NONE,
    Ranges,
    count,
    difference,
    holds,
    intersection,
    is_normal,
    normal,
    overlaps,
    union,
)

pairs = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8)
ranges = pairs.map(normal)


def numbers(of: Ranges) -> set[int]:
    return {n for first, end in of for n in range(first, end)}


@given(pairs)
def test_any_ranges_have_one_normal_form(given_pairs: list[tuple[int, int]]) -> None:
    found = normal(given_pairs)
    assert is_normal(found)
    assert numbers(found) == numbers(tuple(given_pairs))
    assert normal(found) == found


@given(ranges, st.integers(0, 31))
def test_a_slot_is_found_where_it_is(among: Ranges, slot: int) -> None:
    assert holds(among, slot) == (slot in numbers(among))


@given(ranges, ranges)
def test_arithmetic_is_that_of_sets(left: Ranges, right: Ranges) -> None:
    a, b = numbers(left), numbers(right)
    results = {
        union(left, right): a | b,
        difference(left, right): a - b,
        intersection(left, right): a & b,
    }
    for found, expected in results.items():
        assert numbers(found) == expected
        assert is_normal(found)


@given(ranges, ranges)
def test_counting_and_overlapping_are_those_of_sets(left: Ranges, right: Ranges) -> None:
    assert count(left) == len(numbers(left))
    assert overlaps(left, right) == bool(numbers(left) & numbers(right))


def test_what_touches_overlaps_nowhere_and_merges() -> None:
    assert not overlaps(((0, 5),), ((5, 9),))
    assert union(((0, 5),), ((5, 9),)) == ((0, 9),)


def test_odd_ranges_are_not_normal() -> None:
    assert is_normal(NONE)
    for odd in (((3, 3),), ((5, 2),), ((-1, 2),), ((0, 2), (2, 4)), ((4, 6), (0, 2))):
        assert not is_normal(odd)
