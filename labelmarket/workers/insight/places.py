"""Where on the image a class lies."""

from typing import Final

import numpy as np

from labelmarket.workers import kernels
from labelmarket.workers.columns import Int64s
from labelmarket.workers.insight.finding_types import Quadrant
from labelmarket.workers.insight.report_types import Location
from labelmarket.workers.insight.sums import GRID
from labelmarket.workers.insight.totals import Totals
from labelmarket.workers.insight.wording import counted, percent
from labelmarket.workers.kernels.whole_shares import UNIT

DECIMALS = 4
"""Of the covered cells: what a picture can show; all of them would double a long report."""

CHANCE_MAX = 0.05
"""The chance of a false alarm over all classes together below which a preference is believed."""

IMAGES_LEAST = 20
"""The fewest images, counted as if evenly filled, that say anything of where a class lies.

The test takes each label for an observation of its own. Those of one image are not: seven apples in
one bowl are one observation.
"""

QUADRANTS: Final[tuple[Quadrant, ...]] = ("TOP_LEFT", "TOP_RIGHT", "BOTTOM_LEFT", "BOTTOM_RIGHT")


def locations_of(totals: Totals) -> list[Location]:
    """Give every class its place, once any has boxes."""
    if not totals.has_boxes:
        return []
    quadrants = quadrants_of(totals.sums.centres)
    tested = kernels.quadrant_test(quadrants)
    coverage = (totals.sums.coverage / UNIT).astype(np.float64).round(DECIMALS)
    return [
        _location(
            totals,
            place,
            quadrants=quadrants[place].tolist(),
            coverage=coverage[place].tolist(),
            fullest=int(tested.fullest[place]),
            p=float(tested.p_holm[place]),
        )
        for place in totals.places
    ]


def quadrants_of(centres: Int64s) -> Int64s:
    """Add the cells to quarters, (n, 2, 2)."""
    half = GRID // 2
    added: Int64s = centres.reshape(-1, 2, half, 2, half).sum(axis=(2, 4))
    return added


def _location(
    totals: Totals,
    place: int,
    *,
    quadrants: list[list[int]],
    coverage: list[list[float]],
    fullest: int,
    p: float,
) -> Location:
    sums, placed = totals.sums, sum(map(sum, quadrants))
    share = max(map(max, quadrants)) / max(placed, 1)
    return Location(
        name=totals.names[place],
        quadrants=quadrants,
        grid=GRID,
        centres=sums.centres[place].tolist(),
        coverage=coverage,
        unplaced=int(sums.unplaced[place]),
        fullest=QUADRANTS[fullest] if placed else None,
        shareOfFullest=share,
        p=p,
        words=_words(
            totals.names[place],
            placed,
            QUADRANTS[fullest],
            share,
            doubt=_doubt(totals, place, p=p),
        ),
    )


def corner(quadrant: Quadrant) -> str:
    return quadrant.lower().replace("_", "-")


def is_spread(totals: Totals, place: int) -> bool:
    """Tell whether a class is on enough images to say where it lies."""
    return bool(totals.effective[place] >= IMAGES_LEAST)


def _doubt(totals: Totals, place: int, *, p: float) -> str:
    if not is_spread(totals, place):
        return ": on too few images to tell"
    return "" if p < CHANCE_MAX else ": that may be chance"


def _words(name: str, placed: int, fullest: Quadrant, share: float, *, doubt: str) -> str:
    if not placed:
        return f"No {name} label has a known place."
    said = f"{percent(share)} of {counted(placed, f'{name} label')}"
    return f"{said} in the {corner(fullest)} quadrant{doubt}."
