"""Intervals hold what they promise, on worlds drawn from the model's own family."""

import math

import numpy as np
import pytest

from labelmarket.workers.estimates.accuracy import Audits, estimate_accuracy
from labelmarket.workers.estimates.distributions import log_gamma, student_quantiles
from labelmarket.workers.estimates.turnaround import Pace, predict_hours

GRID_END = 0.99995


def test_nine_in_ten_next_batches_fall_inside_the_accuracy_interval() -> None:
    # Given
    rng = np.random.default_rng(20_300_107)
    inside = []
    for _ in range(60):
        market = 1 / (1 + math.exp(-rng.normal(2.2, 1)))
        alike, within = math.exp(rng.normal(3, 1)), math.exp(rng.normal(4, 1))
        theta = np.clip(rng.beta(market * alike, (1 - market) * alike, 8), 1e-9, 1 - 1e-9)
        audits, coming = [], []
        for each in theta:
            a, b = each * within, (1 - each) * within
            checked = rng.integers(30, 200, rng.integers(0, 6))
            right = rng.binomial(checked, rng.beta(a, b, checked.size))
            audits.append(Audits(right=right.astype(float), checked=checked.astype(float)))
            coming.append(min(max(rng.beta(a, b), 1 - GRID_END), GRID_END))
        # When
        for found, accuracy in zip(estimate_accuracy(audits), coming, strict=True):
            inside.append(found.interval.low <= accuracy <= found.interval.high)
    # Then
    assert 0.84 < np.mean(inside) < 0.97


def test_four_in_five_next_batches_fall_inside_the_central_hours() -> None:
    # Given
    rng = np.random.default_rng(7)
    inside = []
    for _ in range(120):
        typical = rng.normal(rng.normal(0, 0.3), 0.4, 8)
        paces = [
            Pace(
                published_units_per_hour=100.0,
                hours=np.exp(math.log(10) + rng.normal(mean, 0.5, count)),
                weights=np.ones(count),
            )
            for mean, count in zip(typical, rng.integers(0, 6, 8), strict=True)
        ]
        coming = 10 * np.exp(rng.normal(typical, 0.5))
        # When
        predicted = predict_hours(paces, items=1_000, levels=np.array([0.1, 0.9]))
        # Then
        inside += [low <= y <= high for (low, high), y in zip(predicted, coming, strict=True)]
    assert 0.72 < np.mean(inside) < 0.87


def test_log_gamma_equals_the_standard_library() -> None:
    points = np.concatenate((np.geomspace(1e-6, 1e9, 2_000), np.linspace(7.9, 8.1, 21)))
    exact = np.array([math.lgamma(point) for point in points])
    assert (np.abs(log_gamma(points) - exact) / np.maximum(1, np.abs(exact))).max() < 1e-12


@pytest.mark.parametrize(
    ("freedom", "level", "exact"),
    [
        (1.0, 0.75, 1.0),
        (2.0, 0.9, 1.8856180831641267),
        (4.0, 0.95, 2.131846786326649),
        (4.0, 0.995, 4.604094871415897),
        (10.0, 0.975, 2.2281388519649385),
    ],
)
def test_student_quantiles_equal_the_tables(freedom: float, level: float, exact: float) -> None:
    low, high = student_quantiles([1 - level, level], freedom=freedom)
    assert high == pytest.approx(exact, abs=1e-4 * exact)
    assert low == pytest.approx(-high, abs=1e-9)
