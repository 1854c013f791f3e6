"""Margins of a linear model as probabilities that mean what they say."""

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import Floats

STEPS_MAX = 50
MARGIN_MAX = 30.0
"""Beyond this a margin says nothing more: the probability is one but for 1e-13."""

Bools = NDArray[np.bool_]


def fitted(margins: Floats, truth: Bools) -> tuple[float, float]:
    """Fit slope and offset of the logistic curve by the likelihood of what is true.

    Margins and truth are (n,), from examples that the model did not learn from. The targets are
    drawn in from 0 and 1 by the rule of succession (Platt 1999, Lin et al. 2007), so that margins
    that part the truth without a fault stay finite. Newton's steps, at most STEPS_MAX.
    """
    positive = int(truth.sum())
    negative = len(truth) - positive
    targets = np.where(truth, (positive + 1) / (positive + 2), 1 / (negative + 2))
    x = np.clip(margins, -MARGIN_MAX, MARGIN_MAX)
    slope, offset = 0.0, float(np.log((positive + 1) / (negative + 1)))
    loss = _loss(x, targets, slope, offset)
    for _ in range(STEPS_MAX):
        p = _logistic(slope * x + offset)
        weight, pull = p * (1 - p), p - targets
        gradient = np.array([pull @ x, pull.sum()])
        bend = np.array([[weight @ (x * x), weight @ x], [weight @ x, weight.sum()]])
        step = np.linalg.solve(bend + 1e-9 * np.eye(2), gradient)
        size = 1.0
        while (
            size > 1e-6
            and _loss(x, targets, slope - size * step[0], offset - size * step[1]) > loss
        ):
            size /= 2
        slope, offset = slope - size * step[0], offset - size * step[1]
        before, loss = loss, _loss(x, targets, slope, offset)
        if before - loss <= 1e-9 * (1 + abs(loss)):
            break
    return float(slope), float(offset)


def probabilities(margins: Floats, curves: list[tuple[float, float]], *, one_class: bool) -> Floats:
    """Give (n, k) probabilities of (n, k) margins; of one class each, rows sum to one."""
    slopes, offsets = np.array(curves, dtype=np.float64).reshape(-1, 2).T
    found = _logistic(np.clip(margins, -MARGIN_MAX, MARGIN_MAX) * slopes + offsets)
    if one_class:
        found = np.maximum(found, np.finfo(np.float64).tiny)
        found /= found.sum(axis=1, keepdims=True)
    return np.clip(found, 0.0, 1.0)


def _logistic(x: Floats) -> Floats:
    half: Floats = 0.5 * (1.0 + np.tanh(0.5 * x))
    return half


def _loss(x: Floats, targets: Floats, slope: float, offset: float) -> float:
    z = slope * x + offset
    return float((np.logaddexp(0.0, z) - targets * z).sum())
