"""How unevenly the labels of a class are spread over the items."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.checks import CLASSES_MAX, ITEMS_MAX

LABELS_MAX = 1 << 31
BUCKETS_MAX = 1 << 12

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Density(NamedTuple):
    """One entry per class of each measure; `density` says what they mean."""

    histogram: Ints
    largest: Ints
    top_share: Floats
    gini: Floats
    effective: Floats


def density(
    classes: ArrayLike, counts: ArrayLike, *, n_classes: int, n_items: int, buckets: int
) -> Density:
    """Spread of every class over all items.

    Parameters
    ----------
    classes, counts : (k,) whole numbers
        One entry for each item and class that occurs, as `tally` gives them, in any order:
        the class and how many labels of it that item holds (at least 1).
    n_classes, n_items : int
        All classes (at most 2,000) and all items (at most 2**30), the empty ones included.
    buckets : int
        Length of a histogram, at least 2; its last bucket also takes all larger counts.

    Returns
    -------
    histogram : (n_classes, buckets) int64
        Items that hold exactly 0, 1, 2, … labels; the last bucket "that many or more".
    largest : (n_classes,) int64
        Most labels on one item.
    top_share : (n_classes,) float64
        Share of a class's labels that its fullest item holds.
    gini : (n_classes,) float64
        Gini coefficient over all items, zeros included: 0 when all hold the same,
        (n_items - 1) / n_items when one holds everything.
    effective : (n_classes,) float64
        1 / sum of p squared, p the share of each item: over how many items the class
        would be spread if evenly.

    A class without labels has largest 0 and 0.0 three times.

    Raises
    ------
    ValueError
        If lengths differ, a number is out of bounds, a class names more items than there are,
        or there are more than 2**31 labels.

    Notes
    -----
    All sums are 64-bit integers, so the order of the entries cannot change a bit. With counts
    x(1) <= … <= x(n): gini = (2 sum i x(i) - (n + 1) sum x) / (n sum x) [1]_. The one division
    and its two conversions keep every share within 4e-16 relative error.

    References
    ----------
    .. [1] Dixon et al., "Bootstrapping the Gini coefficient of inequality", Ecology 68, 1987.

    """
    checks.bounded(n_classes, name="n_classes", low=0, high=CLASSES_MAX)
    checks.bounded(n_items, name="n_items", low=0, high=ITEMS_MAX)
    checks.bounded(buckets, name="buckets", low=2, high=BUCKETS_MAX)
    kinds = checks.indices(classes, name="classes", below=n_classes)
    amounts = checks.indices(counts, name="counts", below=checks.INDEX_MAX, length=len(kinds))
    if amounts.size and (amounts.min() < 1 or amounts.sum(dtype=np.int64) > LABELS_MAX):
        raise ValueError(f"counts must be at least 1 and sum to at most {LABELS_MAX}")
    present = np.bincount(kinds, minlength=n_classes)
    if present.size and present.max() > n_items:
        raise ValueError(f"a class names more items than the {n_items} there are")
    # One number holds class and count, so that plain numbers are sorted and nothing is looked up.
    keys = np.sort((kinds.astype(np.int64) << 32) | amounts)
    histogram = np.zeros((n_classes, buckets), dtype=np.int64)
    histogram[:, 0] = n_items - present
    largest = np.zeros(n_classes, dtype=np.int64)
    shares = np.zeros((3, n_classes))
    _density(keys, present, n_items, histogram, largest, shares)
    return Density(histogram, largest, shares[0], shares[1], shares[2])


def warm() -> None:
    one = np.ones(1, dtype=np.int32)
    density(one, one, n_classes=2, n_items=1, buckets=2)


@njit(cache=True, nogil=True)
def _density(
    keys: Ints,
    present: Ints,
    n_items: int,
    histogram: Ints,
    largest: Ints,
    shares: Floats,
) -> None:
    at = 0
    for c in range(len(present)):
        if present[c] == 0:
            continue
        total, squares, ranked = 0, 0, 0
        rank = n_items - present[c]
        for _ in range(present[c]):
            count = keys[at] & 0xFFFFFFFF
            at += 1
            rank += 1
            total += count
            squares += count * count
            ranked += rank * count
            histogram[c, min(count, histogram.shape[1] - 1)] += 1
        largest[c] = keys[at - 1] & 0xFFFFFFFF
        shares[0, c] = largest[c] / total
        shares[1, c] = (2 * ranked - (n_items + 1) * total) / (n_items * total)
        shares[2, c] = float(total) * float(total) / squares
