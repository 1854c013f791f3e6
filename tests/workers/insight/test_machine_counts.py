"""Previews of a threshold say what applying it does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.workers.columns import LabelColumns
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.machine_counts import (
    BY_METRIC,
    HUMAN,
    MACHINE,
    items_by_class,
    rows_by_class,
    steps,
)
from labelmarket.workers.insight.machine_items import machine_objects, tops_of, whole_items
from tests.workers.insight.prediction_samples import CLASSES, ITEMS, files, predictions

metrics = st.lists(st.sampled_from([0.2, 0.45, 0.5, 0.9, float("nan")]), min_size=3, max_size=3)
fixed = st.lists(st.sampled_from([BY_METRIC, BY_METRIC, HUMAN, MACHINE]), min_size=3, max_size=3)
thresholds = st.sampled_from([0.0, 0.2, 0.3, 0.45, 0.5, 0.50001, 0.9, 1.0])


def routed(metrics: list[float], fixed: list[int], threshold: float) -> list[bool]:
    return [
        one == MACHINE or (one == BY_METRIC and value >= threshold)
        for one, value in zip(fixed, metrics, strict=True)
    ]


@given(every=files, metrics=metrics, fixed=fixed, threshold=thresholds)
def test_the_counts_at_a_threshold_are_those_of_the_routes_that_it_makes(
    every: list[LabelColumns], metrics: list[float], fixed: list[int], threshold: float
) -> None:
    machine = np.array(routed(metrics, fixed, threshold))
    tops = tops_of(every, classes=CLASSES, items=ITEMS)
    counts = items_by_class(tops, classes=len(CLASSES))

    preview = steps(counts, metrics=np.array(metrics), fixed=np.array(fixed, dtype=np.int8))

    part = whole_items(every, tops, classes=CLASSES, machine=machine)
    assert preview.at(threshold) == (int(machine.sum()), spans.count(part.items))


@given(every=files, metrics=metrics, threshold=thresholds)
def test_rows_are_counted_as_they_are_given_to_the_machine(
    every: list[LabelColumns], metrics: list[float], threshold: float
) -> None:
    free = np.full(3, BY_METRIC, dtype=np.int8)
    machine = np.array(routed(metrics, free.tolist(), threshold))
    counts = rows_by_class(every, classes=CLASSES, items=ITEMS)

    preview = steps(counts, metrics=np.array(metrics), fixed=free)

    part = machine_objects(every, classes=CLASSES, machine=machine, items=ITEMS)
    assert preview.at(threshold)[1] == sum(map(len, part.labels))


def test_a_class_at_the_threshold_stays_with_the_machine() -> None:
    said = predictions([(0, 0, 0.9), (1, 1, 0.9), (2, 2, 0.9)], covered=[0, 1, 2])
    counts = items_by_class(tops_of([said], classes=CLASSES, items=ITEMS), classes=3)

    preview = steps(
        counts, metrics=np.array([0.45, 0.5, 0.9]), fixed=np.full(3, BY_METRIC, dtype=np.int8)
    )

    assert preview.thresholds.tolist() == [0.45, 0.5, 0.9]
    assert [preview.at(x)[1] for x in (0.45, 0.46, 0.5, 0.9, 0.91)] == [3, 2, 2, 1, 0]


def test_counts_of_other_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="same classes"):
        steps(np.zeros(2, np.int64), metrics=np.zeros(3), fixed=np.zeros(3, np.int8))
