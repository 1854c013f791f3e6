"""Labels are held against gold one to one, each class by itself."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers.insight import spans
from labelmarket.workers.insight.checked import checked
from tests.workers.insight.label_samples import CLASSES, ITEMS, Row, boxless, labels, rows

EVERY = spans.of(np.arange(ITEMS))
BOX, BESIDE = (10.0, 10.0, 20.0, 20.0), (100.0, 10.0, 20.0, 20.0)
CAT, DOG, BACKGROUND = 0, 1, 2
words = st.lists(st.tuples(st.integers(0, ITEMS - 1), st.integers(0, len(CLASSES) - 1)))


def iou(one: Sequence[float], other: Sequence[float]) -> float:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    both = max(across, 0.0) * max(down, 0.0)
    whole = one[2] * one[3] + other[2] * other[3] - both
    return both / whole if whole > 0 else 0.0


def naive(said: Sequence[Row], true: Sequence[Row], covered: Sequence[int]) -> list[list[int]]:
    """Take the labels in their order; each takes the free gold that it fits best."""
    counts = [[0, 0] for _ in CLASSES]
    free = [row for row in true if not row[3] and row[1] != BACKGROUND]
    for item, kind, box, crowd in said:
        if item not in covered or kind == BACKGROUND or crowd:
            continue
        alike = [row for row in free if row[:2] == (item, kind) and iou(row[2], box) >= 0.5]
        counts[kind][1] += 1
        if alike:
            counts[kind][0] += 1
            # Of equal ones the last, as COCO's evaluation has it.
            best = max(range(len(alike)), key=lambda at: (iou(alike[at][2], box), at))
            at = max(i for i, row in enumerate(free) if row is alike[best])
            del free[at]
    return counts


@given(said=rows, true=rows.map(lambda some: [(*row[:3], 0) for row in some]))
@settings(max_examples=60, deadline=None)
def test_boxes_find_gold_as_a_naive_search_does(said: list[Row], true: list[Row]) -> None:
    there = range(5)
    true = [row for row in true if row[0] in there]

    found = checked(
        labels(said, covered=range(ITEMS)),
        [labels(true, covered=there)],
        classes=CLASSES,
        on=EVERY,
    )

    assert found.tolist() == naive(said, true, there)


@given(said=words, true=words)
@settings(max_examples=60, deadline=None)
def test_words_are_right_where_gold_says_them_too(
    said: list[tuple[int, int]], true: list[tuple[int, int]]
) -> None:
    there = range(3, ITEMS)
    gold = replace(boxless([t for t in true if t[0] in there], covered=there), whole_items=True)

    found = checked(boxless(said, covered=range(ITEMS)), [gold], classes=CLASSES, on=EVERY)

    judged = [one for one in said if one[0] in there and one[1] != BACKGROUND]
    of = [[one for one in judged if one[1] == kind] for kind in range(len(CLASSES))]
    assert found.tolist() == [[sum(one in true for one in some), len(some)] for some in of]


def test_what_finds_a_crowd_is_neither_right_nor_wrong() -> None:
    gold = labels([(0, CAT, BOX, 1), (0, DOG, BOX, 0)], covered=[0])

    found = checked(labels([(0, CAT, BOX, 0)], covered=[0]), [gold], classes=CLASSES, on=EVERY)

    assert found[CAT].tolist() == [0, 0]


@pytest.mark.parametrize(("on", "of"), [([0], 1), ([1], 0)])
def test_only_items_that_count_are_checked(on: list[int], of: int) -> None:
    found = checked(
        labels([(0, CAT, BOX, 0)], covered=range(2)),
        [labels([(0, CAT, BESIDE, 0)], covered=range(2))],
        classes=CLASSES,
        on=spans.of(np.array(on)),
    )
    assert found[CAT].tolist() == [0, of]


def test_boxes_are_not_held_against_words() -> None:
    gold = replace(boxless([(0, CAT)], covered=[0]), whole_items=True)

    found = checked(labels([(0, CAT, BOX, 0)], covered=[0]), [gold], classes=CLASSES, on=EVERY)

    assert not found.any()
