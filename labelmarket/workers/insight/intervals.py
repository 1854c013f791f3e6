"""Intervals of shares, and of figures that are as sure as a share of so many examples."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

Z = 1.959963984540054
"""Between minus and plus as many standard deviations lie 95 % of a normal distribution."""


def share_interval(shares: ArrayLike, trials: ArrayLike) -> tuple[Floats, Floats]:
    """Give Wilson's 95 % interval of each share (n,) of so many trials (n,); 0 to 1 of none.

    Trials need not be whole. Source: Wilson, "Probable inference, the law of succession, and
    statistical inference", Journal of the American Statistical Association 22, 1927.
    """
    p, n = np.asarray(shares, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    known = n > 0
    n = np.where(known, n, 1.0)
    squared = Z * Z / n
    centre = (p + squared / 2.0) / (1.0 + squared)
    half = Z * np.sqrt(p * (1.0 - p) / n + squared / (4.0 * n)) / (1.0 + squared)
    # Where all or none were right, rounding must not move the end that is known exactly.
    low = np.where(p == 0.0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(p == 1.0, 1.0, np.minimum(centre + half, 1.0))
    return np.where(known, low, 0.0), np.where(known, high, 1.0)


def effective_trials(
    values: Floats, samples: Floats, *, examples: NDArray[np.int64], groups: NDArray[np.int64]
) -> Floats:
    """Give how many independent examples each value (k,) in [0, 1] is as sure as.

    As many as would let a share scatter like the value's `samples` (k, s), NaN where a sample says
    nothing: at least one and at most its `examples` (k,). Where the samples do not scatter at all,
    as many as there are `groups` (k,) of examples that come and go together. Source: Kish, "Survey
    Sampling", 1965, section 8.2.
    """
    there = ~np.isnan(samples)
    times = np.maximum(there.sum(axis=1), 1)
    centre = np.where(there, samples, 0.0).sum(axis=1) / times
    spread = np.where(there, (samples - centre[:, None]) ** 2, 0.0).sum(axis=1) / times
    room = values * (1.0 - values)
    scatter = (spread > 0.0) & (room > 0.0) & (groups > 1)
    like = np.maximum(room / np.where(scatter, spread, 1.0), 1.0)
    return np.where(scatter, np.minimum(like, examples), groups.astype(np.float64))
