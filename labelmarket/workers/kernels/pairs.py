"""Which classes stand together on an item."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels.counts import tally


def cooccurrence(items: ArrayLike, classes: ArrayLike, *, n_classes: int) -> NDArray[np.int64]:
    """Items that hold both of two classes.

    Parameters
    ----------
    items, classes : (n,) whole numbers
        The item and the class of each label, in any order; repetitions count once.
    n_classes : int
        How many classes there are, at most 2,000.

    Returns
    -------
    (n_classes, n_classes) int64
        Symmetric; the diagonal holds the items of each class. With X the 0/1 matrix of items by
        classes this is the product of X transposed and X, exactly.

    Raises
    ------
    ValueError
        If lengths differ, a number is negative, or a class is not below `n_classes`.

    """
    rows, kinds, _ = tally(items, classes, n_classes=n_classes)
    together = np.zeros((n_classes, n_classes), dtype=np.int64)
    _cooccurrence(rows, kinds, together)
    return together


@njit(cache=True, nogil=True)
def _cooccurrence(
    items: NDArray[np.int32], classes: NDArray[np.int32], together: NDArray[np.int64]
) -> None:
    start = 0
    for i in range(len(items)):
        if items[i] != items[start]:
            start = i
        for j in range(start, i):
            together[classes[i], classes[j]] += 1
            together[classes[j], classes[i]] += 1
        together[classes[i], classes[i]] += 1
