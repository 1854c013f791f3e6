"""Estimates move with the evidence, and say what they rest on."""

import math
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.application.estimates import Estimates, MeasuredBatch, ProviderHistory
from labelmarket.domain.ranking import ProviderEstimate
from labelmarket.domain.values import Availability, Rate, Shift
from labelmarket.workers.estimates import estimate_providers
from labelmarket.workers.estimates.distributions import DRAWS

NOW = datetime(2030, 1, 7, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MANILA = Availability(
    time_zone="Asia/Manila",
    shifts=tuple(Shift(weekday=day, start="09:00", end="18:00") for day in range(5)),
    items_per_month=100_000,
)
RATE = Rate(
    task_type="object_detection", currency="USD", setup=Decimal(4), per_item=Decimal("0.04")
)
NEWCOMER = ProviderHistory(
    provider_id=UUID(int=1),
    capability_units_per_hour=Decimal(120),
    rate=RATE,
    availability=MANILA,
    batches=(),
)


def batch(
    right: int,
    checked: int,
    *,
    days_ago: float = 0,
    items: int = 1_000,
    hours: float = 8.0,
    task_type: str = "object_detection",
) -> MeasuredBatch:
    return MeasuredBatch(
        task_type=task_type,
        right=right,
        checked=checked,
        items=items,
        working_hours=hours,
        ended_at=NOW - days_ago * DAY,
    )


def estimated(
    *histories: ProviderHistory, items: int = 1_000, at: datetime = NOW
) -> tuple[ProviderEstimate, ...]:
    port: Estimates = estimate_providers
    return port(histories, task_type="object_detection", items=items, at=at)


def alone(*batches: MeasuredBatch) -> ProviderEstimate:
    (found,) = estimated(replace(NEWCOMER, batches=batches))
    return found


def test_nobody_to_estimate_gives_nothing() -> None:
    assert estimated() == ()


def test_a_newcomer_has_the_prior_a_wide_interval_and_says_so() -> None:
    # When
    found = alone()
    # Then
    assert 0 < found.accuracy.low < found.accuracy.mean < found.accuracy.high < 1
    assert found.accuracy.high - found.accuracy.low > 0.2
    assert found.reasons[0].startswith("New here: no measured batch")
    assert "prior version 1" in found.reasons[0]


@pytest.mark.parametrize("n", [1, 150, 100_000])
def test_all_right_is_less_than_certain_and_all_wrong_more_than_hopeless(n: int) -> None:
    best, worst = alone(batch(n, n)), alone(batch(0, n))
    assert best.accuracy.mean < 1
    assert worst.accuracy.mean > 0
    assert worst.accuracy.mean < best.accuracy.mean
    assert all(math.isfinite(value) for value in (*best.accuracy_draws, *worst.accuracy_draws))


def test_measured_batches_are_told_in_numbers() -> None:
    found = alone(batch(70, 75), batch(73, 75))
    assert found.reasons[0].startswith(
        "2 measured batches, 143 of 150 gold decisions right (0.953)"
    )
    assert "shrunk towards the market mean" in found.reasons[0]
    assert found.reasons[1].startswith("Turnaround from 2 timed batches at 125 an hour")


@settings(deadline=None, max_examples=40)
@given(checked=st.integers(1, 500), share=st.floats(0, 1))
def test_one_more_right_decision_never_lowers_the_mean(checked: int, share: float) -> None:
    right = min(int(share * checked), checked - 1)
    fewer, more = alone(batch(right, checked)), alone(batch(right + 1, checked))
    assert fewer.accuracy.mean < more.accuracy.mean


def test_more_batches_narrow_the_interval_and_one_big_batch_does_so_less() -> None:
    # Given
    one = alone(batch(90, 100))
    big = alone(batch(900, 1_000))
    many = alone(*(batch(90, 100) for _ in range(10)))
    # When
    widths = [each.accuracy.high - each.accuracy.low for each in (many, big, one)]
    # Then
    assert widths == sorted(widths)


def test_a_batch_without_gold_tells_the_pace_and_nothing_about_accuracy() -> None:
    found = alone(batch(0, 0, hours=20.0))
    assert found.accuracy == alone().accuracy
    assert found.hours.mean > alone().hours.mean


def test_other_task_types_and_the_future_tell_nothing() -> None:
    other = batch(10, 100, task_type="sentiment")
    later = batch(10, 100, days_ago=-1)
    assert alone(other, later) == alone()


def test_old_batches_weigh_less_than_new_ones() -> None:
    # Given
    improved = alone(batch(60, 100, days_ago=360), batch(98, 100, days_ago=1))
    declined = alone(batch(98, 100, days_ago=360), batch(60, 100, days_ago=1))
    # When, Then
    assert declined.accuracy.mean < improved.accuracy.mean


def test_a_newcomer_borrows_from_the_market_it_enters() -> None:
    # Given
    def market(right: int) -> tuple[ProviderHistory, ...]:
        batches = (batch(right, 100, hours=16.0),) * 4
        others = (replace(NEWCOMER, provider_id=UUID(int=n), batches=batches) for n in range(2, 9))
        return (NEWCOMER, *others)

    # When
    strong, weak = estimated(*market(97))[0], estimated(*market(75))[0]
    # Then
    assert weak.accuracy.mean < strong.accuracy.mean
    assert strong.hours.mean > alone().hours.mean


def test_the_published_pace_is_where_the_hours_of_a_newcomer_start() -> None:
    slow = replace(NEWCOMER, capability_units_per_hour=Decimal(60))
    (fast_found,), (slow_found,) = estimated(NEWCOMER), estimated(slow)
    assert slow_found.hours.mean == pytest.approx(2 * fast_found.hours.mean)
    assert "published pace of 60 an hour" in slow_found.reasons[1]


def test_without_a_published_pace_the_prior_is_wider_and_named() -> None:
    (found,) = estimated(replace(NEWCOMER, capability_units_per_hour=None))
    assert found.hours.high / found.hours.low > alone().hours.high / alone().hours.low
    assert "a prior of 100 an hour" in found.reasons[1]


def test_the_date_follows_the_working_calendar_and_more_work_takes_longer() -> None:
    # Given
    small, large = estimated(NEWCOMER, items=500)[0], estimated(NEWCOMER, items=5_000)[0]
    # When
    assert small.done_by is not None
    assert large.done_by is not None
    # Then
    assert NOW < small.done_by < large.done_by
    assert small.done_by.astimezone(UTC).hour in range(1, 11)
    assert list(small.wait_hours_draws) == sorted(small.wait_hours_draws)
    assert len(small.wait_hours_draws) == len(small.accuracy_draws) == DRAWS


@pytest.mark.parametrize("availability", [None, replace(MANILA, shifts=())])
def test_without_working_hours_there_is_no_date_but_a_reason(
    availability: Availability | None,
) -> None:
    (found,) = estimated(replace(NEWCOMER, availability=availability))
    assert found.done_by is None
    assert found.wait_hours_draws == ()
    assert "working hours" in found.reasons[2]


def test_work_that_takes_years_has_no_date_but_finite_draws() -> None:
    (found,) = estimated(NEWCOMER, items=400_000)
    assert found.done_by is None
    assert all(math.isfinite(wait) for wait in found.wait_hours_draws)


def test_the_price_is_what_the_rate_card_says() -> None:
    (found,) = estimated(NEWCOMER, items=250)
    assert found.price is not None
    assert found.price.total == Decimal("14.00")


@pytest.mark.parametrize("rate", [None, replace(RATE, task_type="sentiment")])
def test_without_a_rate_for_the_task_there_is_no_price(rate: Rate | None) -> None:
    (found,) = estimated(replace(NEWCOMER, rate=rate))
    assert found.price is None
    assert found.reasons[3] == "It has published no rate for this work."


def test_the_same_evidence_gives_the_same_estimate() -> None:
    batches = (batch(70, 75), batch(73, 75, days_ago=30))
    assert alone(*batches) == alone(*reversed(batches))


def test_a_market_of_twenty_four_is_estimated_at_once() -> None:
    # Given
    rng = np.random.default_rng(3)
    market = [
        replace(
            NEWCOMER,
            provider_id=UUID(int=n),
            batches=tuple(
                batch(int(rng.binomial(100, 0.9)), 100, days_ago=9 * age, hours=rng.uniform(5, 15))
                for age in range(10)
            ),
        )
        for n in range(24)
    ]
    estimated(*market)
    # When
    started_s = time.thread_time()
    estimated(*market)
    taken_s = time.thread_time() - started_s
    # Then
    assert taken_s < 1.0
