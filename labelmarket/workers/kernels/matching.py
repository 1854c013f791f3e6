"""Which detection finds which gold label, as COCO's evaluation decides it."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.mask_overlaps import CROWD
from labelmarket.workers.kernels.sides import (
    IGNORED,
    Detections,
    Flags,
    Floats,
    Gold,
    Rows,
    Side,
    sound,
)
from labelmarket.workers.kernels.span_overlaps import overlaps_of_spans
from labelmarket.workers.kernels.standing import Standing, stand

Marks = NDArray[np.uint32]
"""Shape (d, areas): bit t is set when it is so at threshold t."""

Bits = NDArray[np.int64]

THRESHOLDS_MAX = 32
AREAS_MAX = 16
ALMOST_ONE = 1.0 - 1e-10
EVERY_SIZE = (0.0, 1e10)
"""Square pixels of COCO's "all"."""


class Matches(NamedTuple):
    """What became of n detections at t thresholds.

    `gold` (n, t) int32 has the row of the gold label that was found, or -1. `ignored` (n, t) bool
    tells what is neither right nor wrong: it found an ignored label, or is out of the area range
    and found none. `counted` (n,) bool is false beyond the limit of a class and image; such a
    detection finds nothing.
    """

    gold: Rows
    ignored: NDArray[np.bool_]
    counted: NDArray[np.bool_]


def match_detections(
    gold: Gold,
    found: Detections,
    *,
    n_classes: int,
    thresholds: ArrayLike = (0.5,),
    area_range: tuple[float, float] = EVERY_SIZE,
    max_detections: int = 100,
) -> Matches:
    """Give every detection at most one gold label of its image and class.

    Detections choose by falling score, each the free gold label with the largest IoU that reaches
    the threshold; of equal ones the last. Only without such a label it takes an ignored one.

    Parameters
    ----------
    gold, found : Gold, Detections
        Both sides, boxes or masks.
    n_classes : int
        How many classes there are, at most 2,000.
    thresholds : (t,) float64
        Least IoU of a match, ascending, above 0 and at most 1; at most 32.
    area_range : two float64
        Square pixels. Gold outside counts as ignored, detections outside that find nothing too.
    max_detections : int
        Most detections of one class on one image, the best; ties by row.

    Returns
    -------
    Matches
        In the order of the detections.

    Raises
    ------
    ValueError
        If a column, a threshold or a range is not as said, or there are more than 2**27 pairs of
        one image and class in all.

    References
    ----------
    .. [1] pycocotools 2.0, `COCOeval.evaluateImg`; COCO's own "ignore" of an annotation is its
       `iscrowd`, ours may be told apart.

    """
    true, given = sound(gold, found, n_classes=n_classes)
    floors, ranges = sound_thresholds(thresholds), sound_ranges((area_range,))
    checks.bounded(max_detections, name="max_detections", low=1, high=checks.INDEX_MAX)
    standing = stand(true, given, n_classes=n_classes, max_detections=max_detections)
    partners = np.full((len(standing.order), len(floors)), -1, dtype=np.int32)
    right, wrong = settle(
        true, given, standing, classes=(0, n_classes), floors=floors, ranges=ranges, out=partners
    )
    bits = np.arange(len(floors), dtype=np.uint32)
    neither = (right | wrong) >> bits & 1 == 0
    matches = Matches(
        gold=np.full((len(given.images), len(floors)), -1, dtype=np.int32),
        ignored=np.zeros((len(given.images), len(floors)), dtype=np.bool_),
        counted=np.zeros(len(given.images), dtype=np.bool_),
    )
    matches.gold[standing.order] = partners
    matches.ignored[standing.order] = neither
    matches.counted[standing.order] = True
    return matches


def settle(
    gold: Side,
    found: Side,
    standing: Standing,
    *,
    classes: tuple[int, int],
    floors: Floats,
    ranges: Floats,
    out: Rows | None = None,
) -> tuple[Marks, Marks]:
    """Tell which detections of some classes are right and which are wrong.

    The marks are in the order of `standing`, from the first place of the first class; a detection
    that is neither is to be ignored. `out` is filled with the row of the gold label.
    """
    first, stop = (int(standing.starts[at]) for at in classes)
    here = slice(int(standing.span_starts[classes[0]]), int(standing.span_starts[classes[1]]))
    spans = standing.spans[here]
    ious, starts = overlaps_of_spans(spans, standing.gold_order, gold, standing.order, found)
    right = np.empty((stop - first, len(ranges)), dtype=np.uint32)
    wrong = np.empty_like(right)
    partners = np.empty((0, len(floors)), dtype=np.int32) if out is None else out
    _open(found.areas, standing.order, first, ranges, len(floors), right, wrong)
    _settle(
        spans,
        starts,
        ious,
        standing.gold_order,
        gold.flags,
        gold.areas,
        floors,
        ranges,
        first,
        right,
        wrong,
        partners,
    )
    return right, wrong


def sound_thresholds(thresholds: ArrayLike) -> Floats:
    """Give the least IoU of each threshold; COCO takes a little less than 1 for 1."""
    array = np.atleast_1d(np.asarray(thresholds, dtype=np.float64))
    if array.ndim != 1 or not 1 <= len(array) <= THRESHOLDS_MAX:
        raise ValueError(f"thresholds must be 1 to {THRESHOLDS_MAX} numbers")
    if not (array > 0.0).all() or not (array <= 1.0).all() or (array[1:] <= array[:-1]).any():
        raise ValueError("thresholds must ascend, above 0 and at most 1")
    return checks.frozen(np.minimum(array, ALMOST_ONE))


def sound_ranges(ranges: ArrayLike) -> Floats:
    array = np.ascontiguousarray(ranges, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2 or not 1 <= len(array) <= AREAS_MAX:
        raise ValueError(f"area ranges must be 1 to {AREAS_MAX} pairs")
    if not (array[:, 0] <= array[:, 1]).all():
        raise ValueError("an area range ends before it begins")
    return checks.frozen(array)


@njit(cache=True, nogil=True)
def _open(
    areas: Floats, order: Rows, first: int, ranges: Floats, bits: int, right: Marks, wrong: Marks
) -> None:
    """Before any match all within the range are wrong."""
    for d in range(len(right)):
        area = areas[order[first + d]]
        for a in range(len(ranges)):
            inside = ranges[a, 0] <= area <= ranges[a, 1]
            right[d, a] = 0
            wrong[d, a] = (1 << bits) - 1 if inside else 0


@njit(cache=True, nogil=True)
def _settle(
    spans: Rows,
    starts: NDArray[np.int64],
    ious: Floats,
    gold_order: Rows,
    flags: Flags,
    gold_areas: Floats,
    floors: Floats,
    ranges: Floats,
    first: int,
    right: Marks,
    wrong: Marks,
    partners: Rows,
) -> None:
    """All thresholds at once: a set of them is a number, and gold knows at which it is taken."""
    most = 0
    for s in range(len(spans)):
        most = max(most, spans[s, 1] - spans[s, 0])
    near, close = np.empty(most, dtype=np.int64), np.empty(most)
    reach = np.empty(most, dtype=np.int64)
    taken = np.empty((len(ranges), most), dtype=np.int64)
    aside = np.empty((len(ranges), most), dtype=np.uint8)
    for s in range(len(spans)):
        first_gold, n = spans[s, 0], spans[s, 1] - spans[s, 0]
        for g in range(n):
            row = gold_order[first_gold + g]
            for a in range(len(ranges)):
                inside = ranges[a, 0] <= gold_areas[row] <= ranges[a, 1]
                aside[a, g] = flags[row] | (0 if inside else IGNORED)
                taken[a, g] = 0
        for d in range(spans[s, 2], spans[s, 3]):
            at, place = starts[s] + (d - spans[s, 2]) * n, d - first
            found = _candidates(ious, at, n, floors, near, close, reach)
            for a in range(len(ranges) if found else 0):
                good, rest = _choose(
                    near, reach, found, len(floors), aside, taken, a, partners, place
                )
                right[place, a] = good
                wrong[place, a] &= np.uint32(rest)
            for t in range(len(floors) if found and len(partners) else 0):
                if partners[place, t] >= 0:
                    partners[place, t] = gold_order[first_gold + partners[place, t]]


@njit(cache=True, nogil=True)
def _candidates(
    ious: Floats, start: int, length: int, floors: Floats, near: Bits, close: Floats, reach: Bits
) -> int:
    """Gold that reaches the lowest threshold, largest IoU first, of equal ones the last first."""
    n = 0
    for g in range(length - 1, -1, -1):
        iou = ious[start + g]
        if iou < floors[0]:
            continue
        at = n
        while at > 0 and close[at - 1] < iou:
            near[at], close[at] = near[at - 1], close[at - 1]
            at -= 1
        near[at], close[at] = g, iou
        n += 1
    for at in range(n):
        reach[at] = 0
        for t in range(len(floors)):
            reach[at] |= np.int64(close[at] >= floors[t]) << t
    return n


@njit(cache=True, nogil=True)
def _choose(
    near: Bits,
    reach: Bits,
    found: int,
    thresholds: int,
    aside: Flags,
    taken: Bits,
    area: int,
    partners: Rows,
    place: int,
) -> tuple[np.int64, np.int64]:
    """Give the thresholds at which a detection is right, and those at which it found nothing."""
    left, good = np.int64((1 << thresholds) - 1), np.int64(0)
    for ignored in range(2):
        for at in range(found):
            g = near[at]
            if aside[area, g] & IGNORED != ignored:
                continue
            mine = left & reach[at]
            if not aside[area, g] & CROWD:
                mine &= ~taken[area, g]
            taken[area, g] |= mine
            left &= ~mine
            good |= 0 if ignored else mine
            for t in range(thresholds if mine and len(partners) else 0):
                if (mine >> t) & 1:
                    partners[place, t] = g
    return good, left
