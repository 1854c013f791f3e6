"""Intervals of shares, and how many examples a scattering figure is as sure as."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.workers.insight.intervals import Z, effective_trials, share_interval


def test_the_ends_solve_the_equation_of_wilson() -> None:
    (low,), (high,) = share_interval([0.3], [17])

    for end in (low, high):
        assert abs(0.3 - end) == pytest.approx(Z * np.sqrt(end * (1.0 - end) / 17))


def test_of_no_trials_nothing_is_known() -> None:
    low, high = share_interval([0.0], [0])

    assert (low.tolist(), high.tolist()) == ([0.0], [1.0])


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_share_lies_in_its_interval(seen: tuple[int, int]) -> None:
    share = seen[0] / seen[1]

    (low,), (high,) = share_interval([share], [seen[1]])

    assert 0.0 <= low <= share <= high <= 1.0


def trials(samples: list[float], *, value: float = 0.5, examples: int = 1_000) -> float:
    found = effective_trials(
        np.array([value]),
        np.array([samples]),
        examples=np.array([examples]),
        groups=np.array([7]),
    )
    return float(found[0])


def test_a_figure_is_as_sure_as_a_share_that_scatters_alike() -> None:
    assert trials([0.4, 0.6]) == pytest.approx(0.25 / 0.01)


def test_samples_that_say_nothing_do_not_count() -> None:
    assert trials([0.4, float("nan"), 0.6]) == pytest.approx(25.0)


def test_there_are_at_most_as_many_trials_as_examples_and_at_least_one() -> None:
    assert trials([0.499, 0.501], examples=90) == 90.0
    assert trials([0.0, 1.0], value=0.01) == 1.0


@pytest.mark.parametrize(("samples", "value"), [([0.5, 0.5], 0.5), ([0.9, 1.0], 1.0)])
def test_without_scatter_each_group_of_examples_is_one(samples: list[float], value: float) -> None:
    assert trials(samples, value=value) == 7.0
