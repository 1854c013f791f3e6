"""Which rows of two files are compared, and as what."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from labelmarket.workers import kernels
from labelmarket.workers.columns import GEOMETRY_ITEM, ItemTable, item_columns
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.compared import SURE, classes_of, ranks_of, sides_of
from labelmarket.workers.insight.outline_masks import masks_of
from labelmarket.workers.kernels.masks import Masks
from tests.workers.insight.label_samples import CLASSES, Row, labels, table
from tests.workers.insight.outline_samples import outlines_of

CAT, DOG, BACKGROUND, ANT = range(4)
BOX = (10.0, 20.0, 30.0, 40.0)
SQUARE = [[0.0, 0.0, 4.0, 0.0, 4.0, 4.0, 0.0, 4.0]]


def test_classes_of_both_files_stand_in_the_order_of_the_gold_file() -> None:
    gold = labels([], covered=[], classes=("cat", "dog"))
    predicted = labels([], covered=[], classes=("ant", "dog"))

    assert classes_of(gold, predicted) == ("cat", "dog", "ant")


def test_classes_are_compared_by_name() -> None:
    gold = labels([(0, 1, BOX, 0)], covered=[0], classes=("cat", "dog"))
    predicted = labels([(0, 0, BOX, 0)], covered=[0], classes=("dog",))

    true, given = sides_of(gold, predicted, items=table(), classes=classes_of(gold, predicted))

    assert_array_equal(true.classes, [1])
    assert_array_equal(given.classes, [1])


def test_only_items_that_gold_covers_are_compared_unless_others_are_named() -> None:
    gold = labels([(0, CAT, BOX, 0)], covered=[0, 1])
    predicted = labels([(1, CAT, BOX, 0), (2, CAT, BOX, 0)], covered=[1, 2])

    _, given = sides_of(gold, predicted, items=table(), classes=CLASSES)
    _, within = sides_of(
        gold, predicted, items=table(), classes=CLASSES, within=spans.of(np.array([2]))
    )

    assert_array_equal(given.images, [1])
    assert_array_equal(within.images, [2])


def test_background_and_labels_of_a_whole_item_are_left_out() -> None:
    rows: list[Row] = [(0, BACKGROUND, BOX, 0), (0, CAT, BOX, 0), (0, DOG, BOX, 0)]
    gold = labels(rows, covered=[0])
    on_item = np.array([0, 0, GEOMETRY_ITEM], dtype=np.uint8)

    true, _ = sides_of(
        replace(gold, geometry=on_item), labels([], covered=[]), items=table(), classes=CLASSES
    )

    assert_array_equal(true.classes, [CAT])


def test_what_a_file_does_not_say_is_taken_from_the_shape() -> None:
    rows: list[Row] = [(0, CAT, BOX, 0), (0, CAT, BOX, 1)]
    gold = replace(labels(rows, covered=[0]), areas=np.array([700.0, np.nan]))
    predicted = replace(labels(rows, covered=[0]), scores=np.array([np.nan, 0.25]))

    true, given = sides_of(gold, predicted, items=table(), classes=CLASSES)

    assert_array_equal(true.areas, [700.0, 1200.0])
    assert_array_equal(true.crowd, [False, True])
    assert_array_equal(given.scores, [SURE, 0.25])
    assert given.areas is None


def test_masks_are_compared_where_a_row_has_an_outline() -> None:
    rows: list[Row] = [(0, CAT, BOX, 0), (0, DOG, BOX, 0)]
    gold = labels(rows, covered=[0])
    outlines = outlines_of([SQUARE, []])

    true, given = sides_of(
        gold, gold, items=table(), classes=CLASSES, outlines=(outlines, outlines)
    )

    assert_array_equal(true.classes, [CAT])
    assert isinstance(given.shapes, Masks)
    assert given.shapes.sizes.tolist() == [[100, 200]]
    assert_array_equal(true.areas, [16.0])


def test_images_are_numbered_by_the_names_of_items_and_numbers_by_their_value() -> None:
    names = [b"b", b"a10.jpg", b"a9.jpg", b"a09.jpg", b"7"]
    items = ItemTable((item_columns(names, sizes=np.zeros((5, 2))),))

    assert ranks_of(items).tolist() == [4, 3, 2, 1, 0]


def test_polygons_of_a_label_are_united_and_run_lengths_kept_in_their_place() -> None:
    two = [*SQUARE, [2.0, 2.0, 6.0, 2.0, 6.0, 6.0, 2.0, 6.0]]
    text = {"size": [2, 2], "counts": "13"}

    masks = masks_of(outlines_of([two, text, SQUARE]), sizes=np.full((3, 2), 8.0))

    assert kernels.mask_areas(masks).tolist() == [28, 3, 16]
    assert masks.sizes.tolist() == [[8, 8], [2, 2], [8, 8]]


def test_a_polygon_on_an_item_of_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown size"):
        masks_of(outlines_of([SQUARE]), sizes=np.zeros((1, 2)))


def test_a_row_without_an_outline_is_refused_by_its_number() -> None:
    with pytest.raises(ValueError, match="label 1 has no outline"):
        masks_of(outlines_of([SQUARE, []]), sizes=np.full((2, 2), 8.0))
