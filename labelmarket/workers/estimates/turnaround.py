"""How long a provider takes: log-normal hours, shrunk towards the market.

    Y = log(working hours per 1,000 items) of a batch  ~ N(c + μ, σ²)
    a provider's μ ~ N(M, τ²),   the market's M ~ N(0, 0.3²)

c is the logarithm of the hours by the pace that the provider publishes, so μ says how
much longer it really takes, and M how much longer is usual in the market. σ² is pooled
over providers with a prior of 4 degrees of freedom at 0.5², τ² is the estimate of
DerSimonian and Laird (1986) blended with a prior of 4 degrees of freedom at 0.4², at
least 0.02. The next batch is predicted by Student's t with σ²'s degrees of freedom.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from labelmarket.workers.estimates.distributions import Floats, student_quantiles

PRIOR_VERSION: Final = 1
UNITS_PER_HOUR_PRIOR: Final = 100.0
"""The pace that is taken when a provider has published none, with a wide prior."""

_FREEDOM_PRIOR: Final = 4.0
_SIGMA2_PRIOR: Final = 0.5**2
_TAU2_PRIOR: Final = 0.4**2
_TAU2_MIN: Final = 0.02
_MARKET2_PRIOR: Final = 0.3**2
_UNPUBLISHED2: Final = 0.7**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What is known of a provider's pace: `hours` per 1,000 items of each measured batch.

    `weights` are by age, at most 1, as long as `hours`.
    """

    published_units_per_hour: float | None
    hours: Floats
    weights: Floats

    @property
    def center(self) -> float:
        return math.log(1_000 / (self.published_units_per_hour or UNITS_PER_HOUR_PRIOR))

    @property
    def prior_extra(self) -> float:
        return 0.0 if self.published_units_per_hour else _UNPUBLISHED2


@dataclass(frozen=True, slots=True)
class _Measured:
    """Weighted count, mean and sum of squares of a provider's Y - c."""

    count: float
    mean: float
    squares: float
    freedom: float


def predict_hours(
    paces: Sequence[Pace], *, items: int, levels: Floats
) -> tuple[tuple[float, ...], ...]:
    """Predict quantiles of the working hours for `items`, for each provider."""
    measured = [_measure(pace) for pace in paces]
    freedom = _FREEDOM_PRIOR + sum(each.freedom for each in measured)
    squares = _FREEDOM_PRIOR * _SIGMA2_PRIOR + sum(each.squares for each in measured)
    sigma2 = squares / freedom
    tau2 = _between(measured, sigma2=sigma2)
    priors = [tau2 + pace.prior_extra for pace in paces]
    market, market2 = _market(measured, priors, sigma2=sigma2)
    quantiles = student_quantiles(levels, freedom=freedom)
    predicted = []
    for pace, each, prior2 in zip(paces, measured, priors, strict=True):
        own2 = 1 / (each.count / sigma2 + 1 / prior2)
        shrink = own2 / prior2
        mean = pace.center + shrink * market + (1 - shrink) * each.mean
        spread = math.sqrt(own2 + shrink**2 * market2 + sigma2)
        hours = np.exp(mean + spread * quantiles) * items / 1_000
        predicted.append(tuple(float(value) for value in hours))
    return tuple(predicted)


def _measure(pace: Pace) -> _Measured:
    count = float(pace.weights.sum())
    if count == 0:
        return _Measured(0.0, 0.0, 0.0, 0.0)
    excess = np.log(pace.hours) - pace.center
    mean = float(pace.weights @ excess) / count
    squares = float(pace.weights @ (excess - mean) ** 2)
    return _Measured(count, mean, squares, count - float(pace.weights @ pace.weights) / count)


def _between(measured: Sequence[_Measured], *, sigma2: float) -> float:
    """Estimate the variance between providers from those that have been measured."""
    known = [each for each in measured if each.count > 0]
    if len(known) < 2:
        return _TAU2_PRIOR
    weights = np.array([each.count / sigma2 for each in known])
    means = np.array([each.mean for each in known])
    total = weights.sum()
    excess = float(weights @ (means - weights @ means / total) ** 2) - (len(known) - 1)
    moment = max(0.0, excess / float(total - weights @ weights / total))
    own = len(known) - 1
    blended = (own * moment + _FREEDOM_PRIOR * _TAU2_PRIOR) / (own + _FREEDOM_PRIOR)
    return max(_TAU2_MIN, blended)


def _market(
    measured: Sequence[_Measured], priors: Sequence[float], *, sigma2: float
) -> tuple[float, float]:
    """Give the mean and the variance of M after what was measured."""
    weights = [
        1 / (sigma2 / each.count + prior2) if each.count > 0 else 0.0
        for each, prior2 in zip(measured, priors, strict=True)
    ]
    precision = math.fsum(weights) + 1 / _MARKET2_PRIOR
    weighted = math.fsum(w * each.mean for w, each in zip(weights, measured, strict=True))
    return weighted / precision, 1 / precision
