"""Which gold and which detections stand together: by class, image, and the best score first."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.sides import Rows, Side

SPARE_IMAGES = 1 << 16
DIGIT_BITS, DIGITS = 11, 6


class Standing(NamedTuple):
    """Both sides in order. A place is an index into `gold_order` or `order`.

    `gold_order` (g,) holds gold rows by class, image, row; `order` (d,) detections by class,
    image, score from the best, row, without those beyond the limit of their class and image.
    `ranks` (d,) counts within class and image from 0. `by_score` (d,) holds places by class, then
    score from the best, then image. `starts` (classes + 1) bounds the classes in both of these.
    `spans` (k, 4) are the places of each class and image that has both: gold from, gold to,
    detections from, detections to; `span_starts` (classes + 1) bounds the classes.
    """

    gold_order: Rows
    order: Rows
    ranks: Rows
    by_score: Rows
    starts: NDArray[np.int64]
    spans: Rows
    span_starts: NDArray[np.int64]


def stand(gold: Side, found: Side, *, n_classes: int, max_detections: int) -> Standing:
    """Sort both sides; every tie is settled by image and row, as a stable sort would."""
    gold_images, images = _close_images(gold.images, found.images)
    width = 1 + int(max(gold_images.max(initial=0), images.max(initial=0)))
    gold_order = _stable(_stable(_all(gold), gold_images, width), gold.classes, n_classes)
    # Adding zero makes the two zeros one, so that they are a tie.
    bits = checks.frozen((found.scores + 0.0).view(np.uint64))
    best = _best_first(_stable(_all(found), images, width), bits)
    best = _stable(best, found.classes, n_classes)
    places = _stable(_stable(best, images, width), found.classes, n_classes)
    order, ranks = _limited(places, images, found.classes, max_detections)
    spans = _spans(gold_order, gold_images, gold.classes, order, images, found.classes)
    return Standing(
        gold_order=checks.frozen(gold_order),
        order=checks.frozen(order),
        ranks=checks.frozen(ranks),
        by_score=checks.frozen(_places(best, order)),
        starts=_starts(found.classes[order], n_classes),
        spans=checks.frozen(spans),
        span_starts=_starts(found.classes[order[spans[:, 2]]], n_classes),
    )


def _all(side: Side) -> Rows:
    return np.arange(len(side.images), dtype=np.int32)


def _starts(classes: Rows, n_classes: int) -> NDArray[np.int64]:
    starts = np.zeros(n_classes + 1, dtype=np.int64)
    np.cumsum(np.bincount(classes, minlength=n_classes), out=starts[1:])
    return checks.frozen(starts)


def _close_images(gold: Rows, found: Rows) -> tuple[Rows, Rows]:
    """Number images anew where few labels bear large numbers: a sort counts up to the largest."""
    top = int(max(gold.max(initial=0), found.max(initial=0)))
    if top < 4 * (len(gold) + len(found)) + SPARE_IMAGES:
        return gold, found
    _, numbers = np.unique(np.concatenate([gold, found]), return_inverse=True)
    close = checks.frozen(numbers.astype(np.int32))
    return close[: len(gold)], close[len(gold) :]


@njit(cache=True, nogil=True)
def _stable(rows: Rows, keys: Rows, width: int) -> Rows:
    """Rows by their keys below `width`; equal keys keep their order."""
    starts = np.zeros(width + 1, dtype=np.int64)
    for row in rows:
        starts[keys[row] + 1] += 1
    for key in range(width):
        starts[key + 1] += starts[key]
    out = np.empty_like(rows)
    for row in rows:
        key = keys[row]
        out[starts[key]] = row
        starts[key] += 1
    return out


@njit(cache=True, nogil=True)
def _best_first(rows: Rows, scores: NDArray[np.uint64]) -> Rows:
    """Rows by score from the largest, stable; `scores` are the bits of float64 numbers."""
    n = len(rows)
    sign, top = np.uint64(1 << 63), np.uint64((1 << DIGIT_BITS) - 1)
    counts = np.zeros((DIGITS, 1 << DIGIT_BITS), dtype=np.int64)
    here, there = rows.copy(), np.empty_like(rows)
    keys, other = np.empty(n, dtype=np.uint64), np.empty(n, dtype=np.uint64)
    for i in range(n):
        bits = scores[rows[i]]
        # As unsigned numbers, these ascend while the scores fall.
        key = bits if bits & sign else ~(bits | sign)
        keys[i] = key
        for digit in range(DIGITS):
            counts[digit, (key >> np.uint64(digit * DIGIT_BITS)) & top] += 1
    for digit in range(DIGITS):
        # A digit that all keys share sorts nothing.
        if counts[digit].max() == n:
            continue
        shift, total = np.uint64(digit * DIGIT_BITS), np.int64(0)
        for value in range(1 << DIGIT_BITS):
            many = counts[digit, value]
            counts[digit, value] = total
            total += many
        for i in range(n):
            value = (keys[i] >> shift) & top
            at = counts[digit, value]
            there[at], other[at] = here[i], keys[i]
            counts[digit, value] = at + 1
        here, there, keys, other = there, here, other, keys
    return here


@njit(cache=True, nogil=True)
def _limited(rows: Rows, images: Rows, classes: Rows, limit: int) -> tuple[Rows, Rows]:
    order, ranks = np.empty_like(rows), np.empty_like(rows)
    n, rank, before = 0, 0, -1
    for row in rows:
        same = before >= 0 and images[row] == images[before] and classes[row] == classes[before]
        rank = rank + 1 if same else 0
        before = row
        if rank < limit:
            order[n], ranks[n] = row, rank
            n += 1
    return order[:n].copy(), ranks[:n].copy()


@njit(cache=True, nogil=True)
def _places(rows: Rows, order: Rows) -> Rows:
    """Where each row stands in `order`, without the rows that do not."""
    place = np.full(len(rows), -1, dtype=np.int32)
    for i in range(len(order)):
        place[order[i]] = i
    out, n = np.empty(len(order), dtype=np.int32), 0
    for row in rows:
        if place[row] >= 0:
            out[n] = place[row]
            n += 1
    return out


@njit(cache=True, nogil=True)
def _spans(
    gold_order: Rows, gold_images: Rows, gold_classes: Rows, order: Rows, images: Rows, kinds: Rows
) -> Rows:
    spans = np.empty((min(len(gold_order), len(order)), 4), dtype=np.int32)
    n, g, d = 0, 0, 0
    while g < len(gold_order) and d < len(order):
        kind, image = kinds[order[d]], images[order[d]]
        gold_kind, gold_image = gold_classes[gold_order[g]], gold_images[gold_order[g]]
        if gold_kind < kind or (gold_kind == kind and gold_image < image):
            g += 1
        elif gold_kind > kind or gold_image > image:
            d += 1
        else:
            spans[n, 0], spans[n, 2] = g, d
            g = _after(g, gold_order, gold_images, gold_classes)
            d = _after(d, order, images, kinds)
            spans[n, 1], spans[n, 3] = g, d
            n += 1
    return spans[:n].copy()


@njit(cache=True, nogil=True)
def _after(place: int, order: Rows, images: Rows, classes: Rows) -> int:
    """Give the first place of the next class and image."""
    image, kind = images[order[place]], classes[order[place]]
    while place < len(order) and images[order[place]] == image and classes[order[place]] == kind:
        place += 1
    return place
