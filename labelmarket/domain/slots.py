"""Sets of slots as sorted, disjoint, half-open ranges of item ordinals.

A slot is one label set wanted for one item. Slots are what is conserved, leased and
paid; whole ranges keep facts short however many items a project has.
"""

from collections.abc import Iterable
from itertools import pairwise

Ranges = tuple[tuple[int, int], ...]
"""Half-open ranges `(first, end)` of item ordinals: sorted, disjoint, none empty."""

NONE: Ranges = ()


def normal(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Any ranges, as the one tuple that stands for the same slots."""
    merged: list[tuple[int, int]] = []
    for first, end in sorted(r for r in ranges if r[0] < r[1]):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((first, end))
    return tuple(merged)


def count(ranges: Ranges) -> int:
    return sum(end - first for first, end in ranges)


def union(*sets: Ranges) -> Ranges:
    return normal(r for ranges in sets for r in ranges)


def difference(left: Ranges, right: Ranges) -> Ranges:
    """The slots of `left` that are not in `right`."""
    kept: list[tuple[int, int]] = []
    for first, end in left:
        start = first
        for r_first, r_end in right:
            if r_end <= start or r_first >= end:
                continue
            if r_first > start:
                kept.append((start, r_first))
            start = max(start, r_end)
        if start < end:
            kept.append((start, end))
    return tuple(kept)


def intersection(left: Ranges, right: Ranges) -> Ranges:
    return difference(left, difference(left, right))


def overlaps(left: Ranges, right: Ranges) -> bool:
    return bool(intersection(left, right))


def is_normal(ranges: Ranges) -> bool:
    """Whether ranges are sorted, disjoint, not adjacent, not empty and not negative."""
    return all(0 <= first < end for first, end in ranges) and all(
        a_end < b_first for (_, a_end), (b_first, _) in pairwise(ranges)
    )
