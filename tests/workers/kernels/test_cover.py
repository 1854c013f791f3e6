"""Covered shares of cells, against exact fractions."""

from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.kernels.whole_shares import UNIT
from tests.workers.kernels.kernel_samples import Box, boxes, image_sizes, quarter_boxes

Size = tuple[float, float]
placed_boxes = st.lists(st.tuples(quarter_boxes, image_sizes), max_size=4)


def coverage(placed: list[tuple[Box, Size]], *, grid: int) -> NDArray[np.int64]:
    cells: NDArray[np.int64] = kernels.coverage_histogram(
        [box for box, _ in placed],
        [0] * len(placed),
        [size for _, size in placed],
        n_classes=1,
        grid=grid,
    )
    return cells.reshape(grid, grid)


def exact_share(box: Box, size: Size, *, row: int, column: int, grid: int) -> Fraction:
    if not size[0] or not size[1]:
        return Fraction(0)
    share = Fraction(1)
    for start, side, whole, at in (
        (box[0], box[2], size[0], column),
        (box[1], box[3], size[1], row),
    ):
        low, high = Fraction(start), Fraction(start) + Fraction(side)
        cell = Fraction(whole) / grid
        share *= max(min(high, (at + 1) * cell) - max(low, at * cell), Fraction(0)) / cell
    return share


@settings(max_examples=60, deadline=None)
@given(placed_boxes, st.integers(1, 7))
def test_every_cell_is_within_its_bound_of_the_exact_share(
    placed: list[tuple[Box, Size]], grid: int
) -> None:
    found = coverage(placed, grid=grid)

    bound = len(placed) * (Fraction(1, 2**41) + Fraction(8 * grid, 2**52))
    for row, column in product(range(grid), repeat=2):
        exact = sum(exact_share(*one, row=row, column=column, grid=grid) for one in placed)
        assert abs(Fraction(int(found[row, column]), UNIT) - exact) <= bound


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(boxes, image_sizes), min_size=1, max_size=6), st.randoms(), st.data())
def test_neither_order_nor_split_changes_a_bit(
    placed: list[tuple[Box, Size]], random: Random, data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(placed)))
    mixed = placed.copy()
    random.shuffle(mixed)

    whole = coverage(placed, grid=5)

    assert (whole == coverage(mixed[:cut], grid=5) + coverage(mixed[cut:], grid=5)).all()


def test_a_box_as_large_as_its_image_covers_every_cell_once() -> None:
    found = coverage([((-5.0, -5.0, 900.0, 900.0), (33.0, 7.0))], grid=6)

    assert (found == UNIT).all()


def test_a_box_without_area_covers_nothing() -> None:
    assert not coverage([((3.0, 3.0, 0.0, 4.0), (33.0, 7.0))], grid=6).any()


def test_several_threads_give_the_bits_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(4)
    placed = [
        ((x, y, width, height), (9.0, 7.0))
        for x, y, width, height in chance.uniform(-1.0, 9.0, (60, 4)).clip(min=0.0).tolist()
    ]
    one_block = coverage(placed, grid=3)

    monkeypatch.setattr("labelmarket.workers.kernels.cover.BOXES_OF_A_BLOCK", 2)

    assert (coverage(placed, grid=3) == one_block).all()


def test_cells_of_many_boxes_stay_within_a_billionth_of_a_loop_over_cells() -> None:
    chance = np.random.default_rng(6)
    sides = chance.uniform(1.0, 300.0, (2_000, 2))
    corners = chance.uniform(0.0, 1.0, (2_000, 2)) * (np.array([640.0, 480.0]) - sides)
    edges = [np.linspace(0.0, size, 9) for size in (640.0, 480.0)]
    shares = [
        np.maximum(
            np.minimum((corners + sides)[:, [axis]], edge[1:])
            - np.maximum(corners[:, [axis]], edge[:-1]),
            0.0,
        )
        / edge[1]
        for axis, edge in enumerate(edges)
    ]

    found = kernels.coverage_histogram(
        np.hstack([corners, sides]),
        np.zeros(2_000, dtype=np.int32),
        np.full((2_000, 2), (640.0, 480.0)),
        n_classes=1,
        grid=8,
    )

    assert np.abs(found[0] / UNIT - shares[1].T @ shares[0]).max() < 1e-9
