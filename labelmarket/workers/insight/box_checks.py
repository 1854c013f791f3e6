"""What is amiss with boxes: impossible, said twice, or odd for their class."""

import numpy as np

from labelmarket.workers.columns import Int64s
from labelmarket.workers.insight import examples, odd, queries, samples, sums
from labelmarket.workers.insight.finding_types import Check, Example, Finding
from labelmarket.workers.insight.samples import Samples
from labelmarket.workers.insight.totals import Totals
from labelmarket.workers.insight.wording import amount, counted, percent
from labelmarket.workers.kernels.buckets import AREA_FIRST, ASPECT_FIRST

MARKED: tuple[tuple[Check, int, int, str], ...] = (
    ("BOXES_OF_ZERO_SIZE", sums.ZERO, samples.ZERO_SIZE, "with a side of 0"),
    ("BOXES_OFF_IMAGE", sums.OFF, samples.OFF_IMAGE, "with nothing on their image"),
    ("BOXES_OUTSIDE", sums.OUTSIDE, samples.OUTSIDE, "more than a pixel beyond their image"),
    ("EXACT_DUPLICATES", sums.EXACT, samples.EXACT, "said twice, with the same four numbers"),
    ("NEAR_DUPLICATES", sums.NEAR, samples.NEAR, "all but the same as another of their class"),
)
"""Checks by their column of the marks and the name of their samples."""


def box_findings(totals: Totals) -> list[Finding]:
    """Check boxes that are no crowds; samples stand in the order of items."""
    held = totals.sums
    boxes = int(held.sizes.sum())
    marked = [
        _finding(
            check,
            int(held.marks[:, column].sum()),
            of=boxes,
            words=words,
            shown=_shown(totals, held.samples.of(why)),
        )
        for check, column, why, words in MARKED
    ]
    return [*marked, _odd_sizes(totals, of=boxes), _odd_aspects(totals, of=boxes)]


def _finding(check: Check, count: int, *, of: int, words: str, shown: list[Example]) -> Finding:
    return Finding(
        check=check,
        count=count,
        of=of,
        words=f"{counted(count, 'box', plural='boxes')} {words}.",
        examples=shown,
        query=queries.labels(check=check),
    )


def _shown(totals: Totals, found: Samples) -> list[Example]:
    return [examples.of_label(totals, found, row, words="") for row in range(len(found))]


def _odd_sizes(totals: Totals, *, of: int) -> Finding:
    held = totals.sums
    medians = odd.medians_of(held.areas, first=AREA_FIRST)
    ends = [held.samples.of(samples.LEAST_AREA), held.samples.of(samples.LARGEST_AREA)]
    found = samples.kept(ends)
    shown = [
        (
            row,
            f"{percent(value)} of the image, where about {percent(medians[kind] or 0.0)} is usual",
        )
        for row, kind, value in _farthest(held.areas, found, odd.area_buckets(found.values))
    ]
    return _finding(
        "ODD_SIZES",
        int(odd.beyond(held.areas).sum()),
        of=of,
        words="far smaller or larger than is usual for their class",
        shown=[examples.of_label(totals, found, row, words=words) for row, words in shown],
    )


def _odd_aspects(totals: Totals, *, of: int) -> Finding:
    held = totals.sums
    medians = odd.medians_of(held.aspects, first=ASPECT_FIRST)
    ends = [held.samples.of(samples.LEAST_ASPECT), held.samples.of(samples.LARGEST_ASPECT)]
    found = samples.kept(ends)
    shown = [
        (
            row,
            f"{amount(value)} times as wide as high, "
            f"where about {amount(medians[kind] or 0.0)} is usual",
        )
        for row, kind, value in _farthest(held.aspects, found, odd.aspect_buckets(found.values))
    ]
    return _finding(
        "ODD_ASPECTS",
        int(odd.beyond(held.aspects).sum()),
        of=of,
        words="far narrower or wider than is usual for their class",
        shown=[examples.of_label(totals, found, row, words=words) for row, words in shown],
    )


def _farthest(histograms: Int64s, found: Samples, buckets: Int64s) -> list[tuple[int, int, float]]:
    """Give row, class and value of the samples beyond their fences, the farthest first."""
    fences = odd.fences_of(histograms)
    away = np.maximum(fences.low[found.classes] - buckets, buckets - fences.high[found.classes])
    order = np.argsort(-away, kind="stable")
    rows = order[away[order] > 0][: examples.EXAMPLES_MAX]
    kinds, values = found.classes[rows].tolist(), found.values[rows].tolist()
    return list(zip(rows.tolist(), kinds, values, strict=True))
