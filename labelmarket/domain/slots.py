"""Sets of slots as sorted, disjoint, half-open ranges of item ordinals.

A slot is one label set wanted for one item. Slots are what is conserved, leased and
paid; whole ranges keep facts short however many items a project has.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
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
    if not (left and right):
        return left
    # Only what lies between the ends of both is looked at: many ranges meet few.
    low = bisect_right(left, right[0][0], key=_end)
    high = bisect_left(left, right[-1][1], key=_first)
    if low >= high:
        return left
    start = bisect_right(right, left[low][0], key=_end)
    stop = bisect_left(right, left[high - 1][1], key=_first)
    return (*left[:low], *_cut(left[low:high], right[start:stop]), *left[high:])


def _cut(left: Ranges, right: Ranges) -> Iterator[tuple[int, int]]:
    """What `right` leaves of `left`, in one pass over both."""
    place = 0
    for first, end in left:
        start = first
        while place < len(right) and right[place][1] <= start:
            place += 1
        at = place
        while at < len(right) and right[at][0] < end:
            if right[at][0] > start:
                yield start, right[at][0]
            start = right[at][1]
            at += 1
        place = max(place, at - 1)
        if start < end:
            yield start, end


def _first(one: tuple[int, int]) -> int:
    return one[0]


def _end(one: tuple[int, int]) -> int:
    return one[1]


def intersection(left: Ranges, right: Ranges) -> Ranges:
    return difference(left, difference(left, right))


def first_of(ranges: Ranges, size: int | None) -> Ranges:
    """So many of the slots, the first ones; all of them without a number."""
    if size is None or size >= count(ranges):
        return ranges
    kept, left = [], size
    for first, end in ranges:
        if not left:
            break
        taken = min(left, end - first)
        kept.append((first, first + taken))
        left -= taken
    return tuple(kept)


def holds(ranges: Ranges, slot: int) -> bool:
    """Whether one slot is among these, found without a look at all of them."""
    place = bisect_right(ranges, slot, key=_first)
    return place > 0 and slot < ranges[place - 1][1]


def overlaps(left: Ranges, right: Ranges) -> bool:
    return bool(intersection(left, right))


def is_normal(ranges: Ranges) -> bool:
    """Whether ranges are sorted, disjoint, not adjacent, not empty and not negative."""
    return all(0 <= first < end for first, end in ranges) and all(
        a_end < b_first for (_, a_end), (b_first, _) in pairwise(ranges)
    )
