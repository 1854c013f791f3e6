"""Generated streets: the same for the same seed, inside their images, and like real ones."""

from collections import Counter
from io import BytesIO

import numpy as np
import orjson
import pytest
from PIL import Image, ImageDraw

from labelmarket.demo.coco import Annotation, Coco
from labelmarket.demo.figures import FIGURES
from labelmarket.demo.painter import render
from labelmarket.demo.pen import COLOURS, Pen
from labelmarket.demo.scenes import Scene, make_scenes
from labelmarket.demo.street import Figure
from labelmarket.demo.truth import CATEGORIES, true_labels

COUNT = 400


@pytest.fixture(scope="module")
def truth() -> Coco:
    return true_labels(make_scenes(seed=11, count=COUNT))


def of_class(truth: Coco, name: str) -> list[Annotation]:
    number = CATEGORIES.index(name) + 1
    return [label for label in truth["annotations"] if label["category_id"] == number]


def images_with(truth: Coco, name: str) -> set[int | str]:
    return {label["image_id"] for label in of_class(truth, name)}


def middle_height(labels: list[Annotation]) -> float:
    return float(np.median([label["bbox"][1] + label["bbox"][3] / 2 for label in labels])) / 480


def test_the_same_seed_gives_the_same_labels_and_the_same_images() -> None:
    first, second = (make_scenes(seed=5, count=3) for _ in range(2))
    assert orjson.dumps(true_labels(first)) == orjson.dumps(true_labels(second))
    assert [render(scene) for scene in first] == [render(scene) for scene in second]


def test_another_seed_gives_other_labels() -> None:
    first, second = (true_labels(make_scenes(seed=seed, count=3)) for seed in (5, 6))
    assert first["annotations"] != second["annotations"]


def test_an_image_has_the_size_that_its_label_file_names() -> None:
    (scene,) = make_scenes(seed=5, count=1, width=320, height=240)
    (picture,) = true_labels([scene])["images"]
    assert Image.open(BytesIO(render(scene))).size == (picture["width"], picture["height"])


def test_every_box_lies_inside_its_image_and_is_not_empty(truth: Coco) -> None:
    for label in truth["annotations"]:
        x, y, w, h = label["bbox"]
        assert min(x, y) >= 0
        assert min(w, h) > 0
        assert x + w <= 640.005
        assert y + h <= 480.005


def test_every_polygon_lies_inside_its_box(truth: Coco) -> None:
    outlined = [label for label in truth["annotations"] if "segmentation" in label]
    polygons = [label for label in outlined if isinstance(label["segmentation"], list)]
    assert len(polygons) > 100
    for label in polygons:
        x, y, w, h = label["bbox"]
        for flat in label["segmentation"]:
            assert isinstance(flat, list)
            assert x - 0.02 <= min(flat[0::2]) <= max(flat[0::2]) <= x + w + 0.02
            assert y - 0.02 <= min(flat[1::2]) <= max(flat[1::2]) <= y + h + 0.02


def test_the_run_lengths_of_a_crowd_fill_its_box(truth: Coco) -> None:
    crowds = [label for label in truth["annotations"] if label.get("iscrowd")]
    assert crowds
    for label in crowds:
        mask = label["segmentation"]
        assert isinstance(mask, dict)
        high, wide = mask["size"]
        pixels = np.repeat(np.arange(len(mask["counts"])) % 2, mask["counts"])
        ys, xs = np.nonzero(pixels.reshape(wide, high).T)
        found = [xs.min(), ys.min(), xs.max() + 1 - xs.min(), ys.max() + 1 - ys.min()]
        assert found == label["bbox"]


@pytest.mark.parametrize("kind", sorted(FIGURES))
def test_a_figure_fills_its_box_and_nothing_beyond_it(kind: str) -> None:
    # Given
    image = Image.new("L", (400, 300), 0)
    x, y, w, h = 60, 40, 240, 200
    canvas = Image.new("RGB", image.size, (255, 0, 255))
    # When
    FIGURES[kind](Pen(draw=ImageDraw.Draw(canvas), x=x, y=y, w=w, h=h), COLOURS[0])
    # Then
    drawn = np.asarray(canvas) != np.array([255, 0, 255])
    ys, xs = np.nonzero(drawn.any(axis=2))
    found = np.array([xs.min(), ys.min(), xs.max(), ys.max()])
    assert np.abs(found - [x, y, x + w, y + h]).max() <= 0.02 * w


def test_a_figure_cut_by_the_edge_is_labeled_as_far_as_it_is_seen() -> None:
    car = Figure(kind="car", x=-40, y=300, w=100, h=50, tone=1)
    scene = Scene(name="a", width=640, height=480, horizon=200, backdrop=1, figures=(car,))
    (label,) = true_labels([scene])["annotations"]
    assert label["bbox"] == [0, 300, 60, 50]


def test_classes_are_as_skewed_as_in_real_streets(truth: Coco) -> None:
    counts = Counter(CATEGORIES[label["category_id"] - 1] for label in truth["annotations"])
    assert set(counts) == set(CATEGORIES)
    assert counts["car"] > 10 * counts["dog"]
    assert counts["person"] > 5 * counts["bus"]
    assert counts["scooter"] < counts["rider"] / 4


def test_riders_come_with_bicycles_nearly_always(truth: Coco) -> None:
    riders = images_with(truth, "rider")
    together = riders & images_with(truth, "bicycle")
    assert len(riders) > 50
    assert 0.88 <= len(together) / len(riders) < 1


def test_a_few_images_hold_many_bicycles(truth: Coco) -> None:
    counts = Counter(label["image_id"] for label in of_class(truth, "bicycle"))
    dense = [image for image, bicycles in counts.items() if bicycles >= 12]
    assert 0 < len(dense) <= 0.06 * COUNT
    assert np.median(list(counts.values())) <= 2


def test_some_images_are_empty(truth: Coco) -> None:
    labeled = {label["image_id"] for label in truth["annotations"]}
    assert 0.05 <= 1 - len(labeled) / COUNT <= 0.30


def test_cars_are_low_and_traffic_lights_high_in_the_image(truth: Coco) -> None:
    assert middle_height(of_class(truth, "car")) > 0.5
    assert middle_height(of_class(truth, "traffic light")) < 0.35


def test_sizes_are_spread_like_a_log_normal(truth: Coco) -> None:
    areas = np.log([label["bbox"][2] * label["bbox"][3] for label in of_class(truth, "car")])
    skew = float(((areas - areas.mean()) ** 3).mean() / areas.std() ** 3)
    assert areas.std() > 0.6
    assert abs(skew) < 1
