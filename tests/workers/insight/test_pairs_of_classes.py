"""Which classes stand together, counted by hand."""

import pytest

from labelmarket.workers.insight import together
from labelmarket.workers.insight.report_types import Report
from labelmarket.workers.insight.whole import report_of
from tests.workers.insight.label_samples import Row, labels, sized

BOX = (10.0, 10.0, 20.0, 20.0)
BIKE, RIDER, CAR = range(3)
NAMES = ("bicycle", "rider", "car")


def reported(images: list[list[int]]) -> Report:
    """Report on images that hold these classes."""
    rows: list[Row] = [(item, kind, BOX, 0) for item, held in enumerate(images) for kind in held]
    return report_of(sized(len(images)), labels(rows, covered=range(len(images)), classes=NAMES))


def test_a_pair_tells_how_often_each_comes_with_the_other() -> None:
    found = reported([[BIKE, BIKE, RIDER], [BIKE], [BIKE, RIDER, RIDER, RIDER], [CAR]])

    (pair,) = found["cooccurrence"]
    assert (pair["a"], pair["b"], pair["images"]) == ("bicycle", "rider", 2)
    assert (pair["labelsOfA"], pair["labelsOfB"]) == (3, 4)
    assert (pair["bGivenA"], pair["aGivenB"]) == (2 / 3, 1.0)
    assert pair["lift"] == (2 / 3) / (2 / 4)
    assert pair["phi"] == pytest.approx((2 * 4 - 3 * 2) / (3 * 1 * 2 * 2) ** 0.5)


def test_with_a_class_on_every_image_there_is_no_correlation() -> None:
    (pair,) = reported([[BIKE, RIDER], [BIKE]])["cooccurrence"]

    assert pair["phi"] is None


@pytest.mark.parametrize(("examples", "known"), [(58, False), (59, True)])
def test_fifty_nine_examples_are_needed_to_know_that_something_is_never_without(
    examples: int, known: bool
) -> None:
    found = reported([[BIKE, RIDER]] * examples + [[RIDER], [CAR]])

    (never,) = found["neverWithout"]
    assert (never["a"], never["b"], never["images"]) == ("bicycle", "rider", examples)
    assert never["lowerBound"] == pytest.approx(0.05 ** (1 / examples), abs=1e-9)
    assert never["known"] is known
    assert ("as far as 58 examples" in never["words"]) is not known


def test_of_too_many_pairs_those_on_the_most_images_are_told_in_order_of_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "PAIRS_MAX", 2)
    monkeypatch.setattr(together, "NEVER_MAX", 1)

    found = reported([[CAR, RIDER], [CAR, RIDER], [BIKE, RIDER], [BIKE, RIDER], [CAR, BIKE]])

    told = [(pair["a"], pair["b"], pair["images"]) for pair in found["cooccurrence"]]
    assert told == [("bicycle", "rider", 2), ("car", "rider", 2)]
    assert (found["cooccurrenceTotal"], found["neverWithoutTotal"]) == (3, 0)


def test_what_is_never_apart_is_told_from_the_most_images_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(together, "NEVER_MAX", 1)

    found = reported([[CAR, RIDER], [CAR, RIDER], [BIKE, RIDER], [RIDER]])

    assert [one["a"] for one in found["neverWithout"]] == ["car"]
    assert found["neverWithoutTotal"] == 2
