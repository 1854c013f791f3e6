"""One row of a benchmark: what was measured, against whom, and what must hold."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`ratio` above 1 means that ours is better than the peer; a `limit` is only reported."""

    work: str
    value: float
    unit: str
    peer: str = "limit"
    ratio: float | None = None
    floor: float | None = None
    goal: float | None = None

    @property
    def holds(self) -> bool:
        return self.floor is None or (self.ratio is not None and self.ratio >= self.floor)


def report(rows: Iterable[Row], *, form: str | None) -> int:
    """Print the rows as "json", as a "table" in Markdown, or plainly as they come.

    Gives 1 when one is below its floor. What takes long is told to stderr as it comes, too.
    """
    told = sys.stdout if form is None else sys.stderr
    found = []
    for row in rows:
        found.append(row)
        told.write(f"{row.work:<58} {row.value:>10.4g} {row.unit:<12} {_against(row)}\n")
        told.flush()
    if form == "json":
        sys.stdout.write(json.dumps([asdict(row) for row in found], indent=1) + "\n")
    elif form == "table":
        sys.stdout.write(_table(found))
    broken = [row.work for row in found if not row.holds]
    for work in broken:
        sys.stderr.write(f"below its floor: {work}\n")
    return 1 if broken else 0


def _against(row: Row) -> str:
    return f"{row.ratio:.2f} × {row.peer}" if row.ratio is not None else "reported"


def _table(rows: Sequence[Row]) -> str:
    lines = ["| work | ours | against | floor | goal |", "| --- | --- | --- | --- | --- |"]
    for row in rows:
        floor, goal = ("" if one is None else f"{one:g}" for one in (row.floor, row.goal))
        ours = f"{row.value:.4g} {row.unit}".strip()
        lines.append(f"| {row.work} | {ours} | {_against(row)} | {floor} | {goal} |")
    return "\n".join(lines) + "\n"
