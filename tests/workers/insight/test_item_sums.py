"""Words on whole items against the true ones, whatever the split into parts."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers.columns import LabelColumns
from labelmarket.workers.insight.measure import measure
from labelmarket.workers.insight.merge import merge
from labelmarket.workers.insight.report import report
from labelmarket.workers.insight.report_types import Report
from labelmarket.workers.insight.sums import Sums, packed, unpacked
from tests.workers.insight.label_samples import CLASSES, ITEMS, boxless, labels, table

CAT, DOG, BACKGROUND, ANT = range(4)
Words = Sequence[tuple[int, int]]
"""Item and class."""

words = st.lists(
    st.tuples(st.integers(0, ITEMS - 1), st.integers(0, len(CLASSES) - 1)), max_size=16
)


def said(rows: Words, *, covered: Sequence[int] = range(ITEMS)) -> LabelColumns:
    """Give a file that was read for words on whole items."""
    held = [row for row in rows if row[0] in covered]
    return replace(boxless(held, covered=covered), whole_items=True)


def measured(given: LabelColumns, *gold: LabelColumns) -> Sums:
    return measure(given, items=table(), classes=CLASSES, gold=gold)


def reported(*parts: Sums) -> Report:
    return report(merge(parts, classes=CLASSES), items=table())


def test_an_item_is_right_when_it_has_the_very_classes_of_the_gold() -> None:
    gold = said([(0, CAT), (1, CAT), (1, DOG), (2, CAT), (4, DOG)], covered=range(5))
    delivered = said([(0, CAT), (1, CAT), (2, CAT), (2, ANT), (4, ANT), (5, CAT), (6, DOG)])

    found = reported(measured(delivered, gold))

    assert (found["goldItems"], found["goldItemsRight"]) == (5, 2)
    assert [
        (one["name"], one["gold"], one["given"], one["right"]) for one in found["goldClasses"]
    ] == [
        ("cat", 3, 3, 3),
        ("dog", 2, 0, 0),
        ("ant", 0, 2, 0),
    ]
    assert [one["precision"] for one in found["goldClasses"]] == [1.0, None, 0.0]
    assert [one["recall"] for one in found["goldClasses"]] == [1.0, 0.0, None]
    assert found["goldBoxes"] == 0


def test_no_class_and_background_say_the_same() -> None:
    gold = said([(0, BACKGROUND), (2, BACKGROUND)], covered=range(3))

    found = reported(measured(said([(1, BACKGROUND), (2, CAT)]), gold))

    assert (found["goldItems"], found["goldItemsRight"]) == (3, 2)
    assert [one["name"] for one in found["goldClasses"]] == ["cat"]


def test_what_a_file_says_twice_counts_once() -> None:
    gold = said([(0, CAT), (0, CAT)], covered=[0])

    found = reported(measured(said([(0, CAT)] * 3), gold))

    assert (found["goldItems"], found["goldItemsRight"]) == (1, 1)
    assert found["goldClasses"][0]["given"] == 1


def test_of_an_item_that_two_files_of_gold_cover_the_first_speaks() -> None:
    first, second = said([(0, CAT)], covered=[0, 1]), said([(0, DOG), (2, DOG)], covered=[0, 1, 2])

    found = reported(measured(said([(0, CAT), (2, DOG)]), first, second))

    assert (found["goldItems"], found["goldItemsRight"]) == (3, 3)


def test_boxes_and_words_are_not_compared_with_each_other() -> None:
    box = (10.0, 10.0, 20.0, 20.0)
    boxes = labels([(0, CAT, box, 0)], covered=range(ITEMS))
    spoken = said([(0, CAT)])

    for found in (reported(measured(boxes, spoken)), reported(measured(spoken, boxes))):
        assert (found["goldItems"], found["goldClasses"]) == (0, [])


def test_without_gold_no_item_is_checked() -> None:
    found = reported(measured(said([(0, CAT)])))

    assert (found["goldItems"], found["goldItemsRight"], found["goldClasses"]) == (0, 0, [])


def test_words_of_files_that_do_not_say_what_they_were_read_for_are_compared_too() -> None:
    found = reported(measured(boxless([(0, CAT)], covered=[0]), boxless([(0, CAT)], covered=[0])))

    assert (found["goldItems"], found["goldItemsRight"]) == (1, 1)


@settings(max_examples=60, deadline=None)
@given(words, words, st.lists(st.integers(0, 2), min_size=ITEMS, max_size=ITEMS), st.randoms())
def test_any_split_and_order_of_parts_gives_the_same_bytes_as_counting_by_hand(
    delivered: Words, true: Words, part_of: list[int], random: Random
) -> None:
    covered = list(range(0, ITEMS, 2))
    gold = said(true, covered=covered)
    split = [[item for item in range(ITEMS) if part_of[item] == part] for part in range(3)]
    parts = [measured(said(delivered, covered=some), gold) for some in split]
    random.shuffle(parts)

    found = reported(*(unpacked(*packed(part)) for part in parts))

    assert orjson.dumps(found) == orjson.dumps(reported(measured(said(delivered), gold)))
    right = sum(_classes(delivered, item) == _classes(true, item) for item in covered)
    assert (found["goldItems"], found["goldItemsRight"]) == (len(covered), right)


def _classes(rows: Words, item: int) -> set[int]:
    return {kind for one, kind in rows if one == item and kind != BACKGROUND}
