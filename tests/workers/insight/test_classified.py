"""Classes of whole items against true ones, on items to count by hand."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from labelmarket.workers import kernels
from labelmarket.workers.columns import LabelColumns
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.classified import Classified, classified
from labelmarket.workers.insight.quality import item_quality_of
from tests.workers.insight.label_samples import boxless, labels

CLASSES = ("cat", "dog", "_background_", "ant")
CAT, DOG, BACKGROUND, ANT = range(4)
ITEMS = range(4)

Rows = Sequence[tuple[int, int]]


def compared(gold: Rows, found: Rows, *, scores: Sequence[float] | None = None) -> Classified:
    true, given = (boxless(rows, covered=ITEMS, classes=CLASSES) for rows in (gold, found))
    if scores is not None:
        given = replace(given, scores=np.array(scores))
    return classified(true, given, classes=CLASSES)


def cells(found: Classified) -> dict[tuple[int, int], int]:
    """Give what is not 0 in the table, by row and column."""
    return {(int(i), int(j)): int(found.table[i, j]) for i, j in np.argwhere(found.table)}


def test_an_item_is_right_when_its_classes_are_exactly_the_true_ones() -> None:
    gold = [(0, CAT), (1, CAT), (1, DOG), (2, DOG), (3, ANT)]

    found = compared(gold, [(0, CAT), (1, DOG), (1, CAT), (2, DOG), (2, CAT)])

    assert (found.items, found.right) == (4, 2)
    assert [one.tolist() for one in found.outcomes] == [[2, 2, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]


def test_one_class_taken_for_another_is_a_confusion_and_the_rest_stands_beside_nothing() -> None:
    gold = [(0, CAT), (1, CAT), (1, DOG), (2, DOG), (3, ANT)]

    found = compared(gold, [(0, DOG), (1, CAT), (1, ANT), (2, DOG), (2, CAT)])

    nothing = len(CLASSES)
    assert cells(found) == {
        (CAT, DOG): 1,
        (CAT, CAT): 1,
        (DOG, ANT): 1,
        (DOG, DOG): 1,
        (nothing, CAT): 1,
        (ANT, nothing): 1,
    }


def test_the_table_of_one_class_an_item_is_the_confusion_of_the_kernel() -> None:
    chance = np.random.default_rng(5)
    true, given = chance.choice([CAT, DOG, ANT], size=(2, 200)).tolist()
    columns = (
        boxless(list(enumerate(side)), covered=range(200), classes=CLASSES)
        for side in (true, given)
    )

    found = classified(*columns, classes=CLASSES)

    assert (found.table[:4, :4] == kernels.confusion(true, given, n_classes=4)).all()
    assert not found.table[4].any()


def test_the_surest_of_several_scored_classes_counts_where_gold_has_one() -> None:
    found = compared(
        [(0, CAT), (1, DOG)],
        [(0, CAT), (0, DOG), (1, ANT), (1, DOG)],
        scores=[0.2, 0.8, 0.5, 0.5],
    )

    assert cells(found) == {(CAT, DOG): 1, (DOG, DOG): 1}
    assert found.set_aside == 2


def test_all_scored_classes_count_where_gold_has_several() -> None:
    found = compared([(0, CAT), (0, DOG)], [(0, CAT), (0, DOG), (0, ANT)], scores=[0.9, 0.8, 0.1])

    assert (found.set_aside, found.outcomes.extra.tolist()) == (0, [0, 0, 0, 1])


def test_an_item_that_is_surest_of_the_background_was_given_nothing() -> None:
    found = compared([(0, CAT)], [(0, BACKGROUND), (0, CAT)], scores=[0.9, 0.1])

    assert cells(found) == {(CAT, len(CLASSES)): 1}
    assert found.right == 3


def test_only_items_that_are_asked_for_are_compared() -> None:
    gold = boxless([(0, CAT), (2, DOG)], covered=ITEMS, classes=CLASSES)

    found = classified(gold, gold, classes=CLASSES, within=spans.of(np.array([1, 2])))

    assert (found.items, found.right) == (2, 2)
    assert cells(found) == {(DOG, DOG): 1}


def test_boxes_have_no_part_in_it() -> None:
    boxes: LabelColumns = labels(
        [(0, CAT, (0.0, 0.0, 5.0, 5.0), 0)], covered=ITEMS, classes=CLASSES
    )
    gold = boxless([(0, CAT)], covered=ITEMS, classes=CLASSES)

    assert classified(gold, boxes, classes=CLASSES).outcomes.missed.tolist() == [1, 0, 0, 0]


def test_a_class_that_is_not_listed_is_refused() -> None:
    gold = boxless([(0, 3)], covered=ITEMS, classes=CLASSES)

    with pytest.raises(ValueError, match="class"):
        classified(gold, gold, classes=("cat", "dog"))


def test_clients_read_figures_with_null_where_nothing_is_to_be_shared() -> None:
    quality = item_quality_of(compared([(0, CAT), (1, CAT)], [(0, CAT), (1, DOG)]))

    assert quality["figures"]["accuracy"] == 0.75
    assert quality["figures"]["macroF1"] == pytest.approx(1 / 3)
    cat, dog, _, ant = quality["classes"]
    assert [cat["precision"], cat["recall"], cat["f1"]] == pytest.approx([1.0, 0.5, 2 / 3])
    assert (cat["gold"], cat["predicted"], cat["right"], cat["notFound"]) == (2, 1, 1, 1)
    assert (cat["metric"], cat["value"], cat["goldExamples"]) == ("f1", cat["f1"], 2)
    assert (dog["precision"], dog["recall"], dog["wrong"], dog["value"]) == (0.0, None, 1, None)
    assert (ant["precision"], ant["recall"], ant["f1"]) == (None, None, None)


def test_no_items_at_all_are_compared_too() -> None:
    empty = boxless([], covered=(), classes=CLASSES)

    quality = item_quality_of(classified(empty, empty, classes=CLASSES))

    assert set(quality["figures"].values()) == {None}
    assert quality["items"] == 0
