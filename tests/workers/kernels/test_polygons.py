"""Areas of polygons against exact fractions, their pixels against pycocotools."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as peer

from labelmarket.workers import kernels

Corner = tuple[float, float]

fifths = st.integers(-40, 200).map(lambda n: n / 5)
tenths = st.integers(-80, 400).map(lambda n: n / 10)
anywhere = st.floats(-10.0, 50.0, width=32)
place = st.one_of(fifths, tenths, anywhere)
polygons = st.lists(st.tuples(place, place), min_size=3, max_size=9)
size = st.tuples(st.integers(1, 40), st.integers(1, 40))


def exact_area(polygon: list[Corner]) -> Fraction:
    corners = [(Fraction(x), Fraction(y)) for x, y in polygon]
    twice = sum(
        x * next_y - next_x * y
        for (x, y), (next_x, next_y) in zip(corners, [*corners[1:], *corners[:1]], strict=True)
    )
    return abs(Fraction(twice)) / 2


@settings(max_examples=150)
@given(polygons, size)
def test_pixels_are_those_of_pycocotools(polygon: list[Corner], frame: tuple[int, int]) -> None:
    mask = kernels.polygon_masks(polygon, [0, len(polygon)], [frame])

    flat = [float(value) for corner in polygon for value in corner]
    assert kernels.write_masks(mask) == [peer.frPyObjects([flat], *frame)[0]["counts"]]


@given(st.lists(polygons, max_size=4), size)
def test_every_polygon_has_a_mask_of_its_own(
    several: list[list[Corner]], frame: tuple[int, int]
) -> None:
    points = [corner for polygon in several for corner in polygon]
    starts = np.cumsum([0, *map(len, several)])

    masks = kernels.write_masks(kernels.polygon_masks(points, starts, [frame] * len(several)))

    alone = [kernels.polygon_masks(one, [0, len(one)], [frame]) for one in several]
    assert masks == [kernels.write_masks(one)[0] for one in alone]


@given(polygons, st.sampled_from([0.0, 1e6]))
def test_areas_keep_their_bound_far_from_the_origin(polygon: list[Corner], away: float) -> None:
    moved = [(x + away, y + away) for x, y in polygon]

    area = kernels.polygon_areas(moved, [0, len(moved)])[0]

    far = max(max(abs(x - moved[0][0]), abs(y - moved[0][1])) for x, y in moved)
    assert abs(Fraction(area) - exact_area(moved)) <= Fraction(len(moved) * 2 * far * far) / 10**15


def test_what_runs_around_the_other_way_counts_against_the_rest() -> None:
    square = [(0, 0), (2, 0), (2, 2), (0, 2)]

    areas = kernels.polygon_areas([*square, *reversed(square)], [0, 4, 8])

    assert areas.tolist() == [4.0, 4.0]


def test_fewer_than_three_corners_enclose_nothing() -> None:
    points, starts = [(1, 1), (5, 6), (2, 2)], [0, 2, 3, 3]

    assert kernels.polygon_areas(points, starts).tolist() == [0.0, 0.0, 0.0]
    masks = kernels.polygon_masks(points, starts, [(8, 8)] * 3)
    assert kernels.mask_areas(masks).tolist() == [0, 0, 0]


@pytest.mark.parametrize("bad", [[(0.0, np.nan)], [(0.0, 2e9)], [(0.0, 1.0, 2.0)]])
def test_corners_that_are_none_are_refused(bad: list[tuple[float, ...]]) -> None:
    with pytest.raises(ValueError, match="points"):
        kernels.polygon_areas(bad, [0, 1])


@pytest.mark.parametrize("bad", [[(0, 4)], [(2**16, 2**15)], [(2, 2), (2, 2)]])
def test_a_mask_without_pixels_or_with_too_many_is_refused(bad: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match=r"pixel|rows"):
        kernels.polygon_masks([(0, 0), (1, 0), (1, 1)], [0, 3], bad)
