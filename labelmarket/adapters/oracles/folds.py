"""Examples parted so that every class is spread evenly, and no text is on both sides."""

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import Int32s, Int64s

FOLDS = 5

Marks = NDArray[np.bool_]
"""Shape (texts, classes): which classes each text has."""


def fold_of(groups: Int64s, marks: Marks) -> Int32s:
    """Give the fold of each example; those of one group, which are the same text, share it.

    Each group goes where its rarest class is rarest so far, so one order of examples always gives
    the same folds.
    """
    totals = marks.sum(axis=0)
    held = np.zeros((FOLDS, marks.shape[1] + 1), dtype=np.int64)
    folds = np.full(len(groups), -1, dtype=np.int32)
    chosen: dict[int, int] = {}
    for at, group in enumerate(groups.tolist()):
        if group not in chosen:
            kinds = np.flatnonzero(marks[at])
            # Examples of no class are spread like those of one more.
            rarest = int(kinds[np.argmin(totals[kinds])]) if len(kinds) else marks.shape[1]
            chosen[group] = int(np.lexsort((held.sum(axis=1), held[:, rarest]))[0])
            held[chosen[group], kinds] += 1
            held[chosen[group], -1] += not len(kinds)
        folds[at] = chosen[group]
    return folds


def different_texts(groups: Int64s, marks: Marks) -> Int64s:
    """Count the different texts of each class."""
    _, places = np.unique(groups, return_inverse=True)
    texts, kinds = np.nonzero(marks)
    pairs = np.unique(np.column_stack((kinds, places[texts])), axis=0)
    return np.bincount(pairs[:, 0], minlength=marks.shape[1]).astype(np.int64)
