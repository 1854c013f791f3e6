"""Recommendations follow the customer's priorities, and nothing else."""

import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.ranking import (
    DEFAULT_SCALE,
    Interval,
    ProviderEstimate,
    Recommendation,
    recommend,
    roc_weights,
)
from labelmarket.domain.values import Priority, Terms

PRICE, ACCURACY, SPEED = Priority.PRICE, Priority.ACCURACY, Priority.SPEED
PROJECT = UUID(int=99)
EQUAL = roc_weights([])


def estimate(
    number: int, *, accuracy: float = 0.9, wait_hours: float = 48, total: str = "100"
) -> ProviderEstimate:
    return ProviderEstimate(
        provider_id=UUID(int=number),
        accuracy=Interval(low=accuracy, mean=accuracy, high=accuracy),
        hours=Interval(low=wait_hours, mean=wait_hours, high=wait_hours),
        price=Terms(
            currency="USD",
            setup=Decimal(0),
            per_item=Decimal(0),
            items=1_000,
            total=Decimal(total),
        ),
        done_by=None,
        accuracy_draws=(accuracy,),
        wait_hours_draws=(wait_hours,),
        reasons=(),
    )


def recommended(
    *estimates: ProviderEstimate,
    weights: dict[Priority, float] = EQUAL,
    project: UUID = PROJECT,
) -> tuple[Recommendation, ...]:
    return recommend(estimates, weights, task_type="tone", currency="USD", project_id=project)


def numbers(recommendations: Sequence[Recommendation]) -> list[int]:
    return [each.provider_id.int for each in recommendations]


@pytest.mark.parametrize(
    ("ranking", "expected"),
    [
        ([[PRICE], [ACCURACY], [SPEED]], (0.6111, 0.2778, 0.1111)),
        ([[PRICE], [ACCURACY, SPEED]], (0.6111, 0.1944, 0.1944)),
        ([[PRICE, ACCURACY], [SPEED]], (0.4444, 0.4444, 0.1111)),
        ([[PRICE, ACCURACY, SPEED]], (0.3333, 0.3333, 0.3333)),
        ([[PRICE]], (0.6111, 0.1944, 0.1944)),
        ([], (0.3333, 0.3333, 0.3333)),
    ],
)
def test_weights_are_rank_order_centroids_and_ties_share(
    ranking: list[list[Priority]], expected: tuple[float, ...]
) -> None:
    weights = roc_weights(ranking)
    assert tuple(round(weights[p], 4) for p in (PRICE, ACCURACY, SPEED)) == expected
    assert math.fsum(weights.values()) == pytest.approx(1, abs=1e-15)


def test_a_priority_that_is_ranked_twice_is_refused() -> None:
    with pytest.raises(InvalidInput):
        roc_weights([[PRICE], [SPEED, PRICE]])


@pytest.mark.parametrize(("first", "winner"), [(ACCURACY, 1), (SPEED, 2), (PRICE, 3)])
def test_the_first_priority_decides_between_specialists(first: Priority, winner: int) -> None:
    # Given
    accurate = estimate(1, accuracy=0.97)
    fast = estimate(2, wait_hours=14)
    cheap = estimate(3, total="30")
    # When
    found = recommended(accurate, fast, cheap, weights=roc_weights([[first]]))
    # Then
    assert found[0].provider_id.int == winner
    assert [each.rank for each in found] == [1, 2, 3]


def test_halving_errors_price_or_wait_is_worth_one_step_each() -> None:
    # Given
    usual = estimate(1)
    better = estimate(2, accuracy=0.95, wait_hours=24, total="50")
    # When
    first, second = recommended(usual, better)
    # Then
    gained = {
        p.priority: p.value - q.value
        for p in first.contributions
        for q in second.contributions
        if p.priority is q.priority
    }
    assert gained == pytest.approx({PRICE: 1, ACCURACY: 1, SPEED: 1})
    assert first.score is not None
    assert second.score is not None
    assert first.score - second.score == pytest.approx(1)


def test_doubt_counts_through_the_draws() -> None:
    # Given
    steady = replace(estimate(1), wait_hours_draws=(48.0, 48.0))
    shaky = replace(estimate(2), wait_hours_draws=(24.0, 192.0))
    # When, Then
    assert numbers(recommended(shaky, steady)) == [1, 2]


def test_contributions_explain_the_score_against_the_mean() -> None:
    # Given
    estimates = [estimate(n, accuracy=0.8 + n / 50, total=str(100 - 9 * n)) for n in range(1, 5)]
    # When
    found = recommended(*estimates)
    # Then
    scores = [each.score for each in found if each.score is not None]
    mean = math.fsum(scores) / len(scores)
    for each, score in zip(found, scores, strict=True):
        total = math.fsum(part.contribution for part in each.contributions)
        assert total == pytest.approx(score - mean, abs=1e-8)
    assert "above the mean" in found[0].reasons[0]


def test_a_provider_without_a_comparable_quote_or_date_is_listed_unranked_with_a_reason() -> None:
    # Given
    euros = estimate(2)
    assert euros.price is not None
    euros = replace(euros, price=replace(euros.price, currency="EUR"))
    silent = replace(estimate(3), price=None)
    closed = replace(estimate(4), wait_hours_draws=())
    # When
    found = recommended(euros, silent, closed, estimate(1))
    # Then
    assert [(each.provider_id.int, each.rank) for each in found] == [
        (1, 1),
        (2, None),
        (3, None),
        (4, None),
    ]
    assert [each.reasons[0] for each in found[1:]] == [
        "Not ranked: its rate is in EUR, the order in USD.",
        "Not ranked: it has published no rate for this work.",
        "Not ranked: it is not known when the work would be done.",
    ]


def test_nobody_to_recommend_is_an_empty_list() -> None:
    assert recommended() == ()


def test_equals_are_ordered_alike_whatever_the_order_they_came_in() -> None:
    equals = [estimate(n) for n in (1, 2, 3)]
    found = {tuple(numbers(recommended(*each))) for each in permutations(equals)}
    assert len(found) == 1


def test_no_name_wins_the_ties_of_every_project() -> None:
    # When
    winners = [
        recommended(estimate(1), estimate(2), project=UUID(int=n))[0].provider_id.int
        for n in range(200)
    ]
    # Then
    assert 50 < winners.count(1) < 150


@pytest.mark.parametrize("total", ["0", "0.01", "1000000"])
def test_extreme_prices_stay_within_the_scale(total: str) -> None:
    (found,) = recommended(estimate(1, total=total, accuracy=1.0, wait_hours=0))
    assert all(abs(part.value) <= 3 for part in found.contributions)


def test_a_currency_of_small_units_uses_the_same_scale() -> None:
    # Given
    yen = estimate(1, total="10000")
    assert yen.price is not None
    yen = replace(yen, price=replace(yen.price, currency="JPY"))
    # When
    (found,) = recommend([yen], EQUAL, task_type="tone", currency="JPY", project_id=PROJECT)
    # Then
    (price,) = (part for part in found.contributions if part.priority is PRICE)
    assert price.value == pytest.approx(math.log2(DEFAULT_SCALE.item_price_ref / 0.1))


MARKETS = st.lists(
    st.tuples(st.floats(0.5, 0.999), st.floats(1, 2_000), st.integers(1, 5_000)),
    min_size=2,
    max_size=8,
)
RANKINGS = st.permutations(list(Priority)).map(lambda order: [[each] for each in order])


@settings(deadline=None)
@given(market=MARKETS, ranking=RANKINGS)
def test_whoever_leaves_the_order_of_the_others_stays(
    market: list[tuple[float, float, int]], ranking: list[list[Priority]]
) -> None:
    # Given
    estimates = [
        estimate(n, accuracy=accuracy, wait_hours=wait, total=str(total))
        for n, (accuracy, wait, total) in enumerate(market)
    ]
    weights = roc_weights(ranking)
    everybody = numbers(recommended(*estimates, weights=weights))
    # When, Then
    for leaver in everybody:
        stayers = [each for each in estimates if each.provider_id.int != leaver]
        rest = numbers(recommended(*stayers, weights=weights))
        assert rest == [number for number in everybody if number != leaver]
