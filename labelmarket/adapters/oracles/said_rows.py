"""What rows of a file say of whole items, some ten thousand at a time, and which are bad."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelmarket.adapters.formats.problems import BadRow
from labelmarket.workers.columns import Floats, Int32s, Int64s

ROWS_AT_ONCE = 1 << 15
UNKNOWN = -1

SUM_OFF_MAX = 0.05
"""So far from one may the probabilities of an item sum: files hold rounded numbers."""

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidRows:
    """Rows with the scores they give; entry j stands in row `owners[j]`, which never falls.

    `lines` are the rows' places in the file, `kinds` ordinals of classes, UNKNOWN for a class that
    the project does not have. Scores that are no numbers are NaN. A `whole` row says all there is
    to say of its item; otherwise each row has one entry.
    """

    lines: Int64s
    keys: Sequence[str]
    owners: Int64s
    kinds: Int32s
    scores: Floats
    whole: bool

    def scores_where(self, wanted: Bools) -> Floats:
        """Give the scores of some entries, 0 for the others and for what is no score."""
        usable = wanted & (self.scores >= 0.0) & (self.scores <= 1.0)
        return np.where(usable, self.scores, 0.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """Why rows are left out, and which items may therefore be answered wrongly."""

    bad: dict[int, BadRow]
    hurt: Int64s


def judged(said: SaidRows, on: Int64s, *, one_class: bool) -> Judged:
    """Judge each row by itself; `on` are the ordinals of the items, UNKNOWN for none."""
    bad: dict[int, BadRow] = {}

    def name(rows: Int64s, why: Callable[[int], BadRow]) -> None:
        bad.update({row: why(row) for row in np.unique(rows).tolist() if row not in bad})

    known = said.kinds != UNKNOWN
    name(np.flatnonzero(on == UNKNOWN), lambda row: _unknown_item(said.keys[row]))
    if not said.whole:
        name(
            said.owners[~known], lambda _: BadRow("UNKNOWN_CLASS", "the project has no such class")
        )
    harmless = set(bad)
    name(
        said.owners[known & np.isnan(said.scores)],
        lambda _: BadRow("SCORE_NOT_A_NUMBER", "the score is no number"),
    )
    name(
        said.owners[known & ((said.scores < 0.0) | (said.scores > 1.0))],
        lambda _: BadRow("SCORE_OUT_OF_RANGE", "a score lies from 0 to 1"),
    )
    if said.whole and one_class:
        own, foreign = said.scores_where(known), said.scores_where(~known)
        sums = np.bincount(said.owners, weights=own + foreign, minlength=len(on))
        name(
            np.flatnonzero(~(np.abs(sums - 1.0) <= SUM_OFF_MAX)),
            lambda row: BadRow("NOT_ONE_IN_SUM", f"the probabilities sum to {sums[row]:.4g}"),
        )
        best, other = highest(said.owners, own, len(on)), highest(said.owners, foreign, len(on))
        name(np.flatnonzero(other > best), lambda _: FOREIGN_TOP)
    lost = np.array([row for row in bad if row not in harmless], dtype=np.int64)
    return Judged(bad, on[lost])


def highest(owners: Int64s, values: Floats, count: int) -> Floats:
    """Give the highest value of each owner, 0 for one without; values are not below 0."""
    best = np.zeros(count)
    np.maximum.at(best, owners, values)
    return best


FOREIGN_TOP = BadRow("UNKNOWN_CLASS", "the most probable class is none of the project's")


def _unknown_item(key: str) -> BadRow:
    return BadRow("UNKNOWN_ITEM", f"the project has no item {key!r:.80}")
