"""How many labels of each class every item holds."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks

CLASSES_MAX = 2_000


def tally(
    items: ArrayLike, classes: ArrayLike, *, n_classes: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Count the labels of every item and class that occurs.

    Parameters
    ----------
    items, classes : (n,) whole numbers
        The item and the class of each label, in any order.
    n_classes : int
        How many classes there are, at most 2,000.

    Returns
    -------
    items, classes, counts : (k,) int32, (k,) int32, (k,) int64
        Sorted by item, then class, each pair once, counts from 1.

    Raises
    ------
    ValueError
        If lengths differ, a number is negative, or a class is not below `n_classes`.

    """
    checks.bounded(n_classes, name="n_classes", low=0, high=CLASSES_MAX)
    rows = checks.indices(items, name="items", below=checks.INDEX_MAX)
    kinds = checks.indices(classes, name="classes", below=n_classes, length=len(rows))
    width = max(n_classes, 1)
    pairs, counts = np.unique(rows.astype(np.int64) * width + kinds, return_counts=True)
    return (
        (pairs // width).astype(np.int32),
        (pairs % width).astype(np.int32),
        counts.astype(np.int64),
    )


def class_counts(
    items: ArrayLike, classes: ArrayLike, *, n_classes: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Labels of every class, and items that hold at least one.

    Parameters
    ----------
    items, classes, n_classes
        As in `tally`.

    Returns
    -------
    labels, items : (n_classes,) int64, (n_classes,) int64
        0 for a class that never occurs.

    Raises
    ------
    ValueError
        As `tally`.

    """
    _, kinds, counts = tally(items, classes, n_classes=n_classes)
    labels = np.zeros(n_classes, dtype=np.int64)
    np.add.at(labels, kinds, counts)
    return labels, np.bincount(kinds, minlength=n_classes).astype(np.int64)
