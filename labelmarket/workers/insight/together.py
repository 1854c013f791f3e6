"""Which classes stand together, how strongly, and which were never seen apart."""

from math import isnan

import numpy as np

from labelmarket.workers import kernels
from labelmarket.workers.columns import Int64s
from labelmarket.workers.insight.report_types import NeverWithout, Pair
from labelmarket.workers.insight.totals import CONFIDENCE, NEARLY_ALWAYS, Totals
from labelmarket.workers.insight.wording import counted, percent

PAIRS_MAX = 4_005
"""All pairs of 90 classes; of more classes, the pairs on the most images."""

NEVER_MAX = 200


def pairs_of(totals: Totals) -> tuple[list[Pair], int]:
    """Give the pairs on the most images, in order of names, and how many there are in all."""
    one, other = np.nonzero(np.triu(totals.together, k=1))
    by_name = _by_name(totals)
    swap = by_name[one] > by_name[other]
    a, b = np.where(swap, other, one), np.where(swap, one, other)
    most = np.lexsort((by_name[b], by_name[a], -totals.together[a, b]))[:PAIRS_MAX]
    kept = most[np.lexsort((by_name[b][most], by_name[a][most]))]
    return _said(totals, a[kept], b[kept]), len(one)


def never_apart(totals: Totals) -> tuple[list[NeverWithout], int]:
    """Give what was never without something else, the most images first, and how many there are."""
    found = kernels.never_without(totals.together, confidence=CONFIDENCE)
    by_name = _by_name(totals)
    order = np.lexsort((by_name[found.second], by_name[found.first], -found.items))[:NEVER_MAX]
    rows = zip(
        found.first[order].tolist(),
        found.second[order].tolist(),
        found.items[order].tolist(),
        found.lower[order].tolist(),
        strict=True,
    )
    names = totals.names
    return [
        _never(names[a], names[b], images, lower, thing=totals.thing)
        for a, b, images, lower in rows
    ], len(found.first)


def _by_name(totals: Totals) -> Int64s:
    """Give the place of each class in the order of names."""
    rank = np.empty(len(totals.names), dtype=np.int64)
    rank[sorted(range(len(rank)), key=totals.names.__getitem__)] = np.arange(len(rank))
    return rank


def _said(totals: Totals, a: Int64s, b: Int64s) -> list[Pair]:
    sums = totals.sums
    measured = kernels.association(totals.together, n_items=totals.images)
    labels = kernels.instance_cooccurrence(
        np.repeat(sums.tally_items, sums.tally_counts),
        np.repeat(sums.tally_classes, sums.tally_counts),
        n_classes=len(totals.names),
    )
    columns = (
        a.tolist(),
        b.tolist(),
        totals.together[a, b].tolist(),
        labels[a, b].tolist(),
        labels[b, a].tolist(),
        measured.conditional[a, b].tolist(),
        measured.conditional[b, a].tolist(),
        measured.lift[a, b].tolist(),
        measured.phi[a, b].tolist(),
    )
    return [
        Pair(
            a=totals.names[one],
            b=totals.names[other],
            images=images,
            labelsOfA=of_a,
            labelsOfB=of_b,
            bGivenA=b_given_a,
            aGivenB=a_given_b,
            lift=lift,
            phi=None if isnan(correlation) else correlation,
        )
        for one, other, images, of_a, of_b, b_given_a, a_given_b, lift, correlation in zip(
            *columns, strict=True
        )
    ]


def _never(a: str, b: str, images: int, lower: float, *, thing: str) -> NeverWithout:
    known = lower >= NEARLY_ALWAYS
    words = f"{a} is never without {b}, as far as {counted(images, 'example')} can tell."
    if known:
        words = (
            f"{a} is never without {b} on {images:,} {thing}s: "
            f"at 95 % confidence it comes with {b} at least {percent(lower)} of the time."
        )
    return NeverWithout(a=a, b=b, images=images, lowerBound=lower, known=known, words=words)
