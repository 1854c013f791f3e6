"""Which gold label a detection finds, against the rule written plainly."""

import numpy as np
import pytest
from hypothesis import given, settings

from labelmarket.workers import kernels
from tests.workers.kernels.coco_peer import (
    CLASSES,
    Box,
    Found,
    Truth,
    detections_of,
    founds,
    gold_of,
    truths,
)

WHOLE = (0.0, 0.0, 10.0, 10.0)
THRESHOLDS = (0.3, 0.5, 0.75, 1.0)
LIMIT = 3


def overlap(truth: Truth, given: Box) -> float:
    width = min(given[2] + given[0], truth.box[2] + truth.box[0]) - max(given[0], truth.box[0])
    height = min(given[3] + given[1], truth.box[3] + truth.box[1]) - max(given[1], truth.box[1])
    if width <= 0 or height <= 0:
        return 0.0
    area = given[2] * given[3]
    own = 0.0 if truth.crowd else truth.box[2] * truth.box[3] - width * height
    return width * height / (area + own)


def plainly(
    gold: list[Truth], found: list[Found], *, threshold: float, area_range: tuple[float, float]
) -> tuple[list[int], list[bool], list[bool]]:
    """Match one detection after the other; nothing is sorted beforehand but the scores."""
    partner, ignored, counted = [-1] * len(found), [False] * len(found), [False] * len(found)
    taken: set[int] = set()
    seen: dict[tuple[int, int], int] = {}
    for row in sorted(range(len(found)), key=lambda row: -found[row].score):
        one = found[row]
        rank = seen.get((one.image, one.kind), 0)
        seen[one.image, one.kind] = rank + 1
        if rank >= LIMIT:
            continue
        counted[row] = True
        aside = [
            bool(t.crowd or t.ignored) or not area_range[0] <= t.area <= area_range[1] for t in gold
        ]
        for left_out in (False, True):
            best = min(threshold, 1 - 1e-10)
            for g, truth in enumerate(gold):
                same = (truth.image, truth.kind) == (one.image, one.kind)
                if not same or aside[g] != left_out or (g in taken and not truth.crowd):
                    continue
                if overlap(truth, one.box) >= best:
                    best, partner[row] = overlap(truth, one.box), g
            if partner[row] >= 0:
                taken.add(partner[row])
                ignored[row] = left_out
                break
        if partner[row] < 0:
            ignored[row] = not area_range[0] <= one.box[2] * one.box[3] <= area_range[1]
    return partner, ignored, counted


@settings(max_examples=100)
@given(truths, founds)
def test_every_threshold_matches_as_the_rule_says(gold: list[Truth], found: list[Found]) -> None:
    for area_range in ((0.0, 1e10), (10.0, 1024.0)):
        matches = kernels.match_detections(
            gold_of(gold),
            detections_of(found),
            n_classes=CLASSES,
            thresholds=THRESHOLDS,
            area_range=area_range,
            max_detections=LIMIT,
        )

        for t, threshold in enumerate(THRESHOLDS):
            expected = plainly(gold, found, threshold=threshold, area_range=area_range)
            assert matches.gold[:, t].tolist() == expected[0]
            assert matches.ignored[:, t].tolist() == [
                one and two for one, two in zip(expected[1], expected[2], strict=True)
            ]
            assert matches.counted.tolist() == expected[2]


def test_of_two_equally_close_gold_labels_the_last_is_found() -> None:
    gold = [Truth(0, 0, WHOLE, 100.0, 0, 0), Truth(0, 0, WHOLE, 100.0, 0, 0)]

    matches = kernels.match_detections(
        gold_of(gold), detections_of([Found(0, 0, WHOLE, 0.5)]), n_classes=CLASSES
    )

    assert matches.gold.tolist() == [[1]]


def test_a_crowd_is_found_again_and_again_and_nothing_of_it_counts() -> None:
    gold = [Truth(0, 0, (0.0, 0.0, 20.0, 20.0), 400.0, 1, 0)]
    found = [Found(0, 0, WHOLE, 0.5), Found(0, 0, (10.0, 10.0, 5.0, 5.0), 0.4)]

    matches = kernels.match_detections(gold_of(gold), detections_of(found), n_classes=CLASSES)

    assert matches.gold.tolist() == [[0], [0]]
    assert matches.ignored.tolist() == [[True], [True]]


def test_an_area_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        kernels.match_detections(gold_of([]), detections_of([]), n_classes=1, area_range=(2.0, 1.0))


def test_flags_that_are_neither_0_nor_1_are_refused() -> None:
    gold = kernels.Gold(images=[0], classes=[0], shapes=[WHOLE], crowd=np.array([2]))

    with pytest.raises(ValueError, match=r"gold\.crowd"):
        kernels.match_detections(gold, detections_of([]), n_classes=1)
