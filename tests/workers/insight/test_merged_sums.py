"""However the items are split into parts, in whatever order: the same report to the last bit."""

from random import Random

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers.insight.measure import measure
from labelmarket.workers.insight.merge import merge
from labelmarket.workers.insight.report import report
from labelmarket.workers.insight.sums import Sums
from tests.workers.insight.label_samples import CLASSES, ITEMS, Row, labels, rows, table


def measured(delivered: list[Row], gold: list[Row], *, covered: list[int]) -> Sums:
    part = [row for row in delivered if row[0] in covered]
    truth = labels(gold, covered=range(ITEMS))
    return measure(labels(part, covered=covered), items=table(), classes=CLASSES, gold=(truth,))


@settings(max_examples=30, deadline=None)
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

    merged = report(merge(parts, classes=CLASSES))

    assert orjson.dumps(merged) == orjson.dumps(report(merge([whole], classes=CLASSES)))


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
