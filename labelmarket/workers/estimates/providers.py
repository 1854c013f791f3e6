"""Estimates of several providers for one order, with the reasons in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import numpy as np

from labelmarket.application.estimates import MeasuredBatch, ProviderHistory
from labelmarket.domain.calendar import FINISH_DAYS_MAX, after_each_working_hours
from labelmarket.domain.ranking import Interval, ProviderEstimate
from labelmarket.domain.values import Availability, Terms, price
from labelmarket.workers.estimates import accuracy, turnaround
from labelmarket.workers.estimates.accuracy import Accuracy, Audits
from labelmarket.workers.estimates.distributions import Floats, slice_middles
from labelmarket.workers.estimates.turnaround import Pace

HALF_LIFE: Final = timedelta(days=180)
BATCHES_MAX: Final = 40
"""How many of a provider's newest batches are read."""
DONE_BY_LEVEL: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finish:
    """When the work ends: draws in hours by the clock on the wall, and a date to keep."""

    wait_hours: tuple[float, ...]
    done_by: datetime | None
    reason: str


def estimate_providers(
    histories: Sequence[ProviderHistory], *, task_type: str, items: int, at: datetime
) -> tuple[ProviderEstimate, ...]:
    """Estimate accuracy, turnaround and price of each provider for `items` of a task type.

    Batches of other task types, and those that ended after `at`, tell nothing. A batch
    counts half as much with each `HALF_LIFE` of its age.
    """
    assert items > 0, "an order has items"
    if not histories:
        return ()
    batches = [_batches(history, task_type=task_type, at=at) for history in histories]
    accuracies = accuracy.estimate_accuracy([_audits(own, at=at) for own in batches])
    middles = slice_middles()
    levels = np.concatenate((middles, [0.05, DONE_BY_LEVEL, 0.95]))
    paces = [_pace(h, own, at=at) for h, own in zip(histories, batches, strict=True)]
    hours = turnaround.predict_hours(paces, items=items, levels=levels)
    return tuple(
        _estimate(history, own, known, predicted, items=items, at=at, task_type=task_type)
        for history, own, known, predicted in zip(
            histories, batches, accuracies, hours, strict=True
        )
    )


def _estimate(
    history: ProviderHistory,
    batches: Sequence[MeasuredBatch],
    known: Accuracy,
    predicted: tuple[float, ...],
    *,
    items: int,
    at: datetime,
    task_type: str,
) -> ProviderEstimate:
    draws, (low, promise, high) = predicted[:-3], predicted[-3:]
    finish = _finish(history.availability, draws, promise=promise, at=at)
    rate = history.rate
    terms = price(rate, items=items) if rate and rate.task_type == task_type else None
    return ProviderEstimate(
        provider_id=history.provider_id,
        accuracy=known.interval,
        hours=Interval(low=low, mean=float(np.mean(draws)), high=high),
        price=terms,
        done_by=finish.done_by,
        accuracy_draws=known.draws,
        wait_hours_draws=finish.wait_hours,
        reasons=(
            _accuracy_reason(batches, known),
            _pace_reason(batches, history.capability_units_per_hour),
            finish.reason,
            _price_reason(terms),
        ),
    )


def _batches(
    history: ProviderHistory, *, task_type: str, at: datetime
) -> tuple[MeasuredBatch, ...]:
    own = (b for b in history.batches if b.task_type == task_type and b.ended_at <= at)
    newest = sorted(own, key=lambda batch: batch.ended_at, reverse=True)
    return tuple(newest[:BATCHES_MAX])


def _weights(batches: Sequence[MeasuredBatch], *, at: datetime) -> Floats:
    return np.array([0.5 ** ((at - batch.ended_at) / HALF_LIFE) for batch in batches])


def _audits(batches: Sequence[MeasuredBatch], *, at: datetime) -> Audits:
    audited = [batch for batch in batches if batch.checked > 0]
    assert all(0 <= batch.right <= batch.checked for batch in audited), "right is a part of checked"
    weights = _weights(audited, at=at)
    return Audits(
        right=weights * np.array([batch.right for batch in audited], dtype=np.float64),
        checked=weights * np.array([batch.checked for batch in audited], dtype=np.float64),
    )


def _pace(history: ProviderHistory, batches: Sequence[MeasuredBatch], *, at: datetime) -> Pace:
    timed = _timed(batches)
    published = history.capability_units_per_hour
    return Pace(
        published_units_per_hour=float(published) if published else None,
        hours=np.array([batch.working_hours * 1_000 / batch.items for batch in timed]),
        weights=_weights(timed, at=at),
    )


def _timed(batches: Sequence[MeasuredBatch]) -> list[MeasuredBatch]:
    """Batches that took measurable time; one done outside working hours shows none."""
    return [b for b in batches if 0 < b.working_hours < math.inf and b.items > 0]


def _finish(
    availability: Availability | None,
    draws: tuple[float, ...],
    *,
    promise: float,
    at: datetime,
) -> _Finish:
    """Map working hours through the calendar; quantiles stay quantiles, since it is monotone."""
    if availability is None:
        return _Finish(wait_hours=(), done_by=None, reason="It has published no working hours.")
    amounts = sorted((*draws, promise))
    ends = after_each_working_hours(availability, at, hours=amounts)
    if ends[0] is None:
        reason = f"It would not be done within {FINISH_DAYS_MAX} days by its working hours."
        return _Finish(wait_hours=(), done_by=None, reason=reason)
    last = at + timedelta(days=FINISH_DAYS_MAX)
    waits = {
        amount: ((end or last) - at) / timedelta(hours=1)
        for amount, end in zip(amounts, ends, strict=True)
    }
    done_by = ends[amounts.index(promise)]
    reason = "The date is kept four times in five, if work begins at the next opening."
    if done_by is None:
        reason = f"One time in five it takes longer than {FINISH_DAYS_MAX} days."
    return _Finish(wait_hours=tuple(waits[draw] for draw in draws), done_by=done_by, reason=reason)


def _accuracy_reason(batches: Sequence[MeasuredBatch], known: Accuracy) -> str:
    market = f"the market mean {known.market_mean:.2f}"
    audited = [batch for batch in batches if batch.checked > 0]
    if not audited:
        return (
            f"New here: no measured batch, so only {market} "
            f"(prior version {accuracy.PRIOR_VERSION}) and a wide interval."
        )
    right, checked = (sum(getattr(b, name) for b in audited) for name in ("right", "checked"))
    return (
        f"{_counted(len(audited), 'measured batch', 'measured batches')}, {right:,} of "
        f"{checked:,} gold decisions right ({right / checked:.3f}), older ones weighing less, "
        f"shrunk towards {market}."
    )


def _pace_reason(batches: Sequence[MeasuredBatch], published: Decimal | None) -> str:
    timed = _timed(batches)
    claimed = (
        f"its published pace of {published:,} an hour"
        if published
        else (
            f"a prior of {turnaround.UNITS_PER_HOUR_PRIOR:.0f} an hour "
            f"(version {turnaround.PRIOR_VERSION}), since it has published no pace"
        )
    )
    if not timed:
        return f"Turnaround from {claimed}; none of its batches was timed yet."
    items, hours = sum(b.items for b in timed), sum(b.working_hours for b in timed)
    return (
        f"Turnaround from {_counted(len(timed), 'timed batch', 'timed batches')} at "
        f"{items / hours:,.0f} an hour, shrunk towards {claimed}."
    )


def _price_reason(terms: Terms | None) -> str:
    if terms is None:
        return "It has published no rate for this work."
    return (
        f"Price by its rate card: {terms.setup:,} {terms.currency} and {terms.per_item:,} for "
        f"each of {terms.items:,} items."
    )


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
