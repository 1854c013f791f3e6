"""Samples of images, against average precision of the images written down as often as drawn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numba
import numpy as np
import pytest

from labelmarket.workers import kernels
from tests.workers.kernels.coco_peer import (
    CLASSES,
    Found,
    Truth,
    detections_of,
    gold_of,
)

WORD = (1 << 64) - 1


def mixed(value: int) -> int:
    """SplitMix64, after its paper."""
    word = (value + 0x9E3779B97F4A7C15) & WORD
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & WORD
    return word ^ (word >> 31)


def drawn(image: int, *, sample: int, seed: int) -> int:
    """Give how often an image is drawn: a Poisson number of mean one."""
    share = mixed(seed ^ mixed(sample ^ mixed(image))) / 2**64
    many, term = 0, np.exp(-1.0)
    while share >= term:
        share, many = share - term, many + 1
        term = np.exp(-1.0) / np.prod(np.arange(1, many + 1))
    return many


def scene(seed: int, *, images: int = 6) -> tuple[list[Truth], list[Found]]:
    """Give gold and detections, some off, some of nothing, no two of one score."""
    chance = Random(seed)  # noqa: S311  (nothing here is a secret)
    gold, found = [], []
    for place in range(images * 4):
        image, kind = chance.randrange(images), chance.randrange(CLASSES)
        box = (chance.randrange(20), chance.randrange(20), 10.0, 10.0)
        gold.append(Truth(image, kind, box, 100.0, int(place % 9 == 0), int(place % 7 == 0)))
        near = (box[0] + chance.choice([0, 0, 1, 2]), box[1], 10.0, 10.0)
        if chance.random() < 0.8:
            found.append(Found(image, chance.choice([kind, kind, 0]), near, chance.random()))
    return gold, found


def copied(
    gold: Sequence[Truth], found: Sequence[Found], times: Counter[int]
) -> tuple[list[Truth], list[Found]]:
    """Write every image down as often as it was drawn, as images of their own."""
    copies = [(image, copy) for image in times for copy in range(times[image])]
    return (
        [
            replace(row, image=number)
            for number, (image, _) in enumerate(copies)
            for row in gold
            if row.image == image
        ],
        [
            replace(row, image=number)
            for number, (image, _) in enumerate(copies)
            for row in found
            if row.image == image
        ],
    )


@pytest.mark.parametrize("as_masks", [False, True])
@pytest.mark.parametrize("seed", [0, 7])
def test_a_sample_is_worth_what_its_images_are(seed: int, as_masks: bool) -> None:
    gold, found = scene(seed)

    sampled = kernels.resampled_precision(
        gold_of(gold, as_masks=as_masks),
        detections_of(found, as_masks=as_masks),
        n_classes=CLASSES,
        samples=12,
        seed=seed,
    )

    for sample in range(12):
        times = Counter({image: drawn(image, sample=sample, seed=seed) for image in range(6)})
        true, given = copied(gold, found, times)
        curves = kernels.average_precision(
            gold_of(true, as_masks=as_masks),
            detections_of(given, as_masks=as_masks),
            n_classes=CLASSES,
        )
        want = kernels.class_precision(curves)
        assert np.nan_to_num(sampled[:, sample], nan=-1.0) == pytest.approx(want, abs=1e-12)


def test_images_are_drawn_once_in_the_mean_with_a_variance_of_one() -> None:
    times = [drawn(image, sample=3, seed=0) for image in range(20_000)]

    assert np.mean(times) == pytest.approx(1.0, abs=0.03)
    assert np.var(times) == pytest.approx(1.0, abs=0.05)


def test_the_number_of_threads_and_other_images_change_no_bit() -> None:
    gold, found = scene(1)
    apart = replace(gold[0], image=50, kind=0, crowd=1)

    def sampled(rows: Sequence[Truth]) -> bytes:
        values = kernels.resampled_precision(
            gold_of(rows), detections_of(found), n_classes=CLASSES, samples=40
        )
        return bytes(values.tobytes())

    before = numba.get_num_threads()
    both = sampled(gold)
    numba.set_num_threads(1)
    try:
        one = sampled([*gold, apart])
    finally:
        numba.set_num_threads(before)
    assert one == both


def test_another_seed_draws_other_samples() -> None:
    gold, found = scene(2)
    sides = gold_of(gold), detections_of(found)

    one = kernels.resampled_precision(*sides, n_classes=CLASSES, samples=5, seed=1)
    other = kernels.resampled_precision(*sides, n_classes=CLASSES, samples=5, seed=2)

    assert not np.array_equal(one, other)


def test_a_class_without_gold_is_nothing_in_every_sample() -> None:
    values = kernels.resampled_precision(
        gold_of([]), detections_of([Found(0, 1, (0.0, 0.0, 9.0, 9.0), 0.5)]), n_classes=2, samples=3
    )

    assert values.shape == (2, 3)
    assert np.isnan(values).all()


@pytest.mark.parametrize("bounds", [{"samples": -1}, {"samples": 10_001}, {"seed": 1 << 32}])
def test_what_is_out_of_bounds_is_refused(bounds: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(bounds))):
        kernels.resampled_precision(
            gold_of([]), detections_of([]), n_classes=1, **{"samples": 1, **bounds}
        )
