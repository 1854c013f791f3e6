"""Average precision and recall against pycocotools, to the last bit."""

from dataclasses import replace
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import ArrayLike

from labelmarket.workers import kernels
from labelmarket.workers.kernels.precision import Curves
from tests.workers.kernels.coco_peer import (
    CLASSES,
    Found,
    Truth,
    detections_of,
    founds,
    gold_of,
    peer_evaluation,
    truths,
)

WHOLE = (0.0, 0.0, 10.0, 10.0)


def curves_of(gold: list[Truth], found: list[Found], *, as_masks: bool = False) -> Curves:
    return kernels.average_precision(
        gold_of(gold, as_masks=as_masks),
        detections_of(found, as_masks=as_masks),
        n_classes=CLASSES,
    )


@settings(max_examples=30)
@given(truths, founds)
def test_boxes_give_the_bits_of_pycocotools(gold: list[Truth], found: list[Found]) -> None:
    peer = peer_evaluation(gold, found)

    curves = curves_of(gold, found)

    assert np.array_equal(curves.precision, peer.eval["precision"][..., -1])
    assert np.array_equal(curves.recall, peer.eval["recall"])
    assert np.array_equal(kernels.coco_figures(curves), peer.stats)


@settings(max_examples=20)
@given(truths, founds)
def test_masks_give_the_bits_of_pycocotools(gold: list[Truth], found: list[Found]) -> None:
    peer = peer_evaluation(gold, found, as_masks=True)

    curves = curves_of(gold, found, as_masks=True)

    assert np.array_equal(curves.precision, peer.eval["precision"][..., -1])
    assert np.array_equal(curves.recall, peer.eval["recall"])
    assert np.array_equal(kernels.coco_figures(curves), peer.stats)


def test_more_than_a_hundred_detections_of_a_class_are_cut_as_pycocotools_cuts_them() -> None:
    chance = np.random.default_rng(4)
    gold = [Truth(0, 0, (float(n % 20), 0.0, 2.0, 2.0), 4.0, 0, 0) for n in range(60)]
    found = [
        Found(0, 0, (float(chance.integers(20)), 0.0, 2.0, 2.0), float(chance.integers(9)))
        for _ in range(150)
    ]
    peer = peer_evaluation(gold, found)

    curves = curves_of(gold, found)

    assert np.array_equal(curves.precision, peer.eval["precision"][..., -1])
    assert np.array_equal(curves.recall, peer.eval["recall"])


def test_the_precision_of_a_class_is_its_mean_over_thresholds_and_recalls() -> None:
    gold = [Truth(0, 0, WHOLE, 100.0, 0, 0), Truth(1, 0, WHOLE, 100.0, 0, 0)]
    found = [Found(0, 0, WHOLE, 0.9)]

    curves = curves_of(gold, found)

    assert kernels.class_precision(curves).tolist() == [pytest.approx(51 / 101), -1.0, -1.0]


def test_nothing_at_all_gives_minus_one_everywhere() -> None:
    assert kernels.coco_figures(curves_of([], [])).tolist() == [-1.0] * 12


def test_the_number_of_threads_changes_no_bit() -> None:
    chance = np.random.default_rng(1)
    boxes = chance.uniform(0, 30, (400, 4))
    gold = kernels.Gold(
        images=chance.integers(0, 9, 400), classes=chance.integers(0, 40, 400), shapes=boxes
    )
    found = kernels.Detections(
        images=gold.images,
        classes=gold.classes,
        shapes=boxes + chance.uniform(0, 3, (400, 4)),
        scores=chance.uniform(0, 1, 400),
    )
    many = kernels.average_precision(gold, found, n_classes=40)

    before = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        one = kernels.average_precision(gold, found, n_classes=40)
    finally:
        numba.set_num_threads(before)

    assert np.array_equal(many.precision, one.precision)
    assert np.array_equal(many.recall, one.recall)


def test_images_with_large_numbers_are_told_apart_without_large_tables() -> None:
    far = 2**31 - 2
    gold = kernels.Gold(images=[far, far - 1], classes=[0, 0], shapes=[WHOLE, WHOLE])
    found = kernels.Detections(images=[far], classes=[0], shapes=[WHOLE], scores=[1.0])

    curves = kernels.average_precision(gold, found, n_classes=1)

    assert curves.recall[0, 0, 0].tolist() == [0.5, 0.5, 0.5]


@pytest.mark.parametrize(
    ("thresholds", "message"),
    [
        ([], "thresholds must be 1 to 32"),
        ([0.0], "ascend, above 0"),
        ([0.5, 0.5], "must ascend"),
        ([1.5], "at most 1"),
        ([np.nan], "above 0"),
    ],
)
def test_thresholds_that_are_none_are_refused(thresholds: ArrayLike, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kernels.average_precision(
            gold_of([]), detections_of([]), n_classes=1, thresholds=thresholds
        )


@pytest.mark.parametrize("limits", [(), (0,), (10, 1), (1, 1)])
def test_limits_that_do_not_ascend_from_one_are_refused(limits: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="max_detections"):
        kernels.average_precision(
            gold_of([]), detections_of([]), n_classes=1, max_detections=limits
        )


def test_a_column_of_another_length_or_kind_is_refused_by_name() -> None:
    gold, found = gold_of([]), detections_of([Found(0, 0, WHOLE, 0.5)])

    columns: dict[str, Any] = {
        "scores": [np.nan],
        "classes": [CLASSES],
        "images": [-1],
        "areas": [1.0, 2.0],
        "shapes": [(0.0, 0.0, -1.0, 1.0)],
    }

    for name, bad in columns.items():
        with pytest.raises(ValueError, match=f"detections.{name}"):
            kernels.average_precision(gold, replace(found, **{name: bad}), n_classes=CLASSES)


def test_boxes_are_not_compared_with_masks() -> None:
    with pytest.raises(ValueError, match="masks are compared with masks"):
        kernels.average_precision(gold_of([]), detections_of([], as_masks=True), n_classes=1)


def test_masks_of_one_image_that_differ_in_size_are_refused() -> None:
    small, large = (
        kernels.encode_masks(np.ones((1, 2, 2), np.uint8)),
        kernels.encode_masks(np.ones((1, 3, 2), np.uint8)),
    )
    gold = kernels.Gold(images=[0], classes=[0], shapes=small)
    found = kernels.Detections(images=[0], classes=[0], shapes=large, scores=[1.0])

    with pytest.raises(ValueError, match="another size"):
        kernels.average_precision(gold, found, n_classes=1)


def test_the_twelve_figures_are_of_the_default_parameters_alone() -> None:
    curves = kernels.average_precision(
        gold_of([]), detections_of([]), n_classes=1, thresholds=(0.5,)
    )

    with pytest.raises(ValueError, match="twelve figures"):
        kernels.coco_figures(curves)
