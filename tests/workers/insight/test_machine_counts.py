"""What is counted of each class is what the machine is given when the class is its own."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.workers.columns import LabelColumns
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.machine_counts import items_by_class, rows_by_class
from labelmarket.workers.insight.machine_items import machine_objects, tops_of, whole_items
from tests.workers.insight.prediction_samples import CLASSES, ITEMS, files

routes = st.lists(st.booleans(), min_size=len(CLASSES), max_size=len(CLASSES)).map(np.array)


@given(every=files, machine=routes)
def test_items_are_counted_as_they_are_given_to_the_machine(
    every: list[LabelColumns], machine: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> None:
    tops = tops_of(every, classes=CLASSES, items=ITEMS)
    counts = items_by_class(tops, classes=len(CLASSES))

    part = whole_items(every, tops, classes=CLASSES, machine=machine)

    assert counts[machine].sum() == spans.count(part.items)


@given(every=files, machine=routes)
def test_rows_are_counted_as_they_are_given_to_the_machine(
    every: list[LabelColumns], machine: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> None:
    counts = rows_by_class(every, classes=CLASSES, items=ITEMS)

    part = machine_objects(every, classes=CLASSES, machine=machine, items=ITEMS)

    assert counts[machine].sum() == sum(map(len, part.labels))
