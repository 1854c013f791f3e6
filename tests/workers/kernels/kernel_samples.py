"""Boxes and rows for the kernels' tests, and exact arithmetic to compare with."""

from fractions import Fraction

from hypothesis import strategies as st

Box = tuple[float, float, float, float]

coordinates = st.floats(-1e6, 1e6, allow_nan=False)
sides = st.one_of(st.just(0.0), st.floats(1e-6, 1e6))
boxes = st.tuples(coordinates, coordinates, sides, sides)

quarter = st.integers(-400, 4_000).map(lambda value: value / 4)
quarter_side = st.integers(0, 4_000).map(lambda value: value / 4)
quarter_boxes = st.tuples(quarter, quarter, quarter_side, quarter_side)
image_sizes = st.sampled_from([(640.0, 480.0), (427.0, 640.0), (1.0, 1.0), (0.0, 0.0), (33.0, 7.0)])

rows = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), max_size=40)
"""Labels as (item, class) of seven items and four classes."""


def exact_overlap(a0: float, a: float, b0: float, b: float) -> Fraction:
    low = max(Fraction(a0), Fraction(b0))
    high = min(Fraction(a0) + Fraction(a), Fraction(b0) + Fraction(b))
    return max(high - low, Fraction(0))


def exact_iou(one: Box, other: Box) -> Fraction:
    shared = _exact_shared(one, other)
    areas = Fraction(one[2]) * Fraction(one[3]) + Fraction(other[2]) * Fraction(other[3])
    return shared / (areas - shared) if shared else Fraction(0)


def exact_share(crowd: Box, given: Box) -> Fraction:
    """What part of the given box lies in the crowd."""
    shared = _exact_shared(crowd, given)
    return shared / (Fraction(given[2]) * Fraction(given[3])) if shared else Fraction(0)


def _exact_shared(one: Box, other: Box) -> Fraction:
    across = exact_overlap(one[0], one[2], other[0], other[2])
    return across * exact_overlap(one[1], one[3], other[1], other[3])
