"""Buckets of area and aspect, and marks at the borders, against plain arithmetic."""

from fractions import Fraction
from math import nan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers import kernels
from labelmarket.workers.kernels.buckets import (
    AREA_BUCKETS,
    AREA_FIRST,
    ASPECT_BUCKETS,
    ASPECT_FIRST,
    OFF,
    OUTSIDE,
    STEPS,
    TOUCHING,
    ZERO,
    buckets_of,
)
from tests.workers.kernels.kernel_samples import Box, image_sizes, quarter_boxes

Size = tuple[float, float]


def bucket(value: Fraction, *, first: int, buckets: int) -> int:
    """Find the last bucket that begins at or below the value, by its fourth power."""
    place = 0
    while place + 1 < buckets and value**STEPS >= Fraction(2) ** (first * STEPS + place + 1):
        place += 1
    return place


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(quarter_boxes, image_sizes), max_size=8))
def test_every_box_falls_into_the_buckets_of_its_exact_ratios(
    placed: list[tuple[Box, Size]],
) -> None:
    areas, aspects = [0] * AREA_BUCKETS, [0] * ASPECT_BUCKETS
    for (_, _, width, height), size in placed:
        if not width or not height:
            continue
        aspect = Fraction(width) / Fraction(height)
        aspects[bucket(aspect, first=ASPECT_FIRST, buckets=ASPECT_BUCKETS)] += 1
        if all(size):
            area = Fraction(width) * Fraction(height) / Fraction(size[0]) / Fraction(size[1])
            areas[bucket(area, first=AREA_FIRST, buckets=AREA_BUCKETS)] += 1

    found = kernels.box_shapes(
        [box for box, _ in placed],
        [1] * len(placed),
        [size for _, size in placed],
        n_classes=2,
    )

    assert (found.areas[1].tolist(), found.aspects[1].tolist()) == (areas, aspects)
    assert not found.areas[0].any()
    counted = (found.sizes.sum(), found.aspects.sum())
    assert counted == (len(placed), sum(bool(box[2] and box[3]) for box, _ in placed))


@given(st.lists(st.floats(1e-300, 1e300), max_size=20))
def test_numbers_of_any_size_have_the_buckets_of_their_fourth_powers(values: list[float]) -> None:
    found = buckets_of(np.array(values), first=ASPECT_FIRST, buckets=ASPECT_BUCKETS)

    assert found.tolist() == [
        bucket(Fraction(value), first=ASPECT_FIRST, buckets=ASPECT_BUCKETS) for value in values
    ]


@pytest.mark.parametrize(
    ("box", "marks"),
    [
        ((10.0, 10.0, 20.0, 20.0), 0),
        ((10.0, 10.0, 0.0, 20.0), ZERO),
        ((1.0, 10.0, 20.0, 20.0), TOUCHING),
        ((1.5, 10.0, 20.0, 20.0), 0),
        ((10.0, 10.0, 89.0, 20.0), TOUCHING),
        ((-1.0, 10.0, 20.0, 20.0), TOUCHING),
        ((-1.5, 10.0, 20.0, 20.0), TOUCHING | OUTSIDE),
        ((10.0, 30.0, 20.0, 21.5), TOUCHING | OUTSIDE),
        ((100.0, 10.0, 20.0, 20.0), TOUCHING | OUTSIDE | OFF),
        ((-30.0, 10.0, 20.0, 20.0), TOUCHING | OUTSIDE | OFF),
    ],
)
def test_marks_tell_how_a_box_lies_to_an_image_of_100_by_50(box: Box, marks: int) -> None:
    found = kernels.box_shapes([box], [0], [(100.0, 50.0)], n_classes=1)

    assert found.flags.tolist() == [marks]


def test_on_an_image_of_unknown_size_a_box_has_an_aspect_and_nothing_else() -> None:
    found = kernels.box_shapes([(0.0, 0.0, 30.0, 10.0)], [0], [(0.0, 0.0)], n_classes=1)

    assert (found.aspect[0], found.flags[0], found.areas.sum()) == (3.0, 0, 0)
    assert np.isnan(found.area[0])


def test_sizes_are_divided_at_32_and_96_pixels_squared() -> None:
    sides = [31.9, 32.0, 95.9, 96.0]

    found = kernels.box_shapes(
        [(0.0, 0.0, side, side) for side in sides], [0] * 4, [(9.0, 9.0)] * 4, n_classes=1
    )

    assert found.sizes.tolist() == [[1, 2, 1]]


def test_any_number_of_threads_gives_the_same_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    boxes, classes = rng.uniform(0, 99, (500, 4)), rng.integers(0, 3, 500)
    sizes = np.full((500, 2), 100.0)
    whole = kernels.box_shapes(boxes, classes, sizes, n_classes=3)

    monkeypatch.setattr("labelmarket.workers.kernels.shapes.BOXES_OF_A_BLOCK", 16)
    parts = kernels.box_shapes(boxes, classes, sizes, n_classes=3)

    for name in whole._fields:
        assert np.array_equal(getattr(whole, name), getattr(parts, name)), name


@pytest.mark.parametrize("bad", [(0.0, 0.0, -1.0, 1.0), (nan, 0.0, 1.0, 1.0)])
def test_impossible_boxes_are_refused(bad: Box) -> None:
    with pytest.raises(ValueError, match="boxes holds"):
        kernels.box_shapes([bad], [0], [(1.0, 1.0)], n_classes=1)
