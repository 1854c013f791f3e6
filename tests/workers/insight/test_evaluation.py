"""What an evaluation says, on scenes to count by hand and on real labels."""

import contextlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from labelmarket.workers import kernels
from labelmarket.workers.insight.evaluation import NOTHING, Evaluation, evaluate
from labelmarket.workers.insight.outline_masks import masks_of
from labelmarket.workers.kernels.sides import Detections, Gold
from tests.workers.insight.outline_samples import outlines_of

REFERENCE = Path(os.environ.get("LABELMARKET_REFERENCE_DATA", "no-such-folder"))
COCO100 = REFERENCE / "images/coco100"
GOLD = COCO100 / "instances_val2014_100.json"
BOX_RESULTS = COCO100 / "instances_val2014_fakebbox100_results.json"
MASK_RESULTS = COCO100 / "segm_results_even50.json"

needs_coco100 = pytest.mark.skipif(
    not COCO100.exists(), reason="LABELMARKET_REFERENCE_DATA has no images/coco100"
)

NAMES = ("cat", "dog")
WHOLE = (0.0, 0.0, 10.0, 10.0)
FAR = (30.0, 30.0, 5.0, 5.0)

Row = tuple[int, int, tuple[float, float, float, float]]
Peer = Callable[[list[int]], COCOeval]


def evaluated(
    gold: list[Row], found: list[Row], *, crowd: int = 0, names: tuple[str, ...] = NAMES
) -> Evaluation:
    """Give an evaluation of rows (image, class, box), predictions from the surest on."""
    true = Gold(
        images=np.array([row[0] for row in gold], dtype=np.int32),
        classes=np.array([row[1] for row in gold], dtype=np.int32),
        shapes=np.array([row[2] for row in gold]).reshape(-1, 4),
        crowd=np.full(len(gold), crowd),
    )
    given = Detections(
        images=np.array([row[0] for row in found], dtype=np.int32),
        classes=np.array([row[1] for row in found], dtype=np.int32),
        shapes=np.array([row[2] for row in found]).reshape(-1, 4),
        scores=-np.arange(float(len(found))),
    )
    return evaluate(true, given, class_names=names)


def test_background_is_not_spoken_of() -> None:
    names = ("cat", "_background_", "dog")
    rows: list[Row] = [(0, 0, WHOLE), (0, 2, FAR)]

    whole = evaluated(rows, rows, names=names)

    assert [one.name for one in whole.classes] == ["cat", "dog"]
    assert whole.confusion_classes == ("cat", "dog", NOTHING)
    assert whole.confusion == ((1, 0, 0), (0, 1, 0), (0, 0, 0))
    assert whole.right == 2


def test_a_perfect_prediction_has_every_figure_that_its_size_allows() -> None:
    figures = evaluated([(0, 0, WHOLE)], [(0, 0, WHOLE)]).figures

    assert figures.ap == pytest.approx(1.0)
    assert (figures.ar1, figures.ar_small) == (1.0, 1.0)
    assert (figures.ap_medium, figures.ap_large) == (None, None)


def test_counts_are_of_each_class_at_half_an_overlap() -> None:
    gold: list[Row] = [(0, 0, WHOLE), (1, 0, WHOLE), (0, 1, FAR)]

    found = evaluated(gold, [(0, 0, WHOLE), (0, 0, FAR)])

    assert (found.right, found.wrong, found.not_found, found.ignored) == (1, 1, 2, 0)
    cat, dog = found.classes
    assert (cat.gold, cat.predicted, cat.right, cat.wrong, cat.not_found) == (2, 2, 1, 1, 1)
    assert (dog.gold, dog.predicted, dog.ap, dog.not_found) == (1, 0, 0.0, 1)


def test_a_class_without_gold_has_no_figures() -> None:
    found = evaluated([(0, 0, WHOLE)], [(0, 1, WHOLE)])

    assert found.classes[1].ap is None
    assert found.classes[1].ar100 is None
    assert found.classes[1].wrong == 1


def test_a_confusion_has_pairs_of_a_class_then_pairs_across_classes_then_the_rest() -> None:
    gold: list[Row] = [(0, 0, WHOLE), (1, 0, WHOLE), (2, 1, WHOLE)]
    given: list[Row] = [(0, 1, WHOLE), (0, 0, WHOLE), (1, 1, WHOLE), (2, 1, FAR)]

    found = evaluated(gold, given)

    assert found.confusion_classes == ("cat", "dog", NOTHING)
    assert found.confusion == ((1, 1, 0), (0, 0, 1), (0, 2, 0))


def test_what_finds_a_crowd_is_ignored_and_in_no_confusion() -> None:
    found = evaluated([(0, 0, WHOLE)], [(0, 0, WHOLE)], crowd=1)

    assert (found.ignored, found.right, found.wrong, found.figures.ap) == (1, 0, 0, None)
    assert found.confusion == ((0, 0, 0), (0, 0, 0), (0, 0, 0))
    assert {error.ap_gain for error in found.errors} == {None}


def test_errors_are_named_counted_and_priced() -> None:
    found = evaluated([(0, 0, WHOLE), (1, 0, WHOLE)], [(0, 0, WHOLE)])

    missed = found.errors[-1]
    assert [error.kind for error in found.errors][:2] == ["class", "location"]
    assert (missed.kind, missed.count) == ("missed", 1)
    assert missed.ap_gain == pytest.approx(50 / 101)


def test_nothing_to_compare_is_an_evaluation_too() -> None:
    found = evaluated([], [])

    assert (found.right, found.wrong, found.not_found) == (0, 0, 0)
    assert found.figures.ap is None


@needs_coco100
def test_boxes_of_coco100_have_the_figures_of_pycocotools_and_of_the_reference() -> None:
    dataset, results = json.loads(GOLD.read_text()), json.loads(BOX_RESULTS.read_text())
    images = sorted(image["id"] for image in dataset["images"])
    gold, found, names = _sides(dataset, results, images=images, as_masks=False)

    evaluation = evaluate(gold, found, class_names=names)

    peer = _peer(BOX_RESULTS, "bbox", images)
    _agrees(evaluation, peer, "coco100_bbox")
    assert np.array_equal(
        kernels.average_precision(gold, found, n_classes=len(names)).precision,
        peer.eval["precision"][..., -1],
    )
    counted = (evaluation.right, evaluation.wrong, evaluation.not_found, evaluation.ignored)
    assert counted == (649, 85, 181, 0)


@needs_coco100
def test_masks_of_coco100_have_the_figures_of_pycocotools_and_of_the_reference() -> None:
    dataset, results = json.loads(GOLD.read_text()), json.loads(MASK_RESULTS.read_text())
    images = sorted(image["id"] for image in dataset["images"])[::2]
    gold, found, names = _sides(dataset, results, images=images, as_masks=True)

    evaluation = evaluate(gold, found, class_names=names)

    peer = _peer(MASK_RESULTS, "segm", images)
    _agrees(evaluation, peer, "coco100_segm_even50")
    assert np.array_equal(
        kernels.average_precision(gold, found, n_classes=len(names)).precision,
        peer.eval["precision"][..., -1],
    )


def _agrees(evaluation: Evaluation, peer: COCOeval, name: str) -> None:
    expected = json.loads((REFERENCE / "expected/images.json").read_text())[name]
    figures = evaluation.figures
    mine = [getattr(figures, one) for one in figures.__dataclass_fields__]
    assert mine == peer.stats.tolist()
    assert [round(value, 6) for value in mine] == list(expected["stats"].values())
    per_class = {one.name: one for one in evaluation.classes if one.gold}
    assert set(per_class) == set(expected["per_class"])
    precision = peer.eval["precision"][..., 0, -1]
    for k, one in enumerate(evaluation.classes):
        if one.gold:
            assert one.ap == precision[:, :, k].mean()
            want = expected["per_class"][one.name]
            given = [round(value or 0.0, 6) for value in (one.ap, one.ap50, one.ap75)]
            assert [one.gold, *given] == [want["gt"], want["AP"], want["AP50"], want["AP75"]]


def _peer(results: Path, kind: str, images: list[int]) -> COCOeval:
    with contextlib.redirect_stdout(io.StringIO()):
        gold = COCO(str(GOLD))
        peer = COCOeval(gold, gold.loadRes(str(results)), kind)
        peer.params.imgIds = images
        peer.evaluate()
        peer.accumulate()
        peer.summarize()
    return peer


def _sides(
    dataset: dict[str, Any], results: list[dict[str, Any]], *, images: list[int], as_masks: bool
) -> tuple[Gold, Detections, tuple[str, ...]]:
    categories = sorted(dataset["categories"], key=lambda one: one["id"])
    kinds = {one["id"]: place for place, one in enumerate(categories)}
    places = {image: place for place, image in enumerate(images)}
    sizes = {one["id"]: (one["width"], one["height"]) for one in dataset["images"]}
    true = [one for one in dataset["annotations"] if one["image_id"] in places]

    def shapes(rows: list[dict[str, Any]]) -> Any:
        if not as_masks:
            return np.array([row["bbox"] for row in rows])
        frames = np.array([sizes[row["image_id"]] for row in rows], dtype=np.float64)
        return masks_of(outlines_of([row["segmentation"] for row in rows]), sizes=frames)

    def columns(rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "images": np.array([places[row["image_id"]] for row in rows]),
            "classes": np.array([kinds[row["category_id"]] for row in rows]),
            "shapes": shapes(rows),
        }

    gold = Gold(
        **columns(true),
        areas=np.array([one["area"] for one in true]),
        crowd=np.array([one["iscrowd"] for one in true]),
    )
    scores = np.array([one["score"] for one in results])
    return (
        gold,
        Detections(**columns(results), scores=scores),
        tuple(one["name"] for one in categories),
    )
