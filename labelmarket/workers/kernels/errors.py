"""What kinds of errors detections make, and what each kind costs in average precision."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.matching import Matches, match_detections
from labelmarket.workers.kernels.precision import mean_precision
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

RIGHT, CLASS, LOCATION, BOTH, DUPLICATE, BACKGROUND, UNJUDGED = range(7)
"""What a detection can be; the last is neither right nor wrong, or beyond the limit."""

KINDS = ("class", "location", "both", "duplicate", "background", "missed")
"""The kinds of errors in the order of `Errors.counts` and `Errors.gains`."""

BLOCK_PAIRS = 1 << 22


class Errors(NamedTuple):
    """The errors of n detections against g gold labels.

    `kinds` (n,) uint8 has the codes above. `missed` (g,) bool are gold labels that are counted,
    not found, and that no class or location error is about. `counts` (6,) int64 and `gains` (6,)
    float64 belong to `KINDS`: how often, and by how much AP would be higher without; `precision`
    is AP as it is. Gains are -1 where no class has gold. `matches` are what it was judged by.
    """

    kinds: NDArray[np.uint8]
    missed: NDArray[np.bool_]
    counts: NDArray[np.int64]
    gains: Floats
    precision: float
    matches: Matches


def error_kinds(
    gold: Gold,
    found: Detections,
    *,
    n_classes: int,
    threshold: float = 0.5,
    background: float = 0.1,
    max_detections: int = 100,
) -> Errors:
    """Sort the wrong detections and the gold that nothing found by what went wrong.

    A wrong detection, with the largest IoU over the gold of its image, is of the first kind that
    fits: location (own class, from `background` to before `threshold`), class (another class,
    `threshold` or more), duplicate (own class, `threshold` or more, found by a surer one),
    background (no gold at `background` or more), else both class and location.

    What a kind costs is AP with its errors mended, less AP as it is, and at least 0: the surest
    detection of a class or location error becomes right if its gold is not found otherwise; all
    others of the kind vanish; missed gold is no longer asked for.

    Parameters
    ----------
    gold, found, n_classes
        As in `average_precision`.
    threshold, background : float
        IoU, 0 < background < threshold <= 1.
    max_detections : int
        Most detections of one class on one image.

    Returns
    -------
    Errors

    Raises
    ------
    ValueError
        As `match_detections`, or if the two IoU are not as said.

    References
    ----------
    .. [1] Bolya et al., "TIDE: A General Toolbox for Identifying Object Detection Errors",
       ECCV 2020, section 2. AP is COCO's at one threshold, so ignored gold, ties and the limit
       of detections follow COCO, and a class without gold has no part in the mean.

    """
    if not 0.0 < background < threshold <= 1.0:
        raise ValueError("background must be above 0 and below threshold, which is at most 1")
    true, given = sound(gold, found, n_classes=n_classes)
    matches = match_detections(
        gold, found, n_classes=n_classes, thresholds=(threshold,), max_detections=max_detections
    )
    partner, ignored = matches.gold[:, 0], matches.ignored[:, 0] | ~matches.counted
    kinds = np.full(len(partner), BACKGROUND, dtype=np.uint8)
    kinds[partner >= 0] = RIGHT
    kinds[ignored] = UNJUDGED
    taken = np.zeros(len(true.images), dtype=np.uint8)
    taken[partner[kinds == RIGHT]] = 1
    about = np.full(len(partner), -1, dtype=np.int32)
    flat = stand(
        true.of_one_class(),
        given.of_one_class(),
        n_classes=1,
        max_detections=checks.INDEX_MAX,
    )
    _judge(true, given, flat, (threshold, background), taken, kinds, about)
    surest = _surest(flat, about, len(taken))
    counted = true.flags & IGNORED == 0
    missed = counted & (taken == 0) & (surest < 0)
    mends = np.zeros(len(kinds), dtype=np.bool_)
    mends[surest[(surest >= 0) & (taken == 0)]] = True
    costs = _costs(true, given, flat, kinds, about, mends, missed, n_classes=n_classes)
    return Errors(kinds, missed, *costs, matches)


def warm() -> None:
    box = [(0.0, 0.0, 1.0, 1.0)]
    error_kinds(
        Gold(images=[0], classes=[0], shapes=box),
        Detections(images=[0], classes=[0], shapes=box, scores=[1.0]),
        n_classes=1,
    )


def _judge(
    gold: Side,
    found: Side,
    flat: Standing,
    limits: tuple[float, float],
    taken: Flags,
    kinds: NDArray[np.uint8],
    about: Rows,
) -> None:
    sizes = flat.spans.astype(np.int64)
    pairs = np.cumsum((sizes[:, 1] - sizes[:, 0]) * (sizes[:, 3] - sizes[:, 2]))
    blocks = np.flatnonzero(np.diff(pairs // BLOCK_PAIRS, prepend=-1)).tolist()
    for at, first in enumerate(blocks):
        spans = flat.spans[first : blocks[at + 1] if at + 1 < len(blocks) else None]
        ious, starts = overlaps_of_spans(spans, flat.gold_order, gold, flat.order, found)
        _sort_out(
            spans,
            starts,
            ious,
            flat.gold_order,
            gold.classes,
            gold.flags,
            flat.order,
            found.classes,
            *limits,
            taken,
            kinds,
            about,
        )


def _surest(flat: Standing, about: Rows, n_gold: int) -> Rows:
    """Give the surest detection that is about each gold label, or -1."""
    surest = np.full(n_gold, -1, dtype=np.int32)
    rows = flat.order[flat.by_score][::-1]
    rows = rows[about[rows] >= 0]
    # Of several writes to one place the last stays, and the surest comes last.
    surest[about[rows]] = rows
    return surest


def _costs(
    gold: Side,
    found: Side,
    flat: Standing,
    kinds: NDArray[np.uint8],
    about: Rows,
    mends: NDArray[np.bool_],
    missed: NDArray[np.bool_],
    *,
    n_classes: int,
) -> tuple[NDArray[np.int64], Floats, float]:
    """Give the counts and gains of each kind, and AP as it is."""
    best_first = flat.order[flat.by_score]
    best_first = best_first[kinds[best_first] != UNJUDGED]
    positives = np.bincount(gold.classes[gold.flags & IGNORED == 0], minlength=n_classes)

    def precision(mended: int, wanted: NDArray[np.int64]) -> float:
        mine = kinds == mended
        rows = best_first[~mine[best_first] | mends[best_first]]
        good = (kinds[rows] == RIGHT) | mine[rows]
        classes = found.classes[rows]
        classes[mine[rows]] = gold.classes[about[rows[mine[rows]]]]
        return mean_precision(classes, good, wanted)

    base = precision(UNJUDGED, positives)
    mended = [precision(kind, positives) for kind in range(CLASS, UNJUDGED)]
    mended.append(
        precision(UNJUDGED, positives - np.bincount(gold.classes[missed], minlength=n_classes))
    )
    counts = [*np.bincount(kinds, minlength=UNJUDGED)[CLASS:UNJUDGED].tolist(), missed.sum()]
    gains = np.maximum(np.array(mended) - base, 0.0) if base >= 0.0 else np.full(6, -1.0)
    return np.array(counts, dtype=np.int64), gains, base


@njit(cache=True, nogil=True)
def _sort_out(
    spans: Rows,
    starts: NDArray[np.int64],
    ious: Floats,
    gold_order: Rows,
    gold_classes: Rows,
    flags: Flags,
    order: Rows,
    classes: Rows,
    threshold: float,
    background: float,
    taken: Flags,
    kinds: NDArray[np.uint8],
    about: Rows,
) -> None:
    for s in range(len(spans)):
        rows = gold_order[spans[s, 0] : spans[s, 1]]
        for d in range(spans[s, 2], spans[s, 3]):
            row, at = order[d], starts[s] + (d - spans[s, 2]) * len(rows)
            if kinds[row] == BACKGROUND:
                kinds[row], about[row] = _kind(
                    ious[at : at + len(rows)],
                    rows,
                    gold_classes,
                    flags,
                    taken,
                    classes[row],
                    threshold,
                    background,
                )


@njit(cache=True, nogil=True)
def _kind(
    ious: Floats,
    rows: Rows,
    classes: Rows,
    flags: Flags,
    taken: Flags,
    kind: int,
    threshold: float,
    background: float,
) -> tuple[int, int]:
    """Give what is wrong with a detection, and the gold label that it is about, or -1."""
    own, other, again, own_row, other_row = 0.0, 0.0, 0.0, -1, -1
    for g in range(len(rows)):
        gold, iou = rows[g], ious[g]
        if flags[gold] & IGNORED:
            continue
        if classes[gold] != kind:
            if iou > other:
                other, other_row = iou, gold
            continue
        if taken[gold]:
            again = max(again, iou)
        if iou > own:
            own, own_row = iou, gold
    if background <= own < threshold:
        return LOCATION, own_row
    if other >= threshold:
        return CLASS, other_row
    if again >= threshold:
        return DUPLICATE, -1
    return BOTH if max(own, other) >= background else BACKGROUND, -1
