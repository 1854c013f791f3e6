"""The least and the largest of each class, found without sorting the others."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks

KEEP_MAX = 64
NONE = -1

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Rows = NDArray[np.int32]


def extremes(
    values: ArrayLike, classes: ArrayLike, ties: ArrayLike, *, n_classes: int, keep: int
) -> tuple[Ints, Ints]:
    """Rows with the smallest and with the largest values of each class.

    Parameters
    ----------
    values : (n,) float64
        What is compared; a row whose value is NaN has no part in it.
    classes : (n,) whole numbers
        The class of each row.
    ties : (n, m) int64
        Settles between equal values by its columns from the left, the smaller first. Rows that
        are equal in all of them are taken for the same.
    n_classes, keep : int
        Classes (at most 2,000) and how many rows to give at each end (at most 64).

    Returns
    -------
    least, largest : (n_classes, keep) int64
        Rows from the end inwards, -1 behind the last. They depend on the values and ties alone,
        not on the order of the rows, so the extremes of parts hold the extremes of the whole.

    Raises
    ------
    ValueError
        If lengths differ or a number is out of bounds.

    Notes
    -----
    One pass; a row that is no new extreme costs two comparisons.

    """
    checks.bounded(n_classes, name="n_classes", low=0, high=checks.CLASSES_MAX)
    checks.bounded(keep, name="keep", low=1, high=KEEP_MAX)
    compared = np.ascontiguousarray(values, dtype=np.float64)
    kinds = checks.indices(classes, name="classes", below=n_classes)
    settled = np.ascontiguousarray(ties, dtype=np.int64)
    if compared.shape != (len(kinds),):
        raise ValueError(f"values must be a vector of {len(kinds)} numbers")
    if settled.ndim != 2 or len(settled) != len(kinds):
        raise ValueError(f"ties must have {len(kinds)} rows")
    least = np.full((n_classes, keep), NONE, dtype=np.int64)
    largest = np.full((n_classes, keep), NONE, dtype=np.int64)
    _extremes(checks.frozen(compared), kinds, checks.frozen(settled), least, largest)
    return least, largest


def warm() -> None:
    one = np.zeros((1, 1), dtype=np.int64)
    extremes(np.zeros(1), np.zeros(1, np.int32), one, n_classes=1, keep=1)


@njit(cache=True, nogil=True)
def _extremes(values: Floats, classes: Rows, ties: Ints, least: Ints, largest: Ints) -> None:
    for row in range(len(values)):
        if not np.isnan(values[row]):
            _take(row, 1.0, values, ties, least[classes[row]])
            _take(row, -1.0, values, ties, largest[classes[row]])


@njit(cache=True, nogil=True)
def _take(row: int, sign: float, values: Floats, ties: Ints, kept: Ints) -> None:
    """Put a row into its place among those kept; the last of them falls out."""
    place = len(kept)
    while place > 0 and (kept[place - 1] < 0 or _sooner(row, kept[place - 1], sign, values, ties)):
        place -= 1
        if place + 1 < len(kept):
            kept[place + 1] = kept[place]
    if place < len(kept):
        kept[place] = row


@njit(cache=True, nogil=True)
def _sooner(one: int, other: int, sign: float, values: Floats, ties: Ints) -> bool:
    if values[one] != values[other]:
        return bool(sign * values[one] < sign * values[other])
    for column in range(ties.shape[1]):
        if ties[one, column] != ties[other, column]:
            return bool(ties[one, column] < ties[other, column])
    return False
