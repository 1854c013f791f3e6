"""How accurate a provider is: a beta-binomial hierarchy, summed over a grid.

    right in a batch   x ~ BetaBin(n, θφ, (1-θ)φ)
    a provider         θ ~ Beta(mκ, (1-m)κ)
    the market         logit m ~ N(2.2, 1), log κ ~ N(3, 1), log φ ~ N(4, 1)

φ says how alike the labels of one batch are, which makes 1,000 labels of one batch
tell less than 1,000 labels of ten. Nothing is plugged in: m, κ and φ are summed over,
so that what is not known widens the intervals. The last line is the prior, version
`PRIOR_VERSION`; it is all that is known of a provider without measured batches.
Accuracies beyond the grid, below .0025 and above .99995, are counted at its ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from labelmarket.domain.ranking import Interval
from labelmarket.workers.estimates.distributions import (
    Floats,
    grid_quantiles,
    log_gamma,
    slice_middles,
)

PRIOR_VERSION: Final = 1
LEVELS: Final = (0.05, 0.95)

_EVIDENCE_MIN: Final = float(np.finfo(np.float64).tiny)
"""Stands for markets in which what a provider did is all but impossible."""


@dataclass(frozen=True, slots=True)
class Audits:
    """A provider's measured batches, newest first, weighted by age; equally long arrays.

    Weighted counts stay in proportion: a batch at half weight counts as half as many
    decisions, of which half as many were right.
    """

    right: Floats
    checked: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """The posterior of one provider.

    The interval's mean is that of θ, the long-run accuracy; its ends are those of the
    *next batch*, which is what a customer will see. The draws are of θ.
    """

    interval: Interval
    draws: tuple[float, ...]
    market_mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """The points that are summed over, and what does not depend on any data.

    `provider` (hyper, theta): masses of θ for each pair of m and κ. `hyper` (hyper, phi):
    log prior masses. `batch` (theta times phi, theta): masses of the next batch's
    accuracy for each pair of theta and phi.
    """

    logits: Floats
    theta: Floats
    phi: Floats
    market: Floats
    provider: Floats
    hyper: Floats
    batch: Floats


def estimate_accuracy(audits: Sequence[Audits]) -> tuple[Accuracy, ...]:
    """Estimate all providers of one task type together.

    The grid is made once in a process and takes 8 MB.
    """
    grid = _grid()
    likelihoods = [_likelihood(audit, grid=grid) for audit in audits]
    evidence = [np.maximum(grid.provider @ each, _EVIDENCE_MIN) for each in likelihoods]
    log_hyper = grid.hyper + sum(np.log(each) for each in evidence)
    hyper = np.exp(log_hyper - log_hyper.max())
    hyper /= hyper.sum()
    market_mean = float(hyper.sum(axis=1) @ grid.market)
    joint = np.stack(
        [
            grid.provider.T @ (hyper / each) * likelihood
            for likelihood, each in zip(likelihoods, evidence, strict=True)
        ]
    )
    joint /= joint.sum(axis=(1, 2), keepdims=True)
    next_batch = joint.reshape(len(audits), -1) @ grid.batch
    return tuple(
        _accuracy(theta_mass, batch_mass, grid, market_mean=market_mean)
        for theta_mass, batch_mass in zip(joint.sum(axis=2), next_batch, strict=True)
    )


def _likelihood(audits: Audits, *, grid: _Grid) -> Floats:
    """Give the likelihood of the batches at (theta, phi), up to a constant factor."""
    alpha = grid.theta[:, None, None] * grid.phi[:, None]
    beta = (1 - grid.theta)[:, None, None] * grid.phi[:, None]
    phi = grid.phi[:, None]
    wrong = audits.checked - audits.right
    log = (
        (log_gamma(alpha + audits.right) - log_gamma(alpha)).sum(axis=2)
        + (log_gamma(beta + wrong) - log_gamma(beta)).sum(axis=2)
        - (log_gamma(phi + audits.checked) - log_gamma(phi)).sum(axis=1)
    )
    return np.asarray(np.exp(log - log.max()))


def _accuracy(
    theta_mass: Floats, batch_mass: Floats, grid: _Grid, *, market_mean: float
) -> Accuracy:
    low, high = _accuracies(LEVELS, mass=batch_mass, grid=grid)
    return Accuracy(
        interval=Interval(low=low, mean=float(theta_mass @ grid.theta), high=high),
        draws=_accuracies(slice_middles(), mass=theta_mass, grid=grid),
        market_mean=market_mean,
    )


def _accuracies(
    levels: Floats | tuple[float, ...], *, mass: Floats, grid: _Grid
) -> tuple[float, ...]:
    logits = grid_quantiles(levels, grid=grid.logits, mass=mass)
    return tuple(float(value) for value in 1 / (1 + np.exp(-logits)))


@cache
def _grid() -> _Grid:
    logits = np.linspace(-6.0, 10.0, 321)
    theta = 1 / (1 + np.exp(-logits))
    steps, coarse = np.linspace(-2.5, 2.5, 25), np.linspace(-2.25, 2.25, 9)
    market = 1 / (1 + np.exp(-(2.2 + steps)))
    kappa, phi = np.exp(3.0 + coarse), np.exp(4.0 + coarse)
    m, k = (each.ravel() for each in np.meshgrid(market, kappa, indexing="ij"))
    z_m, z_k = (each.ravel() for each in np.meshgrid(steps, coarse, indexing="ij"))
    grid = _Grid(
        logits=logits,
        theta=theta,
        phi=phi,
        market=m,
        provider=_beta_masses(m, k, logits=logits),
        hyper=-(z_m[:, None] ** 2 + z_k[:, None] ** 2 + coarse**2) / 2,
        batch=_beta_masses(theta[:, None], phi, logits=logits).reshape(theta.size * phi.size, -1),
    )
    for array in (logits, theta, phi, m, grid.provider, grid.hyper, grid.batch):
        array.flags.writeable = False
    return grid


def _beta_masses(mean: Floats, total: Floats, *, logits: Floats) -> Floats:
    """Masses of Beta(mean·total, (1-mean)·total) around points that are even in the logit.

    In the logit the density is θ^a(1-θ)^b, without a pole at either end. Beyond the
    points it falls as exp(-b·logit) to the right and exp(a·logit) to the left, and what
    lies there is counted at the outermost points.
    """
    alpha, beta = (mean * total)[..., None], ((1 - mean) * total)[..., None]
    log = -alpha * np.log1p(np.exp(-logits)) - beta * np.log1p(np.exp(logits))
    mass = np.exp(log - log.max(axis=-1, keepdims=True))
    step = logits[1] - logits[0]
    mass[..., :1] *= 0.5 + 1 / (alpha * step)
    mass[..., -1:] *= 0.5 + 1 / (beta * step)
    return np.asarray(mass / mass.sum(axis=-1, keepdims=True))
