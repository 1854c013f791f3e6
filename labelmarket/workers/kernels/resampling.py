"""Average precision over images drawn anew: how it would vary with other images of their kind."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.matching import EVERY_SIZE, Marks, settle, sound_ranges
from labelmarket.workers.kernels.precision import BLOCKS_PER_THREAD, RECALLS, THRESHOLDS
from labelmarket.workers.kernels.sides import IGNORED, Detections, Floats, Gold, Rows, Side, sound
from labelmarket.workers.kernels.standing import Standing, stand
from labelmarket.workers.kernels.threads import in_blocks

SAMPLES_MAX = 10_000
DRAWN_MAX = 1 << 25
"""Most numbers that one thread draws before it uses them: a byte each."""

MOST_OFTEN = 12
"""Above the number of times that any image is drawn, but for one image in ten billion."""

Draws = NDArray[np.uint8]
Words = NDArray[np.uint64]


def resampled_precision(
    gold: Gold,
    found: Detections,
    *,
    n_classes: int,
    samples: int,
    seed: int = 0,
    max_detections: int = 100,
) -> Floats:
    """AP of every class, the mean over COCO's thresholds, on samples of the images.

    Parameters
    ----------
    gold, found, n_classes
        As in `average_precision`. An image is what varies: its labels come and go together.
    samples : int
        How many, at most 10,000.
    seed : int
        From 0 to before 2**32; another one draws other samples.
    max_detections : int
        Most detections of one class on one image.

    Returns
    -------
    (n_classes, samples) float64
        NaN where a sample holds no gold of the class. The same bits for the same input, whatever
        the number of threads; an image's draws depend on its number, the sample and the seed
        alone. Time is about 3 ns for each detection, threshold and sample.

    Raises
    ------
    ValueError
        As `average_precision`, or if `samples` or `seed` is out of bounds.

    Notes
    -----
    The bootstrap [1]_ with Poisson weights of mean one: each image stands in a sample as often as
    a number says that knows nothing of the other images. The numbers come from a hash, SplitMix64
    [2]_. Of two copies of one image, and of equal scores, none comes before the other.

    References
    ----------
    .. [1] Hanley and MacGibbon, "Creating non-parametric bootstrap samples using Poisson
       frequencies", Computer Methods and Programs in Biomedicine 83, 2006.
    .. [2] Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.

    """
    checks.bounded(samples, name="samples", low=0, high=SAMPLES_MAX)
    checks.bounded(seed, name="seed", low=0, high=(1 << 32) - 1)
    true, given = sound(gold, found, n_classes=n_classes)
    standing = stand(true, given, n_classes=n_classes, max_detections=max_detections)
    right, wrong = _judged(true, given, standing, n_classes=n_classes)
    numbers, places = np.unique(np.concatenate([true.images, given.images]), return_inverse=True)
    asked = (true.flags & IGNORED == 0) & (true.areas <= EVERY_SIZE[1])
    counted = standing.gold_order[asked[standing.gold_order]]
    counted_starts = np.zeros(n_classes + 1, dtype=np.int64)
    np.cumsum(np.bincount(true.classes[counted], minlength=n_classes), out=counted_starts[1:])
    gold_images = checks.frozen(places[counted].astype(np.int32))
    images = checks.frozen(places[len(true.images) :][standing.order].astype(np.int32))
    values = np.full((n_classes, samples), np.nan)
    step = max(DRAWN_MAX // max(len(numbers), 1), 1)

    def block(first: int, stop: int) -> None:
        for at in range(first, stop, step):
            draws = np.empty((min(step, stop - at), len(numbers)), dtype=np.uint8)
            _draw(numbers.astype(np.uint64), np.uint64(at), np.uint64(seed), _chances(), draws)
            _resample(
                standing.by_score,
                standing.starts,
                images,
                right,
                wrong,
                counted_starts,
                gold_images,
                draws,
                RECALLS,
                len(THRESHOLDS),
                at,
                values,
            )

    in_blocks(block, rows=samples, rows_min=1)
    return values


def warm() -> None:
    box = [(0.0, 0.0, 1.0, 1.0)]
    resampled_precision(
        Gold(images=[0], classes=[0], shapes=box),
        Detections(images=[0], classes=[0], shapes=box, scores=[1.0]),
        n_classes=1,
        samples=1,
    )


def _judged(
    gold: Side, found: Side, standing: Standing, *, n_classes: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Give the thresholds at which each detection is right and wrong, in the standing's order."""
    ranges = sound_ranges((EVERY_SIZE,))

    def block(first: int, stop: int) -> tuple[Marks, Marks]:
        return settle(
            gold, found, standing, classes=(first, stop), floors=THRESHOLDS, ranges=ranges
        )

    parts = in_blocks(block, rows=n_classes, rows_min=1, per_thread=BLOCKS_PER_THREAD)
    right, wrong = (np.concatenate([part[side][:, 0] for part in parts]) for side in (0, 1))
    return checks.frozen(right), checks.frozen(wrong)


def _chances() -> Words:
    """Give the chances of a Poisson number of mean one to be 0, up to 1, …, of 2**64."""
    terms = np.cumprod([np.exp(-1.0), *(1.0 / np.arange(1, MOST_OFTEN))])
    return checks.frozen(np.minimum(np.cumsum(terms) * 2.0**63, 2.0**63).astype(np.uint64) * 2)


@njit(cache=True, nogil=True)
def _draw(numbers: Words, first: np.uint64, seed: np.uint64, chances: Words, draws: Draws) -> None:
    for s in range(len(draws)):
        for i in range(len(numbers)):
            state = _mixed(seed ^ _mixed((first + np.uint64(s)) ^ _mixed(numbers[i])))
            many = 0
            while many < len(chances) - 1 and state >= chances[many]:
                many += 1
            draws[s, i] = many


@njit(cache=True, nogil=True)
def _mixed(value: np.uint64) -> np.uint64:
    word = value + np.uint64(0x9E3779B97F4A7C15)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@njit(cache=True, nogil=True)
def _resample(
    by_score: Rows,
    starts: NDArray[np.int64],
    images: Rows,
    right: NDArray[np.uint32],
    wrong: NDArray[np.uint32],
    gold_starts: NDArray[np.int64],
    gold_images: Rows,
    draws: Draws,
    recalls: Floats,
    thresholds: int,
    first: int,
    values: Floats,
) -> None:
    """Weigh each detection by its image's draws; copies of one are right or wrong together.

    The values begin at their column `first`: a part of a table would be of another type.
    """
    for k in range(len(starts) - 1):
        here = by_score[starts[k] : starts[k + 1]]
        mine = gold_images[gold_starts[k] : gold_starts[k + 1]]
        times = np.empty(len(here), dtype=np.int64)
        good, bad = np.empty_like(times), np.empty_like(times)
        hits, rate = np.empty_like(times), np.empty(len(here))
        least = np.empty(len(recalls), dtype=np.int64)
        for s in range(len(draws) if len(mine) else 0):
            positives = 0
            for image in mine:
                positives += draws[s, image]
            if positives == 0:
                continue
            n = 0
            for d in here:
                if draws[s, images[d]]:
                    times[n], good[n], bad[n] = draws[s, images[d]], right[d], wrong[d]
                    n += 1
            for r in range(len(recalls)):
                least[r] = _least(positives, recalls[r])
            total = 0.0
            for t in range(thresholds):
                total += _area(times[:n], good, bad, t, least, hits, rate)
            values[k, first + s] = total / (thresholds * len(recalls))


@njit(cache=True, nogil=True)
def _area(
    times: NDArray[np.int64],
    good: NDArray[np.int64],
    bad: NDArray[np.int64],
    threshold: int,
    least: NDArray[np.int64],
    hits: NDArray[np.int64],
    rate: Floats,
) -> float:
    """Sum up the best precision from each recall on; `hits` and `rate` are room to work in."""
    rights, wrongs, n = 0, 0, 0
    for i in range(len(times)):
        wrongs += times[i] * ((bad[i] >> threshold) & 1)
        if (good[i] >> threshold) & 1:
            rights += times[i]
            hits[n], rate[n] = rights, rights / (rights + wrongs)
            n += 1
    best, total = 0.0, 0.0
    for r in range(len(least) - 1, -1, -1):
        while n > 0 and hits[n - 1] >= least[r]:
            best = max(best, rate[n - 1])
            n -= 1
        total += best
    return total


@njit(cache=True, nogil=True)
def _least(positives: int, recall: float) -> int:
    """Give the smallest number of hits, from one on, whose share is this recall or more."""
    hits = int(recall * positives)
    while hits > 0 and (hits - 1) / positives >= recall:
        hits -= 1
    while hits / positives < recall:
        hits += 1
    return max(hits, 1)
