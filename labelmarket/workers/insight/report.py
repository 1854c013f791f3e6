"""The sums of the whole, said as a report: the only place where they become fractions."""

from typing import NamedTuple, TypedDict

import numpy as np

from labelmarket.workers import kernels
from labelmarket.workers.columns import Int64s
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.sums import BACKGROUND, GRID, Sums

VERSION = 1
HISTOGRAM_MAX = 65
"""Longest density histogram: images with 0 … 63 labels, and a last entry for 64 or more."""

UNIT = 1 << 40


class ClassCount(TypedDict):
    name: str
    labels: int
    images: int


class Pair(TypedDict):
    a: str
    b: str
    images: int


class Spread(TypedDict):
    """How a class is spread over the images; all 0 for a class without labels."""

    name: str
    maxInOneImage: int
    shareOfTopImage: float
    gini: float
    effectiveImages: float
    histogram: list[int]


class Location(TypedDict):
    """Where a class lies; `coverage` counts how many times each cell is covered in all."""

    name: str
    quadrants: list[list[int]]
    grid: int
    centres: list[list[int]]
    coverage: list[list[float]]
    unplaced: int


class Report(TypedDict):
    version: int
    images: int
    labels: int
    classes: list[ClassCount]
    cooccurrence: list[Pair]
    density: list[Spread]
    location: list[Location]
    meanBestIou: float | None
    goldBoxes: int
    goldMatched: int
    problems: int


class _Named(NamedTuple):
    place: int
    name: str


def report(sums: Sums) -> Report:
    """Say what the sums hold; `_background_` is not an object and is not spoken of."""
    named = [_Named(*pair) for pair in enumerate(sums.class_names) if pair[1] != BACKGROUND]
    images = spans.count(sums.covered)
    return Report(
        version=VERSION,
        images=images,
        labels=int(sums.labels.sum()),
        classes=_classes(sums, named),
        cooccurrence=_pairs(sums),
        density=_density(sums, named, images=images),
        location=[_location(sums, named=one) for one in named],
        meanBestIou=sums.best_iou / (UNIT * sums.gold_boxes) if sums.gold_boxes else None,
        goldBoxes=sums.gold_boxes,
        goldMatched=sums.gold_matched,
        problems=sums.problems,
    )


def _classes(sums: Sums, named: list[_Named]) -> list[ClassCount]:
    images = np.bincount(sums.tally_classes, minlength=len(sums.class_names))
    return [
        ClassCount(name=name, labels=int(sums.labels[place]), images=int(images[place]))
        for place, name in named
    ]


def _pairs(sums: Sums) -> list[Pair]:
    names = sums.class_names
    sides = ((*sorted((names[one], names[other])), images) for one, other, images in sums.together)
    return [Pair(a=a, b=b, images=int(images)) for a, b, images in sorted(sides)]


def _density(sums: Sums, named: list[_Named], *, images: int) -> list[Spread]:
    spread = kernels.density(
        sums.tally_classes,
        sums.tally_counts,
        n_classes=len(sums.class_names),
        n_items=images,
        buckets=HISTOGRAM_MAX,
    )
    return [
        Spread(
            name=name,
            maxInOneImage=int(spread.largest[place]),
            shareOfTopImage=float(spread.top_share[place]),
            gini=float(spread.gini[place]),
            effectiveImages=float(spread.effective[place]),
            histogram=_shortened(spread.histogram[place]),
        )
        for place, name in named
    ]


def _shortened(histogram: Int64s) -> list[int]:
    """Leave off the zeros after the last image; only a full length has the "or more" entry."""
    filled = np.flatnonzero(histogram)
    counts: list[int] = histogram[: filled[-1] + 1 if len(filled) else 1].tolist()
    return counts


def _location(sums: Sums, *, named: _Named) -> Location:
    centres = sums.centres[named.place]
    half = GRID // 2
    quadrants = centres.reshape(2, half, 2, half).sum(axis=(1, 3))
    return Location(
        name=named.name,
        quadrants=quadrants.tolist(),
        grid=GRID,
        centres=centres.tolist(),
        coverage=[[int(cell) / UNIT for cell in row] for row in sums.coverage[named.place]],
        unplaced=int(sums.unplaced[named.place]),
    )
