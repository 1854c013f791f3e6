"""How many labels of each class every item holds."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.checks import CLASSES_MAX

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]

SPARSE_FROM = 1 << 16
"""Item numbers may exceed four times the labels by this much before they are made dense."""


class HeldByItem(NamedTuple):
    """Labels gathered by item: the classes of item i stand from starts[i] to starts[i + 1], sorted.

    `names` gives the number of each item where the items were made dense, else None.
    """

    starts: Int64s
    classes: Int32s
    names: Int32s | None


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
    held = by_item(*labels(items, classes, n_classes=n_classes), n_classes=n_classes)
    sorted_ = np.empty(len(held.classes), dtype=np.int32)
    places = np.empty(len(held.classes), dtype=np.int32)
    counts = np.empty(len(held.classes), dtype=np.int64)
    found = _tally(held.starts, held.classes, places, sorted_, counts)
    rows = places[:found]
    if held.names is not None:
        rows = held.names[rows]
    return rows.copy(), sorted_[:found].copy(), counts[:found].copy()


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
    found = np.zeros(n_classes, dtype=np.int64)
    np.add.at(found, kinds, counts)
    return found, np.bincount(kinds, minlength=n_classes).astype(np.int64)


def labels(items: ArrayLike, classes: ArrayLike, *, n_classes: int) -> tuple[Int32s, Int32s]:
    """Give the checked item and class of each label."""
    checks.bounded(n_classes, name="n_classes", low=0, high=CLASSES_MAX)
    rows = checks.indices(items, name="items", below=checks.INDEX_MAX)
    return rows, checks.indices(classes, name="classes", below=n_classes, length=len(rows))


def by_item(items: Int32s, classes: Int32s, *, n_classes: int) -> HeldByItem:
    """Gather checked labels by item, with counting sorts: 8 bytes for each label and item."""
    names, rows = None, items
    if len(items) and int(items.max()) > 4 * len(items) + SPARSE_FROM:
        names, inverse = np.unique(items, return_inverse=True)
        rows = checks.frozen(inverse.astype(np.int32))
    starts = np.zeros(int(rows.max()) + 2 if len(rows) else 1, dtype=np.int64)
    held = np.empty(len(classes), dtype=np.int32)
    _gather(rows, classes, n_classes, starts, held)
    return HeldByItem(checks.frozen(starts), checks.frozen(held), names)


def warm() -> None:
    zero = np.zeros(1, dtype=np.int32)
    class_counts(zero, zero, n_classes=1)


@njit(cache=True, nogil=True)
def _gather(items: Int32s, classes: Int32s, n_classes: int, starts: Int64s, held: Int32s) -> None:
    """Sort by class, then by item, both times without moving equals past each other."""
    begins = np.zeros(n_classes + 1, dtype=np.int64)
    for i in range(len(items)):
        begins[classes[i] + 1] += 1
        starts[items[i] + 1] += 1
    for kind in range(n_classes):
        begins[kind + 1] += begins[kind]
    for item in range(1, len(starts)):
        starts[item] += starts[item - 1]
    by_class = np.empty(len(items), dtype=np.int32)
    for i in range(len(items)):
        by_class[begins[classes[i]]] = items[i]
        begins[classes[i]] += 1
    at = 0
    for kind in range(n_classes):
        # Filling moved each beginning to the end of its class, and moves each start likewise.
        while at < begins[kind]:
            item = by_class[at]
            held[starts[item]] = kind
            starts[item] += 1
            at += 1
    for item in range(len(starts) - 1, 0, -1):
        starts[item] = starts[item - 1]
    starts[0] = 0


@njit(cache=True, nogil=True)
def _tally(starts: Int64s, held: Int32s, items: Int32s, classes: Int32s, counts: Int64s) -> int:
    found = 0
    for item in range(len(starts) - 1):
        for at in range(starts[item], starts[item + 1]):
            if at > starts[item] and held[at] == held[at - 1]:
                counts[found - 1] += 1
            else:
                items[found], classes[found], counts[found] = item, held[at], 1
                found += 1
    return found
