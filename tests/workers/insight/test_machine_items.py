"""The machine's items and labels, against a plain reading of the rules."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.workers.columns import LabelColumns
from labelmarket.workers.insight import machine_items, spans
from labelmarket.workers.insight.machine_items import machine_objects, tops_of, whole_items
from tests.workers.insight.prediction_samples import (
    CLASSES,
    ITEMS,
    Row,
    files,
    predictions,
    routes,
    rows_of,
)


def first_file_of(item: int, every: list[LabelColumns]) -> int | None:
    covering = (
        file for file, one in enumerate(every) if item in spans.ordinals(one.covered).tolist()
    )
    return next(covering, None)


def best_of(item: int, every: list[LabelColumns]) -> tuple[int, Row] | None:
    file = first_file_of(item, every)
    if file is None:
        return None
    said = [row for row in rows_of(every[file]) if row[0] == item and not math.isnan(row[2])]
    if not said:
        return None
    return file, min(said, key=lambda row: (-row[2], row[1]))


@given(every=files, machine=routes)
def test_an_item_is_the_machines_when_its_most_probable_class_is(
    every: list[LabelColumns], machine: list[bool]
) -> None:
    tops = tops_of(every, classes=CLASSES, items=ITEMS)

    part = whole_items(every, tops, classes=CLASSES, machine=np.array(machine))

    best = {item: best_of(item, every) for item in range(ITEMS)}
    theirs = {item: one for item, one in best.items() if one is not None and machine[one[1][1]]}
    assert spans.ordinals(part.items).tolist() == sorted(theirs)
    for file, labels in enumerate(part.labels):
        expected = {item: row for item, (at, row) in theirs.items() if at == file}
        assert {row[0]: row for row in rows_of(labels)} == expected
        assert len(labels) == len(expected)
        assert spans.ordinals(labels.covered).tolist() == sorted(expected)


@given(every=files, machine=routes, score_min=st.sampled_from([0.0, 0.5]))
def test_the_machine_has_every_row_of_its_classes_and_whole_items_when_it_has_all_classes(
    every: list[LabelColumns], machine: list[bool], score_min: float
) -> None:
    part = machine_objects(
        every, classes=CLASSES, machine=np.array(machine), items=ITEMS, score_min=score_min
    )

    for file, columns in enumerate(every):
        expected = [
            row
            for row in rows_of(columns)
            if first_file_of(row[0], every) == file and machine[row[1]] and row[2] >= score_min
        ]
        assert rows_of(part.labels[file]) == expected
        assert [rows_of(columns)[at] for at in part.rows[file]] == expected
    covered = [item for item in range(ITEMS) if first_file_of(item, every) is not None]
    assert spans.ordinals(part.items).tolist() == (covered if all(machine) else [])


@given(every=files)
def test_blocks_of_any_size_give_the_same_tops(every: list[LabelColumns]) -> None:
    whole = tops_of(every, classes=CLASSES, items=ITEMS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine_items, "BLOCK_ROWS", 2)
        parted = tops_of(every, classes=CLASSES, items=ITEMS)

    assert whole.classes.tolist() == parted.classes.tolist()
    assert whole.files.tolist() == parted.files.tolist()


def test_of_equally_probable_classes_the_first_of_the_project_counts() -> None:
    said = predictions([(0, 0, 0.5), (0, 1, 0.5)], covered=[0], classes=("dog", "cat"))

    tops = tops_of([said], classes=("cat", "dog"), items=1)

    assert tops.classes.tolist() == [0]


def test_an_item_that_no_prediction_covers_goes_to_people() -> None:
    said = predictions([(0, 0, 0.9), (1, 0, 0.9)], covered=[1])
    tops = tops_of([said], classes=CLASSES, items=2)

    part = whole_items([said], tops, classes=CLASSES, machine=np.ones(3, dtype=np.bool_))

    assert part.items.tolist() == [[1, 2]]


def test_predictions_of_items_that_are_not_there_are_refused() -> None:
    with pytest.raises(ValueError, match="item 6 of 6"):
        tops_of([predictions([], covered=[6])], classes=CLASSES, items=ITEMS)


def test_routes_of_other_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="2 routes for 3 classes"):
        machine_objects([], classes=CLASSES, machine=np.ones(2, dtype=np.bool_), items=1)


def test_a_project_without_classes_gives_the_machine_nothing() -> None:
    tops = tops_of([], classes=(), items=2)

    part = whole_items([], tops, classes=(), machine=np.zeros(0, dtype=np.bool_))

    assert (part.items.tolist(), part.labels) == ([], ())
