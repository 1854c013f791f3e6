"""The quadrant test, against scipy's, an enumeration, and Holm's rule said another way."""

from itertools import product
from math import factorial, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers import kernels
from labelmarket.workers.kernels.quadrants import EXACT_MAX

Quarters = tuple[int, int, int, int]
few = st.tuples(*[st.integers(0, 3)] * 4).filter(any)
many = st.tuples(*[st.integers(20, 90_000)] * 4)


def judged(*classes: Quarters) -> tuple[list[float], list[float]]:
    found = kernels.quadrant_test(np.array(classes, dtype=np.int64).reshape(-1, 2, 2))
    return found.p.tolist(), found.p_holm.tolist()


def unevenness(counts: tuple[int, ...]) -> float:
    return sum(count * log(count) for count in counts if count)


@settings(max_examples=40, deadline=None)
@given(few)
def test_few_labels_are_judged_by_every_way_to_lay_them(counts: Quarters) -> None:
    total = sum(counts)
    chance = 0.0
    for ways in product(range(total + 1), repeat=3):
        laid = (*ways, total - sum(ways))
        if laid[3] >= 0 and unevenness(laid) >= unevenness(counts) - 1e-9:
            chance += factorial(total) / np.prod([float(factorial(n)) for n in laid]) / 4**total

    assert judged(counts)[0][0] == pytest.approx(min(chance, 1.0), abs=1e-11)


@settings(max_examples=50, deadline=None)
@given(many)
def test_many_labels_are_judged_as_scipy_judges_them(counts: Quarters) -> None:
    stats = pytest.importorskip("scipy.stats", reason="scipy is not installed")
    theirs = stats.power_divergence(counts, lambda_="log-likelihood")

    found = kernels.quadrant_test([[counts[:2], counts[2:]]])

    assert found.statistic[0] == pytest.approx(theirs.statistic, rel=1e-9, abs=1e-8)
    assert found.p[0] == pytest.approx(theirs.pvalue, rel=1e-6, abs=1e-12)


def test_the_two_ways_to_judge_agree_where_they_meet() -> None:
    last_exact, first_limit = (EXACT_MAX - 24, 8, 8, 8), (EXACT_MAX - 23, 8, 8, 8)

    (exact, limit), _ = judged(last_exact, first_limit)

    assert limit == pytest.approx(exact, rel=0.5)
    assert limit < exact


@settings(max_examples=50, deadline=None)
@given(st.lists(few, max_size=8))
def test_holm_refuses_step_by_step(classes: list[Quarters]) -> None:
    p, corrected = judged(*classes)

    for level in (0.001, 0.01, 0.05, 0.3):
        left = sorted(p)
        while left and left[0] * len(left) <= level:
            left.pop(0)
        assert sum(value <= level for value in corrected) == len(p) - len(left)


def test_classes_alike_are_corrected_alike() -> None:
    (alone, *_), corrected = judged(*[(6, 1, 0, 1)] * 3)

    assert corrected == [3 * alone] * 3


def test_classes_without_labels_are_not_asked() -> None:
    counts = (9, 1, 1, 1)

    (alone,), (alone_corrected,) = judged(counts)
    p, corrected = judged((0, 0, 0, 0), counts, (0, 0, 0, 0))

    assert p == [1.0, alone, 1.0]
    assert corrected == [1.0, alone_corrected, 1.0]
    assert alone_corrected == alone


def test_the_fullest_quarter_and_its_share_are_told() -> None:
    found = kernels.quadrant_test([[[8, 10], [10, 72]], [[5, 5], [0, 0]], [[0, 0], [0, 0]]])

    assert found.fullest.tolist() == [3, 0, 0]
    assert found.share.tolist() == [0.72, 0.5, 0.0]
    assert found.p[0] < 1e-9


def test_even_quarters_prefer_nothing() -> None:
    found = kernels.quadrant_test([[[7, 7], [7, 7]], [[70, 70], [70, 70]]])

    assert found.statistic == pytest.approx([0.0, 0.0], abs=1e-9)
    assert found.p == pytest.approx([1.0, 1.0], abs=1e-6)


def test_false_alarms_stay_below_the_level() -> None:
    """Of 1,000 times eight classes without preference, 5 % may raise one alarm or more."""
    counts = np.random.default_rng(11).multinomial(15, [0.25] * 4, (1_000, 8))

    alarms = sum(
        bool(kernels.quadrant_test(eight.reshape(8, 2, 2)).p_holm.min() <= 0.05) for eight in counts
    )

    assert 0 < alarms / 1_000 < 0.05 + 3 * (0.05 * 0.95 / 1_000) ** 0.5


@pytest.mark.parametrize(
    "bad", [[[1, 2], [3, 4]], [[[1, 2, 3], [4, 5, 6]]], [[[0.5, 0], [0, 0]]], [[[-1, 0], [0, 2]]]]
)
def test_what_is_no_quarter_count_is_refused(bad: list[list[list[float]]]) -> None:
    with pytest.raises(ValueError, match="quadrants must"):
        kernels.quadrant_test(bad)
