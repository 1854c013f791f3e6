"""In which order to recommend providers, by what the customer cares about and nothing else.

A score depends on one provider's estimate and on fixed scales, never on who else is
in the list: whoever leaves or joins, two providers keep their order.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Final
from uuid import UUID

from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.values import Priority, Terms

SCALES_VERSION: Final = 1
"""Raised with every change of a scale below, so that an old ranking can be recomputed."""
VALUE_MAX: Final = 3.0
SCORE_DIGITS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean and the central 90 % around it."""

    low: float
    mean: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEstimate:
    """What a provider is expected to do with one order.

    `accuracy` lies in (0, 1); `hours` are working hours. `done_by` is kept four times
    in five; None when no working hours are known or the work takes too long. The draws
    are equally likely values: of the provider's long-run accuracy, and of the hours by
    the clock on the wall until the work is done. `reasons` say in words what this rests on.
    """

    provider_id: UUID
    accuracy: Interval
    hours: Interval
    price: Terms | None
    done_by: datetime | None
    accuracy_draws: tuple[float, ...]
    wait_hours_draws: tuple[float, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The fixed yardstick of a task type: what counts as 0, and what as one step.

    An accuracy with `error_ref` errors, a price of `item_price_ref` for an item, and a
    wait of `wait_hours_ref` plus `thousand_hours_ref` for each 1,000 items are worth 0.
    Halving one of them is worth 1.
    """

    error_ref: float
    item_price_ref: float
    wait_hours_ref: float = 24.0
    thousand_hours_ref: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """How far one priority lifts a provider above the mean of those ranked with it."""

    priority: Priority
    weight: float
    value: float
    contribution: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A provider's place; `rank` and `score` are None when it could not be ranked."""

    provider_id: UUID
    rank: int | None
    score: float | None
    contributions: tuple[Contribution, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Valued:
    """One provider's worth by each priority, and what its place follows from."""

    provider_id: UUID
    value: Mapping[Priority, float]
    score: float
    tie: bytes


DEFAULT_SCALE: Final = Scale(error_ref=0.08, item_price_ref=0.10, thousand_hours_ref=24.0)
SCALES: Final[Mapping[str, Scale]] = MappingProxyType(
    {
        "image_classification": Scale(error_ref=0.05, item_price_ref=0.03, thousand_hours_ref=6.0),
        "semantic_segmentation": Scale(
            error_ref=0.10, item_price_ref=1.00, thousand_hours_ref=96.0
        ),
        "instance_segmentation": Scale(
            error_ref=0.10, item_price_ref=0.80, thousand_hours_ref=96.0
        ),
        "translation": Scale(error_ref=0.08, item_price_ref=2.00, thousand_hours_ref=96.0),
        "lidar_cuboids": Scale(error_ref=0.10, item_price_ref=2.00, thousand_hours_ref=120.0),
    }
)
CURRENCY_SIZES: Final[Mapping[str, float]] = MappingProxyType(
    {"INR": 100, "JPY": 100, "KES": 100, "PHP": 100, "NGN": 1_000, "KRW": 1_000}
    | {"COP": 1_000, "IDR": 10_000, "VND": 10_000}
)
"""How many units of a currency are written where others write one: a power of ten, no
exchange rate. It only keeps prices inside the scale; prices are never converted."""


def roc_weights(ranking: Sequence[Collection[Priority]]) -> dict[Priority, float]:
    """Turn a ranking, tied priorities standing together, into weights that sum to 1.

    Rank-order centroid: place i of n weighs (1/n)·Σ 1/k for k from i to n, as in SMARTER
    (Edwards and Barron, 1994). Tied priorities share the mean of their places. Those
    that the ranking leaves out share the last places.
    """
    named = [priority for tier in ranking for priority in tier]
    if len(set(named)) != len(named):
        raise InvalidInput("a priority stands in one place only", path=("priorities",))
    rest = [priority for priority in Priority if priority not in named]
    n = len(Priority)
    places = [sum(1 / k for k in range(place, n + 1)) / n for place in range(1, n + 1)]
    weights: dict[Priority, float] = {}
    for tier in (*ranking, rest):
        shared = places[len(weights) : len(weights) + len(tier)]
        weights |= {priority: math.fsum(shared) / len(tier) for priority in tier}
    return weights


def recommend(
    estimates: Sequence[ProviderEstimate],
    weights: Mapping[Priority, float],
    *,
    task_type: str,
    currency: str,
    project_id: UUID,
) -> tuple[Recommendation, ...]:
    """Rank providers by the expected weighted value of their estimates, best first.

    Whoever has no quote in the currency or no date is listed last, unranked, and told
    why. Equal scores are ordered by a hash of provider and project, so that no name
    wins every tie.
    """
    scale = SCALES.get(task_type, DEFAULT_SCALE)
    problems = {e.provider_id: _problem(e, currency=currency) for e in estimates}
    valued = [
        _valued(e, weights, scale=scale, project_id=project_id)
        for e in estimates
        if not problems[e.provider_id]
    ]
    means = {p: _mean(each.value[p] for each in valued) for p in Priority}
    ranked = (
        _ranked(each, rank=rank, means=means, weights=weights)
        for rank, each in enumerate(sorted(valued, key=lambda v: (-v.score, v.tie)), start=1)
    )
    unranked = (
        Recommendation(
            provider_id=provider_id, rank=None, score=None, contributions=(), reasons=(problem,)
        )
        for provider_id, problem in problems.items()
        if problem
    )
    return (*ranked, *unranked)


def _problem(estimate: ProviderEstimate, *, currency: str) -> str:
    """Say why an estimate cannot be ranked; nothing when it can."""
    if estimate.price is None:
        return "Not ranked: it has published no rate for this work."
    if estimate.price.currency != currency:
        return f"Not ranked: its rate is in {estimate.price.currency}, the order in {currency}."
    if not estimate.wait_hours_draws:
        return "Not ranked: it is not known when the work would be done."
    return ""


def _valued(
    estimate: ProviderEstimate,
    weights: Mapping[Priority, float],
    *,
    scale: Scale,
    project_id: UUID,
) -> _Valued:
    value = _values(estimate, scale=scale)
    return _Valued(
        provider_id=estimate.provider_id,
        value=value,
        score=round(math.fsum(weights[p] * value[p] for p in Priority), SCORE_DIGITS),
        tie=sha256(estimate.provider_id.bytes + project_id.bytes).digest(),
    )


def _values(estimate: ProviderEstimate, *, scale: Scale) -> dict[Priority, float]:
    terms = estimate.price
    assert terms is not None, "only quoted providers are ranked"
    items = max(terms.items, 1)
    item_price_ref = scale.item_price_ref * CURRENCY_SIZES.get(terms.currency, 1)
    wait_ref = scale.wait_hours_ref + scale.thousand_hours_ref * items / 1_000
    return {
        Priority.PRICE: _halvings(float(terms.total) / items, ref=item_price_ref),
        Priority.ACCURACY: _mean(
            _halvings(1 - accuracy, ref=scale.error_ref) for accuracy in estimate.accuracy_draws
        ),
        Priority.SPEED: _mean(_halvings(wait, ref=wait_ref) for wait in estimate.wait_hours_draws),
    }


def _halvings(amount: float, *, ref: float) -> float:
    """Count how often `ref` is halved to give `amount`, within ±`VALUE_MAX`."""
    if amount <= 0:
        return VALUE_MAX
    return max(-VALUE_MAX, min(VALUE_MAX, -math.log2(amount / ref)))


def _ranked(
    valued: _Valued,
    *,
    rank: int,
    means: Mapping[Priority, float],
    weights: Mapping[Priority, float],
) -> Recommendation:
    parts = (
        Contribution(
            priority=p,
            weight=weights[p],
            value=valued.value[p],
            contribution=weights[p] * (valued.value[p] - means[p]),
        )
        for p in Priority
    )
    ordered = tuple(sorted(parts, key=lambda part: -part.contribution))
    return Recommendation(
        provider_id=valued.provider_id,
        rank=rank,
        score=valued.score,
        contributions=ordered,
        reasons=tuple(_sentence(part) for part in ordered),
    )


def _sentence(part: Contribution) -> str:
    name = part.priority.value.capitalize()
    if abs(part.contribution) < 0.005:
        return f"{name} is at the mean of those ranked (weight {part.weight:.2f})."
    side = "above" if part.contribution > 0 else "below"
    return (
        f"{name} puts it {abs(part.contribution):.2f} {side} the mean of those ranked "
        f"(weight {part.weight:.2f})."
    )


def _mean(values: Iterable[float]) -> float:
    """Average values without rounding by their order; 0 of none."""
    given = list(values)
    return math.fsum(given) / len(given) if given else 0.0
