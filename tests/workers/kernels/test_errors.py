"""Kinds of errors in scenes small enough to judge by eye, and what each costs."""

import numpy as np
import pytest
from hypothesis import given, settings

from labelmarket.workers import kernels
from labelmarket.workers.kernels import errors
from labelmarket.workers.kernels.errors import (
    BACKGROUND,
    BOTH,
    CLASS,
    DUPLICATE,
    KINDS,
    LOCATION,
    RIGHT,
    UNJUDGED,
    Errors,
)
from tests.workers.kernels.coco_peer import (
    CLASSES,
    Box,
    Found,
    Truth,
    detections_of,
    founds,
    gold_of,
    peer_evaluation,
    truths,
)

WHOLE: Box = (0.0, 0.0, 10.0, 10.0)
THIRD: Box = (5.0, 0.0, 10.0, 10.0)
FAR: Box = (30.0, 30.0, 5.0, 5.0)


def truth(*, image: int = 0, kind: int = 0, box: Box = WHOLE, crowd: int = 0) -> Truth:
    return Truth(image, kind, box, box[2] * box[3], crowd, 0)


def errors_of(gold: list[Truth], found: list[Found]) -> Errors:
    return kernels.error_kinds(gold_of(gold), detections_of(found), n_classes=CLASSES)


def gains(judged: Errors) -> dict[str, float]:
    return dict(zip(KINDS, judged.gains.tolist(), strict=True))


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (Found(0, 0, WHOLE, 0.9), RIGHT),
        (Found(0, 1, WHOLE, 0.9), CLASS),
        (Found(0, 0, THIRD, 0.9), LOCATION),
        (Found(0, 1, THIRD, 0.9), BOTH),
        (Found(0, 0, FAR, 0.9), BACKGROUND),
        (Found(1, 0, WHOLE, 0.9), BACKGROUND),
    ],
)
def test_one_detection_of_one_gold_label_is_of_the_kind_that_its_place_and_class_say(
    one: Found, kind: int
) -> None:
    assert errors_of([truth()], [one]).kinds.tolist() == [kind]


def test_a_second_detection_of_a_label_that_is_found_is_a_duplicate() -> None:
    judged = errors_of([truth()], [Found(0, 0, WHOLE, 0.5), Found(0, 0, WHOLE, 0.9)])

    assert judged.kinds.tolist() == [DUPLICATE, RIGHT]


def test_a_detection_of_a_crowd_is_not_judged() -> None:
    judged = errors_of([truth(crowd=1)], [Found(0, 0, WHOLE, 0.9)])

    assert judged.kinds.tolist() == [UNJUDGED]
    assert judged.missed.tolist() == [False]


def test_a_detection_beyond_the_limit_is_not_judged() -> None:
    judged = kernels.error_kinds(
        gold_of([truth()]),
        detections_of([Found(0, 0, FAR, 0.1), Found(0, 0, FAR, 0.2)]),
        n_classes=CLASSES,
        max_detections=1,
    )

    assert judged.kinds.tolist() == [UNJUDGED, BACKGROUND]


def test_errors_tell_the_matches_that_they_were_judged_by() -> None:
    gold = gold_of([truth(image=0), truth(image=1, crowd=1)])
    found = detections_of([Found(0, 0, WHOLE, 0.9), Found(1, 0, WHOLE, 0.8), Found(1, 0, FAR, 0.7)])

    judged = kernels.error_kinds(gold, found, n_classes=CLASSES, threshold=0.6)

    alone = kernels.match_detections(gold, found, n_classes=CLASSES, thresholds=(0.6,))
    assert [one.tolist() for one in judged.matches] == [one.tolist() for one in alone]


def test_gold_is_missed_only_if_no_class_or_location_error_is_about_it() -> None:
    gold = [truth(image=0), truth(image=1), truth(image=2)]

    judged = errors_of(gold, [Found(0, 0, THIRD, 0.9), Found(1, 1, WHOLE, 0.8)])

    assert judged.missed.tolist() == [False, False, True]
    assert judged.counts.tolist() == [1, 1, 0, 0, 0, 1]


def test_a_location_error_costs_what_its_detection_would_add_if_it_lay_right() -> None:
    judged = errors_of(
        [truth(), truth(image=1)], [Found(0, 0, WHOLE, 0.9), Found(1, 0, THIRD, 0.8)]
    )

    assert judged.precision == pytest.approx(51 / 101)
    assert gains(judged)["location"] == pytest.approx(50 / 101)


def test_of_two_errors_about_one_label_only_the_surest_is_made_right() -> None:
    gold = [truth(), truth(image=1, kind=1)]
    found = [Found(0, 0, THIRD, 0.9), Found(0, 0, THIRD, 0.8), Found(1, 1, WHOLE, 0.7)]

    judged = errors_of(gold, found)

    assert judged.counts[KINDS.index("location")] == 2
    assert gains(judged)["location"] == pytest.approx(0.5)


def test_a_class_error_costs_what_its_detection_would_add_in_its_gold_class() -> None:
    judged = errors_of([truth()], [Found(0, 1, WHOLE, 0.9)])

    assert judged.precision == 0.0
    assert gains(judged)["class"] == pytest.approx(1.0)


def test_background_and_duplicates_cost_the_precision_that_they_take() -> None:
    gold = [truth(), truth(image=1)]
    found = [
        Found(0, 0, WHOLE, 0.9),
        Found(0, 0, WHOLE, 0.8),
        Found(0, 0, FAR, 0.7),
        Found(1, 0, WHOLE, 0.6),
    ]

    judged = errors_of(gold, found)

    # Half of the recalls have precision 1, the rest 2 of 4; without either error 2 of 3.
    assert judged.precision == pytest.approx((51 + 50 / 2) / 101)
    for kind in ("duplicate", "background"):
        assert gains(judged)[kind] == pytest.approx(50 * (2 / 3 - 1 / 2) / 101)


def test_missed_gold_costs_the_recall_that_nothing_reaches() -> None:
    judged = errors_of([truth(), truth(image=1)], [Found(0, 0, WHOLE, 0.9)])

    assert gains(judged)["missed"] == pytest.approx(50 / 101)


def test_without_gold_nothing_can_be_said_of_costs() -> None:
    judged = errors_of([], [Found(0, 0, WHOLE, 0.9)])

    assert judged.kinds.tolist() == [BACKGROUND]
    assert (judged.precision, judged.gains.tolist()) == (-1.0, [-1.0] * 6)


@settings(max_examples=25)
@given(truths, founds)
def test_precision_is_ap50_of_pycocotools_and_every_detection_has_one_kind(
    gold: list[Truth], found: list[Found]
) -> None:
    judged = errors_of(gold, found)

    assert judged.precision == peer_evaluation(gold, found).stats[1]
    each = np.bincount(judged.kinds, minlength=UNJUDGED + 1)
    assert judged.counts[:-1].tolist() == each[CLASS:UNJUDGED].tolist()
    counted = sum(not (one.crowd or one.ignored) for one in gold)
    assert each[RIGHT] + judged.missed.sum() <= counted


@settings(max_examples=25)
@given(truths, founds)
def test_kinds_follow_from_overlaps_as_the_definition_says(
    gold: list[Truth], found: list[Found]
) -> None:
    matches = kernels.match_detections(gold_of(gold), detections_of(found), n_classes=CLASSES)

    judged = errors_of(gold, found)

    partner = matches.gold[:, 0]
    taken = set(partner[(partner >= 0) & ~matches.ignored[:, 0]].tolist())
    real = [g for g, one in enumerate(gold) if not (one.crowd or one.ignored)]
    for row, one in enumerate(found):
        if partner[row] >= 0 or matches.ignored[row, 0] or not matches.counted[row]:
            continue
        near = [
            (kernels.box_iou([gold[g].box], [one.box])[0, 0], gold[g].kind == one.kind, g in taken)
            for g in real
            if gold[g].image == one.image
        ]
        own = max((iou for iou, same, _ in near if same), default=0.0)
        other = max((iou for iou, same, _ in near if not same), default=0.0)
        again = max((iou for iou, same, is_taken in near if same and is_taken), default=0.0)
        if 0.1 <= own < 0.5:
            expected = LOCATION
        elif other >= 0.5:
            expected = CLASS
        elif again >= 0.5:
            expected = DUPLICATE
        else:
            expected = BOTH if max(own, other) >= 0.1 else BACKGROUND
        assert judged.kinds[row] == expected


@pytest.mark.parametrize(("threshold", "background"), [(0.5, 0.5), (0.5, 0.0), (1.1, 0.1)])
def test_limits_that_leave_no_room_are_refused(threshold: float, background: float) -> None:
    with pytest.raises(ValueError, match="background"):
        kernels.error_kinds(
            gold_of([]),
            detections_of([]),
            n_classes=1,
            threshold=threshold,
            background=background,
        )


@settings(max_examples=20)
@given(truths, founds)
def test_many_blocks_of_images_are_judged_as_one(gold: list[Truth], found: list[Found]) -> None:
    whole = errors_of(gold, found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(errors, "BLOCK_PAIRS", 1)
        cut = errors_of(gold, found)

    assert cut.kinds.tolist() == whole.kinds.tolist()
    assert cut.gains.tolist() == whole.gains.tolist()
