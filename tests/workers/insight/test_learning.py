"""What more examples did, from predictions of models that learned from nested parts."""

from dataclasses import replace

import numpy as np
import pytest

from labelmarket.workers.columns import LabelColumns
from labelmarket.workers.insight.learning import NOT_COMPARED, Learned, impact_of
from labelmarket.workers.insight.whole import report_of
from tests.workers.insight.label_samples import Row, labels, sized

CAT, DOG = 0, 1
NAMES = ("cat", "dog")
IMAGES = 8
BOX, AWAY = (10.0, 10.0, 20.0, 20.0), (100.0, 50.0, 20.0, 20.0)
TRUE: list[Row] = [(item, CAT, BOX, 0) for item in range(IMAGES)]


def predicted(right: int) -> LabelColumns:
    """Predict a cat on every image, in so many of them where it is."""
    rows: list[Row] = [(item, CAT, BOX if item < right else AWAY, 0) for item in range(IMAGES)]
    given = labels(rows, covered=range(IMAGES), classes=NAMES)
    return replace(given, scores=np.linspace(1.0, 0.5, IMAGES))


def test_the_gain_of_each_doubling_is_the_slope_through_what_was_observed() -> None:
    learned = [Learned(share, {"cat": ap}) for share, ap in ((0.25, 0.2), (0.5, 0.35), (1.0, 0.4))]

    impact, unknown = impact_of(learned, name="cat", labels=400)

    assert unknown is None
    assert impact is not None
    assert [(point["labels"], point["value"]) for point in impact["points"]] == [
        (100, 0.2),
        (200, 0.35),
        (400, 0.4),
    ]
    assert impact["perDoubling"] == pytest.approx(0.1)
    assert impact["words"] == (
        "AP of cat went from 0.200 to 0.400 with 400 labels in place of 100: "
        "+0.100 for each doubling."
    )


def test_one_model_tells_nothing_of_learning() -> None:
    assert impact_of([Learned(1.0, {"cat": 0.5})], name="cat", labels=9) == (None, NOT_COMPARED)


@pytest.mark.parametrize("shares", [(0.001, 0.002), (0.5, 0.5)])
def test_models_that_saw_no_more_of_a_class_tell_nothing_of_it(shares: tuple[float, float]) -> None:
    impact, unknown = impact_of(
        [Learned(share, {"cat": 0.5}) for share in shares], name="cat", labels=9
    )

    assert impact is None
    assert "too few" in (unknown or "")


def test_nested_predictions_give_advice_its_impact() -> None:
    true = labels(TRUE, covered=range(IMAGES), classes=NAMES)

    report = report_of(sized(IMAGES), true, nested=((0.5, predicted(2)), (1.0, predicted(IMAGES))))

    by_class = {one["classes"][0]: one for one in report["advice"] if one["classes"]}
    impact = by_class["cat"]["impact"]
    assert impact is not None
    assert [point["labels"] for point in impact["points"]] == [4, 8]
    assert impact["points"][1]["value"] == 1.0
    assert impact["perDoubling"] == pytest.approx(1.0 - impact["points"][0]["value"])
    assert by_class["dog"]["impact"] is None
    assert "true labels of dog" in (by_class["dog"]["impactUnknown"] or "")


def test_predictions_are_compared_with_gold_or_else_with_the_labels() -> None:
    true = labels(TRUE, covered=range(IMAGES), classes=NAMES)
    half = labels(TRUE[:4], covered=range(4), classes=NAMES)

    against_labels = report_of(sized(IMAGES), true, predictions=predicted(4))["quality"]
    against_gold = report_of(sized(IMAGES), true, gold=half, predictions=predicted(4))["quality"]

    assert against_labels is not None
    assert against_gold is not None
    assert against_labels["geometry"] == against_gold["geometry"] == "box"
    assert (against_labels["right"], against_labels["notFound"]) == (4, 4)
    assert (against_gold["right"], against_gold["notFound"]) == (4, 0)
    assert against_gold["figures"]["ap"] == 1.0
    assert against_gold["confusionClasses"][:2] == ["cat", "dog"]


@pytest.mark.parametrize("share", [0.0, 1.5])
def test_a_share_lies_above_nothing_and_up_to_all(share: float) -> None:
    true = labels(TRUE, covered=range(IMAGES), classes=NAMES)

    with pytest.raises(ValueError, match="share"):
        report_of(sized(IMAGES), true, nested=((share, predicted(1)),))
