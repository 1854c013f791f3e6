"""Precision, recall and F1, against exact fractions."""

from fractions import Fraction
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers import kernels
from labelmarket.workers.kernels.scores import Outcomes

Counts = tuple[int, int, int]
classes = st.lists(st.tuples(*[st.integers(0, 30)] * 3), max_size=6)


def outcomes(counts: list[Counts]) -> Outcomes:
    return Outcomes(*np.array(counts, dtype=np.int64).reshape(-1, 3).T)


def fractions(counts: Counts) -> list[Fraction | None]:
    """Precision, recall, F1; None where there is nothing to divide by."""
    hits, extra, missed = counts
    quotients = ((hits, hits + extra), (hits, hits + missed), (2 * hits, 2 * hits + extra + missed))
    return [Fraction(part, whole) if whole else None for part, whole in quotients]


def same(value: float, expected: Fraction | None) -> bool:
    return isnan(value) if expected is None else value == pytest.approx(float(expected), rel=4e-16)


@settings(max_examples=100, deadline=None)
@given(classes)
def test_each_class_is_scored_by_its_own_counts(counts: list[Counts]) -> None:
    scores = kernels.class_scores(outcomes(counts))

    for place, one in enumerate(counts):
        found = (scores.precision[place], scores.recall[place], scores.f1[place])
        assert all(map(same, found, fractions(one)))


@settings(max_examples=100, deadline=None)
@given(classes)
def test_micro_scores_are_those_of_the_summed_counts(counts: list[Counts]) -> None:
    found = kernels.mean_scores(outcomes(counts))

    summed = fractions(tuple(sum(column) for column in zip((0, 0, 0), *counts, strict=True)))
    assert all(map(same, found[:3], summed))


@settings(max_examples=100, deadline=None)
@given(classes)
def test_macro_scores_are_means_over_the_classes_that_occur(counts: list[Counts]) -> None:
    found = kernels.mean_scores(outcomes(counts))

    seen = [fractions(one) for one in counts if any(one)]
    for place in range(3):
        total = sum((one[place] or Fraction(0) for one in seen), Fraction(0))
        expected = total / len(seen) if seen else None
        if expected is None:
            assert isnan(found[3 + place])
        else:
            assert found[3 + place] == pytest.approx(float(expected), rel=1e-14)


def test_a_confusion_gives_hits_extras_and_misses() -> None:
    found = kernels.confusion_outcomes([[5, 2, 0], [1, 7, 0], [0, 4, 0]])

    assert found.hits.tolist() == [5, 7, 0]
    assert found.extra.tolist() == [1, 6, 0]
    assert found.missed.tolist() == [2, 1, 4]


def test_accuracy_is_a_share_and_of_nothing_is_unknown() -> None:
    assert kernels.accuracy(3, of=4) == 0.75
    assert isnan(kernels.accuracy(0, of=0))


def test_more_right_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="right must lie from 0 to 2"):
        kernels.accuracy(3, of=2)


@pytest.mark.parametrize("table", [[[1, 2]], [[0.5]], [[-1]]])
def test_what_is_no_confusion_is_refused(table: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="table"):
        kernels.confusion_outcomes(table)


@pytest.mark.parametrize("bad", [([1], [1, 2], [1]), ([-1], [0], [0]), ([[1]], [[1]], [[1]])])
def test_outcomes_that_cannot_be_are_refused(bad: tuple[list[int], list[int], list[int]]) -> None:
    with pytest.raises(ValueError, match="outcomes must"):
        kernels.class_scores(Outcomes(*map(np.array, bad)))
