"""One row of a benchmark: what was measured, against whom, and what must hold."""

import json
import sys
from collections.abc import Sequence
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


def report(rows: Sequence[Row], *, as_json: bool) -> int:
    """Print the rows; 1 when a floor does not hold."""
    if as_json:
        sys.stdout.write(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    else:
        for row in rows:
            against = f"{row.ratio:.2f} × {row.peer}" if row.ratio is not None else "reported"
            sys.stdout.write(f"{row.work:<58} {row.value:>10.4g} {row.unit:<12} {against}\n")
    broken = [row.work for row in rows if not row.holds]
    for work in broken:
        sys.stderr.write(f"below its floor: {work}\n")
    return 1 if broken else 0
