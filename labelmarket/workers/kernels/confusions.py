"""Which class was given where which was true, for items that hold one class or several."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.checks import CLASSES_MAX
from labelmarket.workers.kernels.counts import tally
from labelmarket.workers.kernels.scores import Outcomes

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]


class MultilabelCounts(NamedTuple):
    """Outcomes of each class, and the items on which all classes were right."""

    outcomes: Outcomes
    right: int


def confusion(truth: ArrayLike, given: ArrayLike, *, n_classes: int) -> NDArray[np.int64]:
    """Count the items of each true class by the class they were given.

    Parameters
    ----------
    truth, given : (n,) whole numbers
        The true class of each item and the one it was given.
    n_classes : int
        How many classes there are, at most 2,000.

    Returns
    -------
    (n_classes, n_classes) int64
        Rows are true classes, columns given ones; the diagonal is right. Tables of different
        items may be added.

    Raises
    ------
    ValueError
        If lengths differ, or a number is not from 0 to before `n_classes`.

    """
    checks.bounded(n_classes, name="n_classes", low=0, high=CLASSES_MAX)
    right = checks.indices(truth, name="truth", below=n_classes)
    told = checks.indices(given, name="given", below=n_classes, length=len(right))
    table = np.zeros((n_classes, n_classes), dtype=np.int64)
    _confusion(right, told, table)
    return table


def multilabel_counts(
    *,
    truth_items: ArrayLike,
    truth_classes: ArrayLike,
    items: ArrayLike,
    classes: ArrayLike,
    n_items: int,
    n_classes: int,
) -> MultilabelCounts:
    """Compare the classes of items that may hold several, or none.

    Parameters
    ----------
    truth_items, truth_classes : (n,) whole numbers
        One entry for each class that an item truly holds, in any order; repetitions count once.
    items, classes : (m,) whole numbers
        The classes that were given, likewise.
    n_items, n_classes : int
        All compared items, those without a class included (at most 2**30), and all classes (at
        most 2,000).

    Returns
    -------
    outcomes : Outcomes
        Per class: items where it is true and given, given only, true only.
    right : int
        Items whose given classes are exactly the true ones.

    Raises
    ------
    ValueError
        If lengths differ, or a number is not from 0 to before its limit.

    """
    checks.bounded(n_items, name="n_items", low=0, high=checks.ITEMS_MAX)
    checks.indices(truth_items, name="truth_items", below=n_items)
    checks.indices(items, name="items", below=n_items)
    true = tally(truth_items, truth_classes, n_classes=n_classes)
    told = tally(items, classes, n_classes=n_classes)
    found = np.zeros((3, n_classes), dtype=np.int64)
    wrong = _compare(true[0], true[1], told[0], told[1], found)
    return MultilabelCounts(Outcomes(found[0], found[1], found[2]), n_items - int(wrong))


def warm() -> None:
    one = np.zeros(1, dtype=np.int32)
    confusion(one, one, n_classes=1)
    multilabel_counts(
        truth_items=one, truth_classes=one, items=one, classes=one, n_items=1, n_classes=1
    )


@njit(cache=True, nogil=True)
def _confusion(truth: Int32s, given: Int32s, table: Int64s) -> None:
    for i in range(len(truth)):
        table[truth[i], given[i]] += 1


@njit(cache=True, nogil=True)
def _compare(
    true_items: Int32s, true_classes: Int32s, items: Int32s, classes: Int32s, found: Int64s
) -> int:
    """Walk both sorted lists at once; give how many items differ."""
    i, j, wrong, last = 0, 0, 0, -1
    while i < len(true_items) or j < len(items):
        side = 0
        if j == len(items):
            side = -1
        elif i == len(true_items):
            side = 1
        elif true_items[i] != items[j]:
            side = -1 if true_items[i] < items[j] else 1
        elif true_classes[i] != classes[j]:
            side = -1 if true_classes[i] < classes[j] else 1
        item = items[j] if side > 0 else true_items[i]
        kind = classes[j] if side > 0 else true_classes[i]
        found[0 if side == 0 else (1 if side > 0 else 2), kind] += 1
        if side != 0 and item != last:
            wrong += 1
            last = item
        i += side <= 0
        j += side >= 0
    return wrong
