"""Exact lower bounds, against scipy's beta quantiles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers import kernels

seen = st.integers(1, 200_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(max_examples=40, deadline=None)
@given(st.lists(seen, max_size=6), st.floats(0.01, 0.999))
def test_the_bound_is_the_beta_quantile(counts: list[tuple[int, int]], confidence: float) -> None:
    beta = pytest.importorskip("scipy.stats", reason="scipy is not installed").beta
    hits = np.array([hit for hit, _ in counts], dtype=np.int64)
    trials = np.array([n for _, n in counts], dtype=np.int64)

    bounds = kernels.lower_bound(hits, trials, confidence=confidence)

    exact = beta.ppf(1.0 - confidence, np.maximum(hits, 1), trials - hits + 1)
    assert np.abs(bounds - np.where(hits == 0, 0.0, exact)).max(initial=0.0) < 1e-9


@pytest.mark.parametrize("hits", [1, 10**9, 2**31 - 2])
def test_it_holds_for_the_most_trials(hits: int) -> None:
    beta = pytest.importorskip("scipy.stats", reason="scipy is not installed").beta

    bound = kernels.lower_bound([hits], [2**31 - 1])[0]

    assert abs(bound - beta.ppf(0.05, hits, 2**31 - hits)) < 1e-9


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
def test_at_the_bound_so_many_hits_have_just_the_chance_of_the_risk(
    counts: tuple[int, int],
) -> None:
    hits, trials = counts

    p = kernels.lower_bound([hits], [trials], confidence=0.9)[0]

    chance, ways = 0.0, 1.0
    for k in range(trials + 1):
        chance += ways * p**k * (1.0 - p) ** (trials - k) if k >= hits else 0.0
        ways *= (trials - k) / (k + 1)
    assert chance == pytest.approx(0.1, abs=1e-9)


def test_59_of_59_are_needed_for_95_percent_at_95_percent_confidence() -> None:
    bounds = kernels.lower_bound([58, 59], [58, 59])

    assert bounds[0] < 0.95 <= bounds[1]


def test_no_hits_and_no_trials_give_nothing() -> None:
    assert kernels.lower_bound([0, 0], [5, 0]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("hits", "trials", "confidence", "reason"),
    [
        ([2], [1], 0.95, "hits must not exceed trials"),
        ([-1], [1], 0.95, "hits holds a number outside"),
        ([1, 1], [1], 0.95, "hits must have 1 entries"),
        ([1], [1], 1.0, "confidence must lie between 0 and 1"),
        ([1], [1], float("nan"), "confidence must lie between 0 and 1"),
    ],
)
def test_counts_that_cannot_be_are_refused(
    hits: list[int], trials: list[int], confidence: float, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        kernels.lower_bound(hits, trials, confidence=confidence)
