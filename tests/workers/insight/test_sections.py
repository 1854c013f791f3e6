"""Spread, place and shape of classes, and what labels without boxes do not have."""

import pytest

from labelmarket.workers.columns import ItemTable, LabelColumns
from labelmarket.workers.insight.report_types import Report
from labelmarket.workers.insight.whole import report_of
from tests.workers.insight.label_samples import Box, Row, boxless, labels, sized

CAT, DOG = 0, 1
NAMES = ("cat", "dog")
ON_200_BY_100 = {"TOP_LEFT": (0.0, 0.0), "BOTTOM_RIGHT": (150.0, 60.0)}


def reported(rows: list[Row], *, images: int) -> Report:
    return report_of(sized(images), labels(rows, covered=range(images), classes=NAMES))


def at(quadrant: str, *, times: int) -> list[Row]:
    """Give cats in a quadrant, one on each of the first images."""
    box = (*ON_200_BY_100[quadrant], 10.0, 10.0)
    return [(item, CAT, box, 0) for item in range(times)]


def test_a_hundred_and_forty_bikes_with_a_hundred_on_one_image() -> None:
    rows: list[Row] = [(0, CAT, (0.0, 0.0, 9.0, 9.0), 0)] * 100
    rows += [(1 + item, CAT, (0.0, 0.0, 9.0, 9.0), 0) for item in range(40)]

    bikes = reported(rows, images=50)["density"][0]

    assert round(bikes["shareOfTopImage"], 3) == 0.714
    assert round(bikes["effectiveImages"], 2) == 1.95
    assert bikes["topImage"] == "0.jpg"
    assert (
        bikes["words"]
        == "140 cat labels on 41 images, 71.4 % on one of them: as if spread over 1.95."
    )


def test_the_top_image_is_the_first_of_equals() -> None:
    rows: list[Row] = [(item, CAT, (0.0, 0.0, 9.0, 9.0), 0) for item in (3, 2, 2, 3)]

    found = reported(rows, images=4)["density"]

    assert (found[0]["topImage"], found[1]["topImage"]) == ("2.jpg", None)


def test_a_preferred_quadrant_is_said_in_words() -> None:
    found = reported(at("BOTTOM_RIGHT", times=36) + at("TOP_LEFT", times=14), images=36)

    cat, _ = found["location"]
    assert (cat["fullest"], cat["shareOfFullest"]) == ("BOTTOM_RIGHT", 0.72)
    assert cat["p"] < 1e-6
    assert cat["words"] == "72 % of 50 cat labels in the bottom-right quadrant."


def test_a_slight_preference_may_be_chance() -> None:
    corners = [(0.0, 0.0), (150.0, 0.0), (0.0, 60.0), (150.0, 60.0)]
    even: list[Row] = [(item, CAT, (*corners[item % 4], 9.0, 9.0), 0) for item in range(24)]

    cat, *_ = reported([*even, *at("BOTTOM_RIGHT", times=1)], images=24)["location"]

    assert cat["p"] > 0.05
    assert cat["words"] == "28 % of 25 cat labels in the bottom-right quadrant: that may be chance."


def test_labels_of_few_images_do_not_tell_where_a_class_lies() -> None:
    rows: list[Row] = [(0, CAT, (0.0, 0.0, 9.0, 9.0), 0)] * 50

    cat, *_ = reported(rows, images=40)["location"]

    assert cat["p"] < 1e-6
    assert cat["words"] == (
        "100 % of 50 cat labels in the top-left quadrant: on too few images to tell."
    )


def test_labels_outside_every_quadrant_are_said_to_have_no_place() -> None:
    cat, *_ = reported([(0, CAT, (500.0, 0.0, 1.0, 1.0), 0)], images=1)["location"]

    assert (cat["fullest"], cat["unplaced"]) == (None, 1)
    assert cat["words"] == "No cat label has a known place."


def test_shapes_count_doublings_of_area_and_aspect() -> None:
    # Of 20,000 square pixels these are 1/200, 1/100, 1/50 and 1/4.
    boxes: list[Box] = [(50.0, 40.0, 10.0, 10.0), (50.0, 40.0, 20.0, 10.0)]
    boxes += [(50.0, 40.0, 20.0, 20.0), (0.0, 0.0, 100.0, 50.0)]

    cat, *_ = reported([(0, CAT, box, 0) for box in boxes], images=1)["shapes"]

    assert (cat["areaFirst"], cat["areas"]) == (-8, [1, 1, 1, 0, 0, 0, 1])
    assert (cat["aspectFirst"], cat["aspects"]) == (0, [2, 2])
    assert (cat["small"], cat["medium"], cat["large"]) == (3, 1, 0)
    assert cat["touchingBorder"] == 1
    assert cat["medianArea"] == pytest.approx(0.01, rel=0.1)


@pytest.mark.parametrize(
    ("width", "height", "said"),
    [
        (20.0, 20.0, "typically about as wide as high;"),
        (21.0, 20.0, "typically about as wide as high;"),
        (19.0, 20.0, "typically about as wide as high;"),
        (40.0, 20.0, "typically about 2.18 times as wide as high;"),
        (5.0, 20.0, "typically about 0.273 times as wide as high;"),
    ],
)
def test_proportions_are_said_no_finer_than_they_are_known(
    width: float, height: float, said: str
) -> None:
    found = reported([(0, CAT, (50.0, 40.0, width, height), 0)], images=1)["shapes"]

    assert said in found[0]["words"]


def test_crowds_have_a_place_and_no_shape() -> None:
    found = reported([(0, CAT, (0.0, 0.0, 9.0, 9.0), 1)], images=1)

    assert found["location"][0]["quadrants"] == [[1, 0], [0, 0]]
    assert (found["shapes"][0]["boxes"], found["shapes"][0]["areas"]) == (0, [])
    assert found["shapes"][0]["medianArea"] is None


def test_a_class_without_labels_lies_nowhere_and_has_no_shape() -> None:
    found = reported(at("TOP_LEFT", times=1), images=1)

    assert [one["quadrants"] for one in found["location"]] == [[[1, 0], [0, 0]], [[0, 0], [0, 0]]]
    assert [one["name"] for one in found["shapes"]] == ["cat"]
    assert [one["name"] for one in found["density"]] == ["cat", "dog"]


def classified(rows: list[tuple[int, int]], *, images: int) -> LabelColumns:
    return boxless(rows, covered=range(images), classes=NAMES)


def test_one_class_an_item_has_neither_places_nor_company() -> None:
    found = report_of(sized(3, size=(0.0, 0.0)), classified([(0, CAT), (1, DOG)], images=3))

    assert found["sections"] == ["classes", "health", "advice"]
    for section in ("cooccurrence", "density", "location", "shapes"):
        assert found[section] == []
    assert [one["labels"] for one in found["classes"]] == [1, 1]
    checks = {one["check"] for one in found["health"]}
    assert "IMAGES_OF_UNKNOWN_SIZE" not in checks
    assert not any("BOXES" in check for check in checks)


def test_several_classes_an_item_have_company_and_no_places() -> None:
    found = report_of(sized(2), classified([(0, CAT), (0, DOG), (1, DOG)], images=2))

    assert found["sections"] == ["classes", "cooccurrence", "density", "health", "advice"]
    assert found["cooccurrence"][0]["images"] == 1
    assert found["location"] == []


def test_labels_of_whole_items_beside_boxes_count_as_labels_alone() -> None:
    item = boxless([(1, CAT)], covered=[1], classes=NAMES)
    gold = labels([(1, CAT, (0.0, 0.0, 9.0, 9.0), 0)], covered=[1], classes=NAMES)

    found = report_of(sized(2), item, gold=gold)

    assert (found["labels"], found["goldBoxes"], found["goldMatched"]) == (1, 1, 0)
    assert report_of(sized(2), gold, gold=item)["goldBoxes"] == 0


def test_labels_of_no_class_at_all_have_a_report() -> None:
    found = report_of(sized(2), labels([], covered=[0, 1], classes=()))

    assert (found["images"], found["classes"], found["shapes"]) == (2, [], [])
    assert found["labelsPerImage"] == [2]


def test_no_items_have_a_report() -> None:
    found = report_of(ItemTable(()), labels([], covered=[], classes=NAMES))

    assert (found["images"], found["labels"], found["labelsPerImage"]) == (0, 0, [0])
    assert [one["shareOfImages"] for one in found["classes"]] == [0.0, 0.0]
