"""Probabilities of classes of whole items, gathered row by row into columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from labelmarket.adapters.formats.json_file import too_many
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.adapters.oracles.said_rows import (
    SUM_OFF_MAX,
    UNKNOWN,
    Bools,
    SaidRows,
    highest,
    judged,
)
from labelmarket.adapters.oracles.score_columns import score_columns
from labelmarket.application.labels import ROWS_MAX
from labelmarket.workers.columns import Floats, Int32s, Int64s, ItemTable, LabelColumns
from labelmarket.workers.insight import spans

FOREIGN_MAX = 10_000
"""Classes of others that are named; what comes after them is left out without a word."""


@dataclass(slots=True)
class _Entries:
    """What was kept: where it stands in the file, and what it says."""

    lines: Int64s
    items: Int64s
    kinds: Int32s
    scores: Floats

    def __len__(self) -> int:
        return len(self.lines)

    def only(self, kept: Bools | Int64s) -> "_Entries":
        return _Entries(self.lines[kept], self.items[kept], self.kinds[kept], self.scores[kept])


@dataclass(slots=True)
class ItemScores:
    """Takes rows in and names the bad ones.

    An item that lost a row which could have changed its answer is not covered: it falls to people.
    Memory is about 150 bytes for each item of the project and 80 for each score.
    """

    items: ItemTable
    classes: tuple[str, ...]
    one_class: bool
    problems: Problems = field(default_factory=Problems)
    _ordinals: dict[bytes, int] = field(init=False)
    _hurt: Bools = field(init=False)
    _kept: list[_Entries] = field(init=False, default_factory=list)
    _count: int = field(init=False, default=0)
    _foreign: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self._ordinals = _ordinals_of(self.items)
        self._hurt = np.zeros(len(self.items), dtype=np.bool_)

    def refuse(self, bad: BadRow, *, row: int) -> None:
        """Name a row that cannot be read; the item that it names, if any, is not covered."""
        self.problems.add(bad, row=row)
        ordinal = self._ordinals.get(bad.item.encode(errors="surrogatepass"), UNKNOWN)
        if ordinal != UNKNOWN:
            self._hurt[ordinal] = True

    def foreign(self, name: str, *, row: int) -> None:
        """Name a class that the project does not have, once for all rows that score it."""
        if name not in self._foreign and len(self._foreign) < FOREIGN_MAX:
            self._foreign.add(name)
            bad = BadRow("UNKNOWN_CLASS", f"the project has no class {name!r:.80}")
            self.problems.add(bad, row=row)

    def take(self, said: SaidRows) -> None:
        """Judge rows each by itself, and keep the good ones. Raises UnreadableFile."""
        find = self._ordinals.get
        on = np.array([find(key.encode(), UNKNOWN) for key in said.keys], dtype=np.int64)
        found = judged(said, on, one_class=self.one_class)
        for row in sorted(found.bad):
            self.problems.add(found.bad[row], row=int(said.lines[row]), item=said.keys[row])
        self._hurt[found.hurt] = True
        good = on != UNKNOWN
        # A class of others may be the answer where the rows of an item stand apart.
        foreign = self.one_class and not said.whole
        good[[row for row, bad in found.bad.items() if bad.code != "UNKNOWN_CLASS"]] = False
        kept = good[said.owners] & ((said.kinds != UNKNOWN) | foreign)
        scores = said.scores_where(np.ones(len(said.scores), dtype=np.bool_))
        owners = said.owners[kept]
        self._kept.append(_Entries(said.lines[owners], on[owners], said.kinds[kept], scores[kept]))
        self._count += int(kept.sum())
        if self._count > ROWS_MAX:
            raise too_many(ROWS_MAX)

    def columns(self) -> LabelColumns:
        """Give a row for each item that is covered and each class said of it, sorted by both."""
        entries = self._once(_joined(self._kept))
        self._kept.clear()
        own = entries.only(entries.kinds != UNKNOWN)
        if self.one_class:
            self._compare(entries, own)
        covered = np.zeros(len(self.items), dtype=np.bool_)
        covered[own.items] = True
        covered &= ~self._hurt
        own = own.only(covered[own.items])
        return score_columns(
            own.items,
            own.kinds,
            own.scores,
            classes=self.classes,
            covered=spans.where(covered),
            problems=self.problems.total,
        )

    def _once(self, entries: _Entries) -> _Entries:
        """Sort by item and class, and name what says again what an earlier row has said.

        The same score again changes nothing; another one leaves nobody to believe.
        """
        place = entries.items * (len(self.classes) + 1) + entries.kinds
        if (place[1:] <= place[:-1]).any():
            order = np.argsort(place, kind="stable")
            entries, place = entries.only(order), place[order]
        again = np.concatenate(([False], place[1:] == place[:-1]))[: len(entries)]
        again &= entries.kinds != UNKNOWN
        if not again.any():
            return entries
        firsts = np.maximum.accumulate(np.where(again, 0, np.arange(len(again))))
        differs = again & (entries.scores != entries.scores[firsts])
        self._hurt[entries.items[differs]] = True
        lines, which = np.unique(entries.lines[again], return_index=True)
        for line, at in zip(lines.tolist(), np.flatnonzero(again)[which].tolist(), strict=True):
            twice = BadRow("DUPLICATE", "an earlier row speaks of this item and class")
            self.problems.add(twice, row=line, item=self._key(int(entries.items[at])))
        return entries.only(~again)

    def _compare(self, entries: _Entries, own: _Entries) -> None:
        """Look at the rows of each item together: one of its classes is the right one."""
        foreign = entries.only(entries.kinds == UNKNOWN)
        count = len(self.items)
        best, other = (highest(each.items, each.scores, count) for each in (own, foreign))
        self._hurt |= other > best
        sums = np.bincount(entries.items, weights=entries.scores, minlength=count)
        over = np.flatnonzero(sums > 1.0 + SUM_OFF_MAX)
        last = np.zeros(count, dtype=np.int64)
        np.maximum.at(last, entries.items, entries.lines)
        for item in over.tolist():
            bad = BadRow("NOT_ONE_IN_SUM", f"the probabilities sum to {sums[item]:.4g}")
            self.problems.add(bad, row=int(last[item]), item=self._key(item))
        self._hurt[over] = True

    def _key(self, ordinal: int) -> str:
        (_, manifest, index), *_ = self.items.between(ordinal, ordinal + 1)
        return manifest.key(index).decode()


def _joined(every: Sequence[_Entries]) -> _Entries:
    nothing = _Entries(
        np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0)
    )
    parts = [nothing, *every]
    return _Entries(
        np.concatenate([one.lines for one in parts]),
        np.concatenate([one.items for one in parts]),
        np.concatenate([one.kinds for one in parts]),
        np.concatenate([one.scores for one in parts]),
    )


def _ordinals_of(items: ItemTable) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for manifest in items.manifests:
        text, ends = manifest.keys.tobytes(), manifest.key_offsets.tolist()
        for index in range(len(manifest)):
            found[text[ends[index] : ends[index + 1]]] = manifest.first + index
    return found
