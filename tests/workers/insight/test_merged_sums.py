"""However the items are split into parts, in whatever order: the same report to the last bit."""

from dataclasses import replace
from random import Random

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers.columns import NO_ID
from labelmarket.workers.insight.measure import measure
from labelmarket.workers.insight.merge import merge
from labelmarket.workers.insight.report import report
from labelmarket.workers.insight.sums import Sums, packed, unpacked
from tests.workers.insight.label_samples import CLASSES, ITEMS, Box, Row, alike, labels, rows, table


def measured(
    delivered: list[Row], gold: list[Row], *, covered: list[int], numbered: bool = True
) -> Sums:
    """Measure the labels on some items; their ids are those of their rows, or they have none."""
    ids = np.arange(len(delivered)) if numbered else np.full(len(delivered), NO_ID)
    kept = np.array([row[0] in covered for row in delivered], dtype=np.bool_)
    part = [row for row in delivered if row[0] in covered]
    truth = labels(gold, covered=range(ITEMS))
    given = replace(labels(part, covered=covered), ids=ids[kept])
    return measure(given, items=table(), classes=CLASSES, gold=(truth,))


def said(sums: Sums) -> bytes:
    return orjson.dumps(report(sums, items=table()))


@settings(max_examples=40, deadline=None)
@given(rows, rows, st.lists(st.integers(0, 3), min_size=ITEMS, max_size=ITEMS), st.randoms())
def test_any_split_and_order_of_parts_gives_the_same_bytes(
    delivered: list[Row], gold: list[Row], part_of: list[int], random: Random
) -> None:
    whole = measured(delivered, gold, covered=list(range(ITEMS)))
    parts = [
        measured(delivered, gold, covered=[i for i in range(ITEMS) if part_of[i] == part])
        for part in range(4)
    ]
    random.shuffle(parts)

    merged = said(merge(parts, classes=CLASSES))

    assert merged == said(merge([whole], classes=CLASSES))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, ITEMS - 1), alike), max_size=60), st.randoms())
def test_any_order_of_the_rows_gives_the_same_bytes(
    placed: list[tuple[int, Box]], random: Random
) -> None:
    delivered: list[Row] = [(item, 0, box, 0) for item, box in placed]
    turned = random.sample(delivered, len(delivered))

    one, other = (
        measured(some, [], covered=list(range(ITEMS)), numbered=False)
        for some in (delivered, turned)
    )

    assert said(merge([one], classes=CLASSES)) == said(merge([other], classes=CLASSES))


def test_sums_that_were_stored_are_the_same_sums() -> None:
    rows: list[Row] = [(0, 0, (0.0, 0.0, 9.0, 9.0), 0)] * 3 + [(1, 2, (0.0, 0.0, 1.0, 1.0), 0)]
    sums = measured(rows, rows, covered=[0, 1, 5])

    again = unpacked(*packed(sums))

    assert said(again) == said(sums)


def test_of_each_check_the_labels_on_the_first_items_are_kept_whatever_the_split() -> None:
    flat: list[Row] = [
        (item, 0, (float(row), 0.0, 5.0, 0.0), 0) for row in range(9) for item in range(8)
    ]
    whole = measured(flat, [], covered=list(range(ITEMS)))
    parts = [measured(flat, [], covered=some) for some in ([7, 0, 3], [1, 2], [4, 5, 6])]

    merged = merge(parts, classes=CLASSES)

    assert merged.samples.items.tolist() == [0] * 9 + [1] * 9 + [2] * 2
    assert said(merged) == said(merge([whole], classes=CLASSES))


def test_parts_that_cover_one_item_are_refused() -> None:
    part = measured([], [], covered=[3])

    with pytest.raises(ValueError, match="same item"):
        merge([part, part], classes=CLASSES)


def test_sums_of_other_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="other classes"):
        merge([measured([], [], covered=[3])], classes=("cat",))


def test_coverage_beyond_64_bits_is_added_exactly() -> None:
    part = measured([(0, 0, (0.0, 0.0, 200.0, 100.0), 0)], [], covered=[0])
    part.coverage[0] = 2**62
    other = measured([], [], covered=[1])
    other.coverage[0] = 2**62
    last = measured([], [], covered=[2])
    last.coverage[0] = 2**62

    whole = merge([part, other, last], classes=CLASSES)

    assert whole.coverage[0, 0, 0] == 3 * 2**62
