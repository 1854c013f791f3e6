"""What a report says of labels small enough to count by hand."""

import pytest

from labelmarket.workers.columns import LabelColumns
from labelmarket.workers.insight.measure import measure
from labelmarket.workers.insight.merge import merge
from labelmarket.workers.insight.report import report
from labelmarket.workers.insight.report_types import Report
from tests.workers.insight.label_samples import CLASSES, Row, labels, table

CAT, DOG, BACKGROUND, ANT = range(4)
LEFT = (0.0, 0.0, 100.0, 100.0)
RIGHT = (100.0, 0.0, 100.0, 100.0)


def reported(part: LabelColumns, *gold: LabelColumns) -> Report:
    sums = measure(part, items=table(), classes=CLASSES, gold=gold)
    return report(merge([sums], classes=CLASSES), items=table())


def test_counts_are_of_covered_images_and_never_of_background() -> None:
    rows: list[Row] = [(0, CAT, LEFT, 0), (0, CAT, RIGHT, 0), (1, BACKGROUND, LEFT, 0)]

    found = reported(labels(rows, covered=[0, 1, 2]))

    assert (found["images"], found["labels"]) == (3, 2)
    assert found["classes"] == [
        {"name": "cat", "labels": 2, "images": 1, "shareOfLabels": 1.0, "shareOfImages": 1 / 3},
        {"name": "dog", "labels": 0, "images": 0, "shareOfLabels": 0.0, "shareOfImages": 0.0},
        {"name": "ant", "labels": 0, "images": 0, "shareOfLabels": 0.0, "shareOfImages": 0.0},
    ]
    assert found["labelsPerImage"] == [2, 0, 1]


def test_pairs_are_named_in_alphabetical_order() -> None:
    rows: list[Row] = [(0, CAT, LEFT, 0), (0, DOG, LEFT, 0), (0, ANT, LEFT, 0), (1, CAT, LEFT, 0)]

    found = reported(labels(rows, covered=[0, 1]))

    assert [(pair["a"], pair["b"], pair["images"]) for pair in found["cooccurrence"]] == [
        ("ant", "cat", 1),
        ("ant", "dog", 1),
        ("cat", "dog", 1),
    ]


def test_density_counts_images_without_labels_too() -> None:
    rows: list[Row] = [(0, CAT, LEFT, 0)] * 3 + [(1, CAT, LEFT, 0)]

    cat = reported(labels(rows, covered=[0, 1, 2, 3]))["density"][0]

    assert cat["histogram"] == [2, 1, 0, 1]
    assert (cat["maxInOneImage"], cat["shareOfTopImage"]) == (3, 0.75)
    assert (cat["gini"], cat["effectiveImages"]) == (0.625, 1.6)


def test_a_histogram_ends_with_sixty_four_or_more() -> None:
    rows: list[Row] = [(0, CAT, LEFT, 0)] * 64 + [(1, CAT, LEFT, 0)] * 80

    cat = reported(labels(rows, covered=[0, 1]))["density"][0]

    assert len(cat["histogram"]) == 65
    assert cat["histogram"][64] == 2


def test_location_tells_quadrants_and_what_has_no_place() -> None:
    rows: list[Row] = [(0, CAT, LEFT, 0), (7, CAT, LEFT, 0), (0, CAT, (500.0, 0.0, 1.0, 1.0), 0)]

    cat = reported(labels(rows, covered=[0, 7]))["location"][0]

    assert cat["quadrants"] == [[0, 0], [1, 0]]
    assert cat["unplaced"] == 2
    assert [row[0] for row in cat["coverage"]] == [1.0] * 12
    assert [row[6] for row in cat["coverage"]] == [0.0] * 12


def test_the_mean_best_iou_is_over_gold_boxes_on_covered_images() -> None:
    gold = labels([(0, CAT, LEFT, 0), (0, DOG, LEFT, 0), (5, CAT, LEFT, 0)], covered=[0, 5])

    found = reported(labels([(0, CAT, LEFT, 0)], covered=[0, 1]), gold)

    assert (found["goldBoxes"], found["meanBestIou"]) == (2, 0.5)


def test_crowd_boxes_count_as_labels_and_not_as_gold() -> None:
    gold = labels([(0, CAT, LEFT, 1), (0, CAT, RIGHT, 0)], covered=[0])

    found = reported(labels([(0, CAT, LEFT, 1), (0, CAT, RIGHT, 1)], covered=[0]), gold)

    assert found["labels"] == 2
    assert (found["goldBoxes"], found["meanBestIou"]) == (1, 0.0)


def test_of_two_gold_files_on_one_image_the_first_counts() -> None:
    first = labels([(0, CAT, LEFT, 0)], covered=[0])
    second = labels([(0, CAT, RIGHT, 0), (1, CAT, LEFT, 0)], covered=[0, 1])

    found = reported(labels([(0, CAT, LEFT, 0)], covered=[0, 1]), first, second)

    assert (found["goldBoxes"], found["meanBestIou"]) == (2, 0.5)


def test_without_gold_there_is_no_mean() -> None:
    assert reported(labels([], covered=[0]))["meanBestIou"] is None


def test_an_empty_delivery_has_a_report() -> None:
    found = reported(labels([], covered=[]))

    assert (found["images"], found["labels"], found["cooccurrence"]) == (0, 0, [])


def test_classes_defined_since_are_known_and_others_refused() -> None:
    older = labels([(0, CAT, LEFT, 0)], covered=[0], classes=("cat", "dog"))
    foreign = labels([(0, CAT, LEFT, 0)], covered=[0], classes=("zebra",))

    assert reported(older)["labels"] == 1
    with pytest.raises(ValueError, match="does not have"):
        reported(foreign)
