"""Cells of box centres, against exact fractions."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers import kernels
from tests.workers.kernels.kernel_samples import Box, image_sizes, quarter_boxes

Size = tuple[float, float]


def exact_cell(start: float, side: float, size: float, *, grid: int) -> int | None:
    centre = Fraction(start) + Fraction(side) / 2
    if size == 0 or not 0 <= centre <= size:
        return None
    return min(floor(centre * grid / Fraction(size)), grid - 1)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(quarter_boxes, image_sizes), max_size=8), st.integers(1, 13))
def test_every_centre_falls_into_the_exact_cell(placed: list[tuple[Box, Size]], grid: int) -> None:
    expected = [[0] * grid for _ in range(grid)]
    outside = 0
    for box, size in placed:
        column = exact_cell(box[0], box[2], size[0], grid=grid)
        row = exact_cell(box[1], box[3], size[1], grid=grid)
        if column is None or row is None:
            outside += 1
        else:
            expected[row][column] += 1

    centres, unplaced = kernels.location_histogram(
        [box for box, _ in placed],
        [0] * len(placed),
        [size for _, size in placed],
        n_classes=1,
        grid=grid,
    )

    assert centres[0].tolist() == expected
    assert unplaced.tolist() == [outside]


@pytest.mark.parametrize(
    ("centre", "cell"),
    [
        ((0.0, 0.0), (0, 0)),
        ((50.0, 0.0), (0, 1)),
        ((49.999, 50.0), (1, 0)),
        ((100.0, 100.0), (1, 1)),
    ],
)
def test_cells_are_half_open_and_the_last_edge_belongs_to_the_last_cell(
    centre: tuple[float, float], cell: tuple[int, int]
) -> None:
    centres, _ = kernels.location_histogram(
        [(*centre, 0.0, 0.0)], [0], [(100.0, 100.0)], n_classes=1, grid=2
    )

    assert centres[0][cell] == 1


def test_sizes_must_fit_the_boxes() -> None:
    with pytest.raises(ValueError, match="sizes must have 1 rows"):
        kernels.location_histogram([(0, 0, 1, 1)], [0], [], n_classes=1, grid=2)


def test_several_threads_count_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(4)
    boxes, sizes = chance.uniform(0.0, 9.0, (700, 4)), chance.uniform(0.0, 12.0, (700, 2))
    classes = chance.integers(0, 3, 700)
    one_block = kernels.location_histogram(boxes, classes, sizes, n_classes=3, grid=2)

    monkeypatch.setattr("labelmarket.workers.kernels.places.BOXES_OF_A_BLOCK", 5)
    found = kernels.location_histogram(boxes, classes, sizes, n_classes=3, grid=2)

    assert (found[0] == one_block[0]).all()
    assert (found[1] == one_block[1]).all()
    assert found[0].sum() + found[1].sum() == 700
