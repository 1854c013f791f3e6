"""Precision, recall and F1 from counts: the only place where outcomes become fractions."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Outcomes(NamedTuple):
    """Per class (n,): given and true, given but not true, true but not given. They may be added."""

    hits: Ints
    extra: Ints
    missed: Ints


class ClassScores(NamedTuple):
    """Per class; `class_scores` says what they mean."""

    precision: Floats
    recall: Floats
    f1: Floats


class MeanScores(NamedTuple):
    """Over all classes; `mean_scores` says what they mean."""

    micro_precision: float
    micro_recall: float
    micro_f1: float
    macro_precision: float
    macro_recall: float
    macro_f1: float


def confusion_outcomes(table: ArrayLike) -> Outcomes:
    """Outcomes of each class of a table of confusions.

    Parameters
    ----------
    table : (n, n) whole numbers
        True classes by given ones, as `confusion` makes it.

    Returns
    -------
    Outcomes
        Of (n,) int64 each.

    Raises
    ------
    ValueError
        If the table is not square or holds a negative number.

    """
    counts = np.asarray(table)
    if counts.size == 0:
        counts = np.zeros((0, 0), dtype=np.int64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or counts.dtype.kind not in "iu":
        raise ValueError("table must be a square table of whole numbers")
    if (counts < 0).any():
        raise ValueError("table holds a negative number")
    counts = counts.astype(np.int64)
    hits = np.diagonal(counts).copy()
    return Outcomes(hits, counts.sum(axis=0) - hits, counts.sum(axis=1) - hits)


def accuracy(right: int, *, of: int) -> float:
    """Share of items that are right; NaN of none.

    Raises ValueError if a number is negative or more are right than there are.
    """
    checks.bounded(right, name="right", low=0, high=of)
    return right / of if of else float("nan")


def class_scores(outcomes: Outcomes) -> ClassScores:
    """Precision, recall and their harmonic mean, for each class.

    Parameters
    ----------
    outcomes : Outcomes
        Of (n,) whole numbers each.

    Returns
    -------
    precision : (n,) float64
        hits / (hits + extra); NaN for a class that was never given.
    recall : (n,) float64
        hits / (hits + missed); NaN for a class that is never true.
    f1 : (n,) float64
        2 hits / (2 hits + extra + missed); NaN for a class that is neither.

    Raises
    ------
    ValueError
        If lengths differ or a number is negative.

    """
    hits, extra, missed = _checked(outcomes)
    with np.errstate(invalid="ignore"):
        return ClassScores(
            hits / (hits + extra),
            hits / (hits + missed),
            2 * hits / (2 * hits + extra + missed),
        )


def mean_scores(outcomes: Outcomes) -> MeanScores:
    """Precision, recall and F1 of all classes together.

    Parameters
    ----------
    outcomes : Outcomes
        Of (n,) whole numbers each.

    Returns
    -------
    micro_precision, micro_recall, micro_f1 : float
        From the sums over the classes: every label counts alike. NaN where the sums give none.
    macro_precision, macro_recall, macro_f1 : float
        Means over the classes that are true or given somewhere: every class counts alike. A class
        that was never given counts with precision 0, one that is never true with recall 0, as
        scikit-learn has it; without any such class NaN.

    Raises
    ------
    ValueError
        As `class_scores`.

    """
    hits, extra, missed = _checked(outcomes)
    each = class_scores(outcomes)
    seen = hits + extra + missed > 0
    summed = class_scores(
        Outcomes(hits.sum(keepdims=True), extra.sum(keepdims=True), missed.sum(keepdims=True))
    )
    micro = [float(value[0]) for value in summed]
    macro = [
        float(np.nan_to_num(value[seen]).mean()) if seen.any() else float("nan") for value in each
    ]
    return MeanScores(*micro, *macro)


def _checked(outcomes: Outcomes) -> tuple[Ints, Ints, Ints]:
    hits, extra, missed = (np.asarray(one).astype(np.int64) for one in outcomes)
    if hits.ndim != 1 or hits.shape != extra.shape or hits.shape != missed.shape:
        raise ValueError("outcomes must be three vectors of one length")
    if (hits < 0).any() or (extra < 0).any() or (missed < 0).any():
        raise ValueError("outcomes must not be negative")
    return hits, extra, missed
