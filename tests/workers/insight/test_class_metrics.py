"""The figure of every class with its interval, and how often such an interval holds the truth."""

from random import Random

import numpy as np
import pytest

from labelmarket.workers import kernels
from labelmarket.workers.insight.class_metrics import ClassFigure, item_figures, object_figures
from labelmarket.workers.insight.quality_types import ItemMetric
from labelmarket.workers.kernels.scores import Outcomes
from labelmarket.workers.kernels.sides import Detections, Gold

NAMES = ("cat", "dog")
WHOLE = (0.0, 0.0, 10.0, 10.0)


def street(images: int, *, seed: int, per_image: int = 3) -> tuple[Gold, Detections]:
    """Give images of cats, some in which most are found and some in which few are."""
    chance = Random(seed)  # noqa: S311  (nothing here is a secret)
    gold: list[tuple[int, tuple[float, ...]]] = []
    found: list[tuple[int, tuple[float, ...], float]] = []
    for image in range(images):
        clear = chance.betavariate(2.0, 1.0)
        for place in range(per_image):
            box = (place * 200.0, 0.0, 100.0, 100.0)
            gold.append((image, box))
            if chance.random() < clear:
                near = (box[0] + chance.gauss(0.0, 8.0), chance.gauss(0.0, 8.0), 100.0, 100.0)
                found.append((image, near, chance.betavariate(4.0, 2.0)))
            if chance.random() < 0.3:
                nowhere = (place * 200.0, 900.0, 100.0, 100.0)
                found.append((image, nowhere, chance.betavariate(2.0, 3.0)))
    return (
        Gold(
            images=np.array([row[0] for row in gold], dtype=np.int32),
            classes=np.zeros(len(gold), dtype=np.int32),
            shapes=np.array([row[1] for row in gold]),
        ),
        Detections(
            images=np.array([row[0] for row in found], dtype=np.int32),
            classes=np.zeros(len(found), dtype=np.int32),
            shapes=np.array([row[1] for row in found]).reshape(-1, 4),
            scores=np.array([row[2] for row in found]),
        ),
    )


def of_cats(gold: Gold, found: Detections) -> ClassFigure:
    return object_figures(gold, found, class_names=NAMES)[0]


def test_an_object_class_has_the_mean_precision_over_the_thresholds_of_coco() -> None:
    gold, found = street(20, seed=0)

    figure = of_cats(gold, found)

    curves = kernels.average_precision(gold, found, n_classes=2)
    assert figure.value == kernels.class_precision(curves)[0]
    assert (figure.name, figure.metric, figure.gold_examples) == ("cat", "ap", 60)
    assert figure.low < (figure.value or 0.0) < figure.high


def test_a_class_without_gold_has_no_value_and_may_be_anything() -> None:
    figure = object_figures(*street(4, seed=0), class_names=NAMES)[1]

    assert (figure.value, figure.low, figure.high, figure.gold_examples) == (None, 0.0, 1.0, 0)


def test_one_image_that_is_right_proves_little() -> None:
    gold = Gold(images=[0], classes=[0], shapes=[WHOLE])
    found = Detections(images=[0], classes=[0], shapes=[WHOLE], scores=[1.0])

    figure = of_cats(gold, found)

    assert figure.value == pytest.approx(1.0)
    assert figure.low == pytest.approx(0.2065, abs=1e-4)
    assert figure.high == pytest.approx(1.0)


def test_more_images_make_an_interval_narrow() -> None:
    few, many = of_cats(*street(10, seed=4)), of_cats(*street(400, seed=4))

    assert many.high - many.low < (few.high - few.low) / 3


def test_the_same_input_gives_the_same_figures() -> None:
    assert of_cats(*street(30, seed=9)) == of_cats(*street(30, seed=9))


@pytest.mark.parametrize(("images", "per_image"), [(5, 3), (20, 3), (60, 2)])
def test_intervals_of_objects_hold_the_truth_as_often_as_they_say(
    images: int, per_image: int
) -> None:
    truth = of_cats(*street(4_000, seed=1, per_image=per_image)).value
    assert truth is not None

    held = [
        figure.low <= truth <= figure.high
        for seed in range(100, 220)
        for figure in [of_cats(*street(images, seed=seed, per_image=per_image))]
    ]

    assert np.mean(held) >= 0.92


def counts(hits: int, extra: int, missed: int) -> Outcomes:
    return Outcomes(*(np.array([n, 0]) for n in (hits, extra, missed)))


@pytest.mark.parametrize(
    ("metric", "value"), [("f1", 16 / 21), ("precision", 8 / 10), ("accuracy", 35 / 40)]
)
def test_a_class_of_items_has_the_metric_that_is_asked_for(
    metric: ItemMetric, value: float
) -> None:
    cat, dog = item_figures(counts(8, 2, 3), items=40, class_names=NAMES, metric=metric)

    assert (cat.metric, cat.value, cat.gold_examples) == (metric, value, 11)
    assert cat.low < value < cat.high
    assert (dog.value, dog.low, dog.high, dog.gold_examples) == (None, 0.0, 1.0, 0)


def test_a_class_that_was_never_given_has_no_precision() -> None:
    cat, _ = item_figures(counts(0, 0, 5), items=9, class_names=NAMES, metric="precision")

    assert (cat.value, cat.low, cat.high, cat.gold_examples) == (None, 0.0, 1.0, 5)


def test_an_interval_of_precision_is_the_one_of_wilson() -> None:
    cat, _ = item_figures(counts(81, 182, 9), items=900, class_names=NAMES, metric="precision")

    assert [cat.low, cat.high] == pytest.approx([0.2553, 0.3662], abs=1e-4)


@pytest.mark.parametrize("metric", ["f1", "precision", "accuracy"])
@pytest.mark.parametrize("items", [12, 60, 400])
def test_intervals_of_items_hold_the_truth_as_often_as_they_say(
    items: int, metric: ItemMetric
) -> None:
    chances = np.array([0.3, 0.05, 0.1, 0.55])
    hit, extra, missed, neither = chances
    truth = {
        "f1": 2 * hit / (2 * hit + extra + missed),
        "precision": hit / (hit + extra),
        "accuracy": hit + neither,
    }[metric]
    draws = np.random.default_rng(3).multinomial(items, chances, size=400)

    held = [
        figure.low <= truth <= figure.high
        for drawn in draws.tolist()
        for figure in item_figures(
            counts(*drawn[:3]), items=items, class_names=NAMES, metric=metric
        )[:1]
    ]

    assert np.mean(held) >= 0.92
