"""What dataset health finds, one fault at a time."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from labelmarket.workers.columns import ItemTable, item_columns
from labelmarket.workers.insight.report_types import Check, Finding
from labelmarket.workers.insight.whole import report_of
from tests.workers.insight.label_samples import Row, labels, sized

CAT, BACKGROUND = 0, 1
NAMES = ("cat", "_background_", "dog")
BOX = (50.0, 40.0, 20.0, 20.0)


def finding(
    check: Check, rows: list[Row], *, items: ItemTable | None = None, images: int = 4
) -> Finding:
    table = sized(images) if items is None else items
    found = report_of(table, labels(rows, covered=range(images), classes=NAMES))
    (one,) = [one for one in found["health"] if one["check"] == check]
    return one


def named(found: Finding) -> list[str | None]:
    return [one["image"] for one in found["examples"]]


def test_images_without_a_label_are_named_unless_they_are_said_to_be_background() -> None:
    rows: list[Row] = [(0, CAT, BOX, 0), (1, BACKGROUND, BOX, 0)]

    found = finding("IMAGES_WITHOUT_LABELS", rows)

    assert (found["count"], found["of"], named(found)) == (2, 4, ["2.jpg", "3.jpg"])
    assert found["words"] == "2 images without a label, nor said to be background."


def test_at_most_twenty_examples_are_named() -> None:
    found = finding("IMAGES_WITHOUT_LABELS", [], images=30)

    assert (found["count"], len(found["examples"])) == (30, 20)


def test_unknown_sizes_and_sides_of_nothing_are_told_apart() -> None:
    keys = [b"0", b"1", b"2", b"3"]
    sizes = np.array([(9.0, 9.0), (0.0, 0.0), (0.0, 9.0), (0.0, 0.0)])
    table = ItemTable((item_columns(keys, sizes=sizes),))
    rows: list[Row] = [(0, CAT, BOX, 0)]

    assert named(finding("IMAGES_OF_UNKNOWN_SIZE", rows, items=table)) == ["1", "3"]
    assert named(finding("IMAGES_OF_ZERO_SIZE", rows, items=table)) == ["2"]


def media(codes: Sequence[int]) -> ItemTable:
    """Give items in two manifests whose media have these digests, none for 0."""
    digests = np.zeros((len(codes), 32), dtype=np.uint8)
    digests[:, 31] = codes
    keys = [str(place).encode() for place in range(len(codes))]
    sizes = np.ones((len(codes), 2))
    return ItemTable(
        (
            item_columns(keys[:2], sizes=sizes[:2], media=digests[:2]),
            item_columns(keys[2:], sizes=sizes[2:], media=digests[2:], first=2),
        )
    )


def test_images_with_the_same_bytes_name_the_first_of_them() -> None:
    found = finding("DUPLICATE_IMAGES", [(0, CAT, BOX, 0)], items=media([0, 7, 7, 8, 7]), images=5)

    assert (found["count"], found["of"], named(found)) == (2, 4, ["2", "4"])
    assert [one["words"] for one in found["examples"]] == ["the same as 1"] * 2


def test_without_media_nobody_looks_for_copies() -> None:
    found = report_of(sized(2), labels([], covered=[0, 1], classes=NAMES))

    assert "DUPLICATE_IMAGES" not in {one["check"] for one in found["health"]}


@pytest.mark.parametrize(
    ("check", "rows", "count"),
    [
        ("BOXES_OF_ZERO_SIZE", [(50.0, 40.0, 0.0, 9.0)], 1),
        ("BOXES_OFF_IMAGE", [(200.0, 40.0, 9.0, 9.0)], 1),
        ("BOXES_OUTSIDE", [(195.0, 40.0, 9.0, 9.0)], 1),
        ("BOXES_OUTSIDE", [(191.5, 40.0, 9.0, 9.0)], 0),
        ("EXACT_DUPLICATES", [BOX, BOX, BOX], 2),
        ("NEAR_DUPLICATES", [BOX, (50.0, 40.0, 20.0, 20.5)], 1),
        ("NEAR_DUPLICATES", [BOX, (50.0, 40.0, 20.0, 22.0)], 0),
        ("NEAR_DUPLICATES", [BOX, BOX], 0),
    ],
)
def test_impossible_and_repeated_boxes_are_shown_with_their_id(
    check: Check, rows: list[tuple[float, float, float, float]], count: int
) -> None:
    found = finding(check, [(2, CAT, box, 0) for box in rows])

    assert (found["count"], found["of"], len(found["examples"])) == (count, len(rows), count)
    for example in found["examples"]:
        assert (example["image"], example["class"]) == ("2.jpg", "cat")
        assert example["box"] == list(rows[example["id"] or 0])


def test_boxes_far_from_what_is_usual_are_odd_the_farthest_first() -> None:
    rows: list[Row] = [(0, CAT, (float(n), 40.0, 20.0, 20.0), 0) for n in range(30)]
    rows += [(1, CAT, (0.0, 0.0, 4.0, 4.0), 0), (1, CAT, (0.0, 0.0, 200.0, 100.0), 0)]

    found = finding("ODD_SIZES", rows)

    assert (found["count"], [one["id"] for one in found["examples"]]) == (2, [31, 30])
    assert found["examples"][0]["words"].startswith("100 % of the image, where about 2")


def test_a_box_is_odd_by_its_aspect_too() -> None:
    rows: list[Row] = [(0, CAT, (float(n), 40.0, 20.0, 20.0), 0) for n in range(30)]
    rows.append((1, CAT, (0.0, 0.0, 80.0, 5.0), 0))

    assert finding("ODD_ASPECTS", rows)["count"] == 1
    assert finding("ODD_SIZES", rows)["count"] == 0


def test_among_few_boxes_none_is_odd() -> None:
    rows: list[Row] = [(0, CAT, (float(n), 40.0, 20.0, 20.0), 0) for n in range(18)]
    rows.append((1, CAT, (0.0, 0.0, 200.0, 100.0), 0))

    assert finding("ODD_SIZES", rows)["count"] == 0


def test_rows_that_were_lost_are_counted_among_all() -> None:
    part = replace(labels([(0, CAT, BOX, 0)], covered=[0], classes=NAMES), problems=3)

    (found,) = [one for one in report_of(sized(1), part)["health"] if one["check"] == "ROWS_LOST"]

    assert (found["count"], found["of"], found["query"]) == (3, 4, None)
    # Whoever left them out knows why: an item may also have had too many labels.
    assert found["words"] == "3 rows left out, each for a reason that reading it gave."


def test_classes_without_labels_and_on_few_images_are_named() -> None:
    rows: list[Row] = [(0, CAT, BOX, 0)]

    never, few = finding("CLASSES_WITHOUT_LABELS", rows), finding("CLASSES_IN_FEW_IMAGES", rows)

    assert [one["class"] for one in never["examples"]] == ["dog"]
    assert [(one["class"], one["words"]) for one in few["examples"]] == [("cat", "1 image")]
