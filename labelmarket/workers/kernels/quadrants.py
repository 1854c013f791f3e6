"""Whether the labels of a class prefer a quarter of the image."""

from math import erfc, exp, lgamma, log, pi, sqrt
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks

EXACT_MAX = 40
"""Up to so many labels every way to lay them is added up; above, the limit distribution serves."""

LABELS_MAX = 1 << 31

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class QuadrantTest(NamedTuple):
    """One entry for each class of each measure; `quadrant_test` says what they mean."""

    fullest: Ints
    share: Floats
    statistic: Floats
    p: Floats
    p_holm: Floats


def quadrant_test(quadrants: ArrayLike) -> QuadrantTest:
    """Test of every class whether its labels fall into the four quarters alike.

    Parameters
    ----------
    quadrants : (n, 2, 2) whole numbers
        Labels of each class whose centres lie in the quarters, rows from top to bottom.

    Returns
    -------
    fullest : (n,) int64
        The quarter that holds most: 0 top left, 1 top right, 2 bottom left, 3 bottom right; the
        first of equals.
    share : (n,) float64
        What share of the labels that is: how large the preference is, which no p tells.
    statistic : (n,) float64
        G = 2 sum of count * ln(count / expected) [1]_, the expected count a quarter of all.
    p : (n,) float64
        How probable so large a G is, if all quarters are alike.
    p_holm : (n,) float64
        The same, corrected for having asked of many classes (Holm [2]_): the chance of even one
        false alarm stays below any level that these are compared with.

    A class without labels has fullest 0, share 0, statistic 0, p 1, and does not count as asked.

    Raises
    ------
    ValueError
        If the shape is wrong, a count is negative, or a class has more than 2**31 labels.

    Notes
    -----
    Up to 40 labels p is the exact sum over all ways to lay them, within 1e-11; above, the
    chi-squared distribution with three degrees of freedom.

    References
    ----------
    .. [1] Sokal and Rohlf, "Biometry", 3rd edition, 1995, chapter 17.
    .. [2] Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal
       of Statistics 6, 1979.

    """
    counts = np.asarray(quadrants)
    if counts.size == 0:
        counts = np.zeros((0, 2, 2), dtype=np.int64)
    if counts.ndim != 3 or counts.shape[1:] != (2, 2) or counts.dtype.kind not in "iu":
        raise ValueError("quadrants must be whole numbers of shape (n, 2, 2)")
    table = np.ascontiguousarray(counts.reshape(-1, 4), dtype=np.int64)
    if (table < 0).any() or (table.sum(axis=1, dtype=np.float64) > LABELS_MAX).any():
        raise ValueError(f"quadrants must hold counts from 0, at most {LABELS_MAX} for a class")
    total = table.sum(axis=1)
    statistic, p = np.zeros(len(table)), np.ones(len(table))
    _test(checks.frozen(table), statistic, p)
    return QuadrantTest(
        fullest=table.argmax(axis=1).astype(np.int64),
        share=table.max(axis=1, initial=0) / np.maximum(total, 1),
        statistic=statistic,
        p=p,
        p_holm=_holm(p, asked=total > 0),
    )


def warm() -> None:
    quadrant_test([[[1, 0], [0, 0]], [[EXACT_MAX, 1], [0, 0]]])


def _holm(p: Floats, *, asked: NDArray[np.bool_]) -> Floats:
    """Multiply the least by how many there are, the next by one less, …, and never fall back."""
    places = np.flatnonzero(asked)
    places = places[np.argsort(p[places], kind="stable")]
    corrected = np.ones(len(p))
    raised = p[places] * np.arange(len(places), 0, -1)
    corrected[places] = np.minimum(np.maximum.accumulate(raised), 1.0)
    return corrected


@njit(cache=True, nogil=True)
def _test(table: Ints, statistic: Floats, p: Floats) -> None:
    for i in range(len(table)):
        total, summed = 0, 0.0
        for count in table[i]:
            total += count
            summed += _x_log_x(float(count))
        if total == 0:
            continue
        # Rounding may leave even quarters a little below nothing.
        g = max(2.0 * (summed - total * log(total / 4.0)), 0.0)
        statistic[i] = g
        if total <= EXACT_MAX:
            p[i] = _exact(int(total), summed)
        else:
            p[i] = erfc(sqrt(0.5 * g)) + sqrt(2.0 * g / pi) * exp(-0.5 * g)


@njit(cache=True, nogil=True)
def _exact(n: int, observed: float) -> float:
    """Add the probabilities of all ways to lay n labels that are at least as uneven."""
    uneven, orders = np.empty(n + 1), np.empty(n + 1)
    for count in range(n + 1):
        uneven[count] = _x_log_x(float(count))
        orders[count] = lgamma(count + 1.0)
    # Equally uneven ways differ by the rounding of their sums.
    least = observed - 1e-9
    found, whole = 0.0, orders[n] - n * log(4.0)
    for a in range(n + 1):
        for b in range(n + 1 - a):
            for c in range(n + 1 - a - b):
                d = n - a - b - c
                if uneven[a] + uneven[b] + uneven[c] + uneven[d] >= least:
                    found += exp(whole - orders[a] - orders[b] - orders[c] - orders[d])
    return min(found, 1.0)


@njit(cache=True, nogil=True)
def _x_log_x(x: float) -> float:
    return x * log(x) if x > 0.0 else 0.0
