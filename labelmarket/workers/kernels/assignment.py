"""One-to-one pairs of two sets of labels with the largest IoU in sum: the Hungarian method."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.sides import Detections, Floats, Gold, Rows, sound
from labelmarket.workers.kernels.span_overlaps import overlaps_of_spans
from labelmarket.workers.kernels.standing import stand

TANGLED_MAX = 2_000
"""Most labels of the smaller side that overlap in one heap: the work is their cube."""

Ints = NDArray[np.int64]


class Pairs(NamedTuple):
    """For each of n labels: its partner's row, (n,) int32, or -1; and their IoU, (n,) float64."""

    partner: Rows
    iou: Floats


def match_labels(
    one: Gold, other: Gold, *, n_classes: int, threshold: float = 0.5, by_class: bool = True
) -> Pairs:
    """Pair two label sets of the same images, none of which is more right than the other.

    Parameters
    ----------
    one, other : Gold
        n and m labels, boxes or masks; crowds and ignored labels are labels like others.
    n_classes : int
        How many classes there are, at most 2,000.
    threshold : float
        Least IoU of a pair, above 0 and at most 1.
    by_class : bool
        Pair within a class only.

    Returns
    -------
    Pairs
        One row a label of `one`. No label is in two pairs, and no other choice of pairs that
        reach the threshold has a larger sum of IoU, but for rounding (1e-12 a pair).

    Raises
    ------
    ValueError
        If a column is not as `Gold` says, there are more than 2**27 pairs of one image and class,
        or more than 2,000 labels overlap in one heap.

    References
    ----------
    .. [1] Kuhn, "The Hungarian method for the assignment problem", 1955; with the shortest
       augmenting paths of Jonker and Volgenant, 1987.

    """
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold must be above 0 and at most 1, not {threshold}")
    true, given = sound(_plain(one), _scored(other), n_classes=n_classes)
    if not by_class:
        true, given, n_classes = true.of_one_class(), given.of_one_class(), 1
    standing = stand(true, given, n_classes=n_classes, max_detections=checks.INDEX_MAX)
    spans = standing.spans
    ious, starts = overlaps_of_spans(spans, standing.gold_order, true, standing.order, given)
    partner = np.full(len(true.images), -1, dtype=np.int32)
    found = np.zeros(len(true.images))
    arguments = (spans, starts, ious, standing.gold_order, standing.order, threshold)
    if not _pair_all(*arguments, partner, found):
        raise ValueError(f"more than {TANGLED_MAX} labels of one image overlap in one heap")
    return Pairs(partner, found)


def warm() -> None:
    box = Gold(images=[0], classes=[0], shapes=[(0.0, 0.0, 1.0, 1.0)])
    match_labels(box, box, n_classes=1)


def _plain(labels: Gold) -> Gold:
    return Gold(images=labels.images, classes=labels.classes, shapes=labels.shapes)


def _scored(labels: Gold) -> Detections:
    return Detections(
        images=labels.images,
        classes=labels.classes,
        shapes=labels.shapes,
        scores=np.zeros(np.asarray(labels.images).size),
    )


@njit(cache=True, nogil=True)
def _pair_all(
    spans: Rows,
    starts: Ints,
    ious: Floats,
    gold_order: Rows,
    order: Rows,
    threshold: float,
    partner: Rows,
    found: Floats,
) -> bool:
    for s in range(len(spans)):
        rows = gold_order[spans[s, 0] : spans[s, 1]]
        columns = order[spans[s, 2] : spans[s, 3]]
        close = ious[starts[s] : starts[s + 1]].reshape((len(columns), len(rows)))
        left = np.ones(len(rows), dtype=np.bool_)
        for seed in range(len(rows)):
            if not left[seed]:
                continue
            some, others = _heap(close, seed, threshold, left)
            if min(len(some), len(others)) > TANGLED_MAX:
                return False
            if len(others):
                weights = np.empty((len(some), len(others)))
                for i in range(len(some)):
                    for j in range(len(others)):
                        iou = close[others[j], some[i]]
                        weights[i, j] = iou if iou >= threshold else 0.0
                _pair_heap(weights, rows[some], columns[others], partner, found)
    return True


@njit(cache=True, nogil=True)
def _heap(close: Floats, seed: int, threshold: float, left: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """All labels that hang together with one by pairs that reach the threshold."""
    some, others = np.empty(close.shape[1], dtype=np.int64), np.empty(len(close), dtype=np.int64)
    reached = np.zeros(len(close), dtype=np.bool_)
    some[0], left[seed] = seed, False
    n, m, i, j = 1, 0, 0, 0
    while i < n or j < m:
        if i < n:
            for d in range(len(close)):
                if not reached[d] and close[d, some[i]] >= threshold:
                    reached[d], others[m] = True, d
                    m += 1
            i += 1
        else:
            for g in range(close.shape[1]):
                if left[g] and close[others[j], g] >= threshold:
                    left[g], some[n] = False, g
                    n += 1
            j += 1
    return np.sort(some[:n]), np.sort(others[:m])


@njit(cache=True, nogil=True)
def _pair_heap(weights: Floats, rows: Rows, columns: Rows, partner: Rows, found: Floats) -> None:
    turned = len(rows) > len(columns)
    chosen = _hungarian(weights.T.copy() if turned else weights)
    for at in range(len(chosen)):
        i, j = (chosen[at], at) if turned else (at, chosen[at])
        if weights[i, j] > 0.0:
            partner[rows[i]], found[rows[i]] = columns[j], weights[i, j]


@njit(cache=True, nogil=True)
def _hungarian(weights: Floats) -> Ints:
    """Give each row, of at most as many as columns, its column; the sum of weights is largest."""
    n, m = weights.shape
    rows, columns = np.zeros(n + 1), np.zeros(m + 1)
    # Column m is where a row starts that has none yet.
    owner, before = np.full(m + 1, -1, dtype=np.int64), np.empty(m + 1, dtype=np.int64)
    for row in range(n):
        owner[m] = row
        at = m
        least, done = np.full(m + 1, np.inf), np.zeros(m + 1, dtype=np.bool_)
        while owner[at] >= 0:
            done[at] = True
            price = float(rows[owner[at]])
            at, step = _nearest(weights[owner[at]], price, columns, done, least, before, at)
            for j in range(m + 1):
                if done[j]:
                    rows[owner[j]] += step
                    columns[j] -= step
                else:
                    least[j] -= step
        while at != m:
            owner[at] = owner[before[at]]
            at = before[at]
    chosen = np.empty(n, dtype=np.int64)
    for j in range(m):
        if owner[j] >= 0:
            chosen[owner[j]] = j
    return chosen


@njit(cache=True, nogil=True)
def _nearest(
    weights: Floats,
    price: float,
    columns: Floats,
    done: NDArray[np.bool_],
    least: Floats,
    before: Ints,
    at: int,
) -> tuple[int, float]:
    """Give the open column that costs least to reach, and what it costs."""
    step, best = np.inf, -1
    for j in range(len(weights)):
        if done[j]:
            continue
        slack = -weights[j] - price - columns[j]
        if slack < least[j]:
            least[j], before[j] = slack, at
        if least[j] < step:
            step, best = least[j], j
    return best, step
