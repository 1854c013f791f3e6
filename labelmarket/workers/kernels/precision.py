"""Average precision and recall as COCO computes them, to the last bit."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.matching import (
    EVERY_SIZE,
    Marks,
    settle,
    sound_ranges,
    sound_thresholds,
)
from labelmarket.workers.kernels.sides import IGNORED, Detections, Floats, Gold, Rows, Side, sound
from labelmarket.workers.kernels.standing import stand
from labelmarket.workers.kernels.threads import in_blocks

THRESHOLDS = np.linspace(0.5, 0.95, 10)
RECALLS = np.linspace(0.0, 1.0, 101)
AREA_RANGES = (EVERY_SIZE, (0.0, 32.0**2), (32.0**2, 96.0**2), (96.0**2, 1e10))
"""All, small, medium, large, in square pixels, both ends within."""

MAX_DETECTIONS = (1, 10, 100)
LIMITS_MAX = 16
NOTHING = -1.0
"""COCO's mark of what cannot be said: a class without gold in an area range."""

EPSILON = float(np.spacing(1.0))
BLOCKS_PER_THREAD = 8


class Curves(NamedTuple):
    """What COCO calls `eval`, for t thresholds, k classes, a area ranges, m limits.

    `precision` (t, 101, k, a) float64 is the best precision at that recall or a higher one, with
    the largest limit. `recall` (t, k, a, m) float64. `positives` (k, a) int64 counts the gold
    labels that are not ignored; where there are none the others are -1.
    """

    precision: Floats
    recall: Floats
    positives: NDArray[np.int64]


def average_precision(
    gold: Gold,
    found: Detections,
    *,
    n_classes: int,
    thresholds: ArrayLike = THRESHOLDS,
    area_ranges: ArrayLike = AREA_RANGES,
    max_detections: tuple[int, ...] = MAX_DETECTIONS,
) -> Curves:
    """Precision and recall of every class; `coco_figures` and `class_precision` read them.

    Parameters
    ----------
    gold, found : Gold, Detections
        Both sides, boxes or masks. Equal scores are settled by image and then by row: to have
        COCO's bits, images must be numbered in the order of their ids.
    n_classes : int
        How many classes there are, at most 2,000.
    thresholds : (t,) float64
        Least IoU of a match, ascending, above 0 and at most 1; at most 32.
    area_ranges : (a, 2) float64
        Square pixels, at most 16 ranges.
    max_detections : ascending whole numbers
        Most detections of one class on one image; at most 16.

    Returns
    -------
    Curves
        Equal to the last bit to COCO's `precision[..., -1]` and `recall` [1]_, on machines whose
        compiler does not fuse a product and a sum in pycocotools. It does not depend on the
        number of threads.

    Raises
    ------
    ValueError
        If an argument is not as said, or one block of classes has more than 2**27 pairs of gold
        and detections of one image and class.

    References
    ----------
    .. [1] pycocotools 2.0, `COCOeval.accumulate`; Lin et al., "Microsoft COCO: Common Objects in
       Context", 2014. A gold label whose id is 0 counts here like any other.

    """
    floors, ranges = sound_thresholds(thresholds), sound_ranges(area_ranges)
    limits = _sound_limits(max_detections)
    true, given = sound(gold, found, n_classes=n_classes)
    standing = stand(true, given, n_classes=n_classes, max_detections=int(limits[-1]))
    positives = _positives(true, ranges, n_classes=n_classes)
    curves = empty_curves(positives, n_thresholds=len(floors), n_limits=len(limits))

    def block(first: int, stop: int) -> None:
        right, wrong = settle(
            true, given, standing, classes=(first, stop), floors=floors, ranges=ranges
        )
        place = int(standing.starts[first])
        _fill(
            standing.by_score,
            standing.starts,
            standing.ranks,
            place,
            right,
            wrong,
            limits,
            RECALLS,
            first,
            stop,
            *curves,
        )

    in_blocks(block, rows=n_classes, rows_min=1, per_thread=BLOCKS_PER_THREAD)
    return curves


def coco_figures(curves: Curves) -> Floats:
    """COCO's twelve figures of curves with the default thresholds, ranges and limits.

    Returns
    -------
    (12,) float64
        AP, AP50, AP75, AP of small, medium and large; AR with 1, 10 and 100 detections, AR of
        small, medium and large. Means over the classes that have gold; -1 where none has.

    Raises
    ------
    ValueError
        If the curves have other shapes.

    """
    precision, recall, positives = curves
    shape = (len(THRESHOLDS), len(RECALLS), len(positives), len(AREA_RANGES))
    if precision.shape != shape or recall.shape[-1] != len(MAX_DETECTIONS):
        raise ValueError("the twelve figures need COCO's own thresholds, ranges and limits")
    found = [_mean(precision[..., 0], positives[:, 0])]
    found += [_mean(precision[t : t + 1, ..., 0], positives[:, 0]) for t in (0, 5)]
    found += [_mean(precision[..., a], positives[:, a]) for a in (1, 2, 3)]
    found += [_mean(recall[..., 0, m], positives[:, 0]) for m in (0, 1, 2)]
    found += [_mean(recall[..., a, 2], positives[:, a]) for a in (1, 2, 3)]
    return np.array(found)


def class_precision(curves: Curves, *, threshold: int | None = None, area: int = 0) -> Floats:
    """AP of every class (k,) float64: the mean over thresholds and recalls, -1 without gold."""
    part = slice(None) if threshold is None else slice(threshold, threshold + 1)
    values = curves.precision[part, :, :, area]
    return np.array([np.mean(values[:, :, k].ravel()) for k in range(values.shape[2])])


def mean_precision(classes: Rows, right: NDArray[np.bool_], positives: NDArray[np.int64]) -> float:
    """AP at one threshold of judged detections, best first, (n,) each; -1 where no class has gold.

    `positives` (k,) counts the gold of every class.
    """
    by_class = np.argsort(classes.astype(np.uint16), kind="stable").astype(np.int32)
    starts = np.zeros(len(positives) + 1, dtype=np.int64)
    np.cumsum(np.bincount(classes, minlength=len(positives)), out=starts[1:])
    good = right.astype(np.uint32).reshape(-1, 1)
    curves = empty_curves(positives.reshape(-1, 1), n_thresholds=1, n_limits=1)
    _fill(
        checks.frozen(by_class),
        checks.frozen(starts),
        checks.frozen(np.zeros(len(classes), dtype=np.int32)),
        0,
        good,
        1 - good,
        checks.frozen(np.ones(1, dtype=np.int64)),
        RECALLS,
        0,
        len(positives),
        *curves,
    )
    return _mean(curves.precision[..., 0], positives)


def empty_curves(positives: NDArray[np.int64], *, n_thresholds: int, n_limits: int) -> Curves:
    """Curves in which nothing can be said yet."""
    kinds, areas = positives.shape
    return Curves(
        np.full((n_thresholds, len(RECALLS), kinds, areas), NOTHING),
        np.full((n_thresholds, kinds, areas, n_limits), NOTHING),
        positives,
    )


def warm() -> None:
    box = [(0.0, 0.0, 1.0, 1.0)]
    average_precision(
        Gold(images=[0], classes=[0], shapes=box),
        Detections(images=[0], classes=[0], shapes=box, scores=[1.0]),
        n_classes=1,
    )


def _sound_limits(max_detections: tuple[int, ...]) -> NDArray[np.int64]:
    limits = np.asarray(max_detections, dtype=np.int64)
    if limits.ndim != 1 or not 1 <= len(limits) <= LIMITS_MAX or limits.min() < 1:
        raise ValueError(f"max_detections must be 1 to {LIMITS_MAX} numbers from 1 on")
    if (limits[1:] <= limits[:-1]).any():
        raise ValueError("max_detections must ascend")
    return checks.frozen(limits)


def _positives(gold: Side, ranges: Floats, *, n_classes: int) -> NDArray[np.int64]:
    counts = np.empty((n_classes, len(ranges)), dtype=np.int64)
    for a, (low, high) in enumerate(ranges.tolist()):
        inside = (gold.areas >= low) & (gold.areas <= high) & (gold.flags & IGNORED == 0)
        counts[:, a] = np.bincount(gold.classes[inside], minlength=n_classes)
    return counts


def _mean(values: Floats, positives: NDArray[np.int64]) -> float:
    """Mean over the classes, the last axis, that have gold, in the order in which COCO adds."""
    known = positives > 0
    if not known.any():
        return NOTHING
    return float(np.mean((values if known.all() else values[..., known]).ravel()))


@njit(cache=True, nogil=True)
def _fill(
    by_score: Rows,
    starts: NDArray[np.int64],
    ranks: Rows,
    place: int,
    right: Marks,
    wrong: Marks,
    limits: NDArray[np.int64],
    recalls: Floats,
    first: int,
    stop: int,
    precision: Floats,
    recall: Floats,
    positives: NDArray[np.int64],
) -> None:
    """Walk down the scores of each class and write down how many were wrong before each right."""
    n_thresholds, n_limits = len(precision), len(limits)
    for k in range(first, stop):
        for a in range(positives.shape[1]):
            if positives[k, a] == 0:
                continue
            most = min(positives[k, a], starts[k + 1] - starts[k])
            before = np.zeros((n_thresholds, most), dtype=np.int64)
            hits = np.zeros(n_thresholds, dtype=np.int64)
            counted = np.zeros((n_thresholds, n_limits), dtype=np.int64)
            misses = np.zeros(n_thresholds, dtype=np.int64)
            for i in range(starts[k], starts[k + 1]):
                d = by_score[i]
                good, bad = np.int64(right[d - place, a]), np.int64(wrong[d - place, a])
                for t in range(n_thresholds if good or bad else 0):
                    misses[t] += (bad >> t) & 1
                    if (good >> t) & 1:
                        before[t, hits[t]] = misses[t]
                        hits[t] += 1
                        for m in range(n_limits):
                            counted[t, m] += ranks[d] < limits[m]
            for t in range(n_thresholds):
                recall[t, k, a] = counted[t] / positives[k, a]
                _envelope(before[t, : hits[t]], positives[k, a], recalls, precision[t, :, k, a])


@njit(cache=True, nogil=True)
def _envelope(
    before: NDArray[np.int64], positives: int, recalls: Floats, precision: Floats
) -> None:
    """Best precision from each recall on; it is found where a detection is right."""
    hits, best = len(before), 0.0
    for r in range(len(recalls) - 1, -1, -1):
        # The first detection stands for a recall of 0, whether it is right or not.
        need = max(_least(positives, recalls[r]), 1)
        while hits >= need:
            best = max(best, hits / (before[hits - 1] + hits + EPSILON))
            hits -= 1
        precision[r] = best


@njit(cache=True, nogil=True)
def _least(positives: int, recall: float) -> int:
    """Give the smallest number of hits whose share of all positives is this recall or more."""
    hits = int(recall * positives)
    while hits > 0 and (hits - 1) / positives >= recall:
        hits -= 1
    while hits / positives < recall:
        hits += 1
    return hits
