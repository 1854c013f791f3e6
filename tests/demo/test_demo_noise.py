"""A simulated provider's mistakes: fewer the better it is, and never a lost image."""

import numpy as np
import orjson
import pytest

from labelmarket.demo.coco import Annotation, Coco, key_of
from labelmarket.demo.noise import Labeler
from labelmarket.demo.scenes import make_scenes
from labelmarket.demo.truth import true_labels


@pytest.fixture(scope="module")
def truth() -> Coco:
    return true_labels(make_scenes(seed=3, count=80))


def keys(truth: Coco) -> list[str]:
    return [key_of(picture) for picture in truth["images"]]


def iou(one: list[float], other: list[float]) -> float:
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(0.0, wide) * max(0.0, high)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def mean_best_iou(truth: Coco, delivered: Coco) -> float:
    found: dict[tuple[object, int], list[Annotation]] = {}
    for label in delivered["annotations"]:
        found.setdefault((label["image_id"], label["category_id"]), []).append(label)
    best = []
    for label in truth["annotations"]:
        same = found.get((label["image_id"], label["category_id"]), [])
        best.append(max((iou(label["bbox"], other["bbox"]) for other in same), default=0.0))
    return float(np.mean(best))


def test_better_labelers_are_nearer_to_the_truth(truth: Coco) -> None:
    scores = [
        mean_best_iou(truth, Labeler(truth, accuracy=accuracy, seed=1).label(keys(truth)))
        for accuracy in (0.6, 0.8, 0.9, 0.97, 1.0)
    ]
    assert scores == sorted(scores)
    assert len(set(scores)) == len(scores)
    assert scores[-1] == pytest.approx(1.0)


def test_a_perfect_labeler_gives_the_true_labels(truth: Coco) -> None:
    assert Labeler(truth, accuracy=1.0, seed=1).label(keys(truth)) == truth


def test_every_image_is_listed_also_without_labels(truth: Coco) -> None:
    delivered = Labeler(truth, accuracy=0.0, seed=1).label(keys(truth))
    labeled = {label["image_id"] for label in delivered["annotations"]}
    assert [key_of(picture) for picture in delivered["images"]] == keys(truth)
    assert len(labeled) < len(delivered["images"])


def test_labels_do_not_depend_on_how_the_work_is_split(truth: Coco) -> None:
    whole = Labeler(truth, accuracy=0.8, seed=1).label(keys(truth))
    last = Labeler(truth, accuracy=0.8, seed=1).label(keys(truth)[60:])
    ids = {picture["id"] for picture in last["images"]}
    same = [label for label in whole["annotations"] if label["image_id"] in ids]
    assert [{**label, "id": 0} for label in last["annotations"]] == [
        {**label, "id": 0} for label in same
    ]


def test_another_seed_makes_other_mistakes(truth: Coco) -> None:
    one, other = (Labeler(truth, accuracy=0.8, seed=seed).label(keys(truth)) for seed in (1, 2))
    assert one["annotations"] != other["annotations"]


def test_a_crowd_stays_a_crowd(truth: Coco) -> None:
    delivered = Labeler(truth, accuracy=0.9, seed=1).label(keys(truth))
    true = [label["bbox"] for label in truth["annotations"] if label.get("iscrowd")]
    seen = [label["bbox"] for label in delivered["annotations"] if label.get("iscrowd")]
    assert seen
    assert all(box in true for box in seen)


def test_every_kind_of_mistake_is_made(truth: Coco) -> None:
    delivered = Labeler(truth, accuracy=0.5, seed=1).label(keys(truth))
    true_cars, seen_cars = (
        sum(label["category_id"] == 1 for label in labels["annotations"])
        for labels in (truth, delivered)
    )
    assert len(delivered["annotations"]) != len(truth["annotations"])
    assert seen_cars != true_cars


def test_noisy_boxes_stay_inside_their_images(truth: Coco) -> None:
    for label in Labeler(truth, accuracy=0.3, seed=1).label(keys(truth))["annotations"]:
        x, y, w, h = label["bbox"]
        assert min(x, y, w, h) >= 0
        assert x + w <= 640.01
        assert y + h <= 480.01


def test_images_without_a_size_or_a_name_can_be_labeled() -> None:
    # Given
    bare = Coco(
        images=[{"id": 7}],
        annotations=[Annotation(id=1, image_id=7, category_id=2, bbox=[0.0, 0.0, 0.0, 5.0])],
        categories=[{"id": 2, "name": "boat"}],
    )
    # When
    delivered = Labeler(bare, accuracy=0.9, seed=1).label(["7"])
    # Then
    assert delivered["images"] == [{"id": 7}]
    assert orjson.dumps(delivered)
