"""What is advised, on what evidence, and in which order."""

import pytest

from labelmarket.workers.insight import advice as advising
from labelmarket.workers.insight.candidates import Candidate
from labelmarket.workers.insight.report_types import Action, Advice, Report
from labelmarket.workers.insight.whole import report_of
from tests.workers.insight.label_samples import Row, boxless, labels, sized

BIKE, RIDER, CAR = range(3)
NAMES = ("bicycle", "rider", "car")
BOX = (10.0, 10.0, 20.0, 20.0)


def multilabel(images: list[list[int]]) -> Report:
    rows = [(item, kind) for item, held in enumerate(images) for kind in held]
    given = boxless(rows, covered=range(len(images)), classes=NAMES)
    return report_of(sized(len(images)), given)


def boxed(rows: list[Row], *, images: int) -> Report:
    return report_of(sized(images), labels(rows, covered=range(images), classes=NAMES))


def advised(report: Report, action: Action) -> list[Advice]:
    return [one for one in report["advice"] if one["action"] == action]


def test_bicycles_without_riders_are_asked_for_when_there_are_none() -> None:
    report = multilabel([[BIKE, RIDER]] * 812 + [[CAR], [RIDER]] * 400)

    (first, *_) = advised(report, "COLLECT_WITHOUT")

    assert first["words"] == "Collect bicycle without rider: 0 of 812."
    assert first["classes"] == ["bicycle", "rider"]
    assert (first["evidence"]["count"], first["evidence"]["of"]) == (0, 812)
    query = first["evidence"]["query"]
    assert query is not None
    assert (query["kind"], query["with"], query["without"]) == ("images", ["bicycle"], ["rider"])
    numbers = {one["name"]: one["value"] for one in first["numbers"]}
    assert numbers["lowerBound"] == pytest.approx(0.05 ** (1 / 812))
    assert first["impact"] is None
    assert first["impactUnknown"]


@pytest.mark.parametrize(
    ("images", "why"),
    [
        ([[BIKE, RIDER]] * 58 + [[CAR]] * 58, "fewer than 59 show nothing"),
        ([[BIKE, RIDER]] * 100 + [[BIKE]] * 5 + [[CAR]] * 99, "95 % of 105 are not surely 95 %"),
        ([[BIKE, RIDER]] * 100 + [[RIDER]] * 900, "riders are everywhere"),
    ],
)
def test_nobody_is_asked_for_what_the_evidence_does_not_show(
    images: list[list[int]], why: str
) -> None:
    asked = [one["classes"] for one in advised(multilabel(images), "COLLECT_WITHOUT")]

    assert ["bicycle", "rider"] not in asked, why


def test_a_few_exceptions_among_many_are_still_asked_for() -> None:
    report = multilabel([[BIKE, RIDER]] * 811 + [[BIKE]] + [[CAR], [RIDER]] * 400)

    assert "Collect bicycle without rider: 1 of 812." in [one["words"] for one in report["advice"]]


def test_classes_on_few_images_are_asked_for_the_rarest_first() -> None:
    found = advised(multilabel([[BIKE]] * 12 + [[RIDER]] * 58 + [[CAR]] * 59), "COLLECT_CLASS")

    assert [(one["classes"], one["evidence"]["count"]) for one in found] == [
        (["bicycle"], 12),
        (["rider"], 58),
    ]
    assert found[0]["words"] == (
        "Collect items with bicycle: 12 of 129 hold one, 59 would be the least to judge it by."
    )


def test_a_class_that_few_images_hold_is_to_be_spread() -> None:
    rows: list[Row] = [(0, BIKE, BOX, 0)] * 100
    rows += [(1 + item, BIKE, BOX, 0) for item in range(40)]
    rows += [(item, CAR, BOX, 0) for item in range(70)]

    (one,) = advised(boxed(rows, images=80), "SPREAD_CLASS")

    assert one["words"] == (
        "Collect bicycle on more images: 71.4 % of 140 labels are on one, as if on 1.95 in all."
    )
    assert (one["evidence"]["count"], one["evidence"]["of"]) == (100, 140)
    query = one["evidence"]["query"]
    assert query is not None
    assert query["image"] == "0.jpg"


def test_a_class_in_one_corner_is_to_lie_elsewhere_too() -> None:
    corner: list[Row] = [(item, BIKE, (150.0, 60.0, 9.0, 9.0), 0) for item in range(36)]
    rest: list[Row] = [(item, BIKE, (0.0, 0.0, 9.0, 9.0), 0) for item in range(14)]

    (one,) = advised(boxed(corner + rest, images=40), "VARY_LOCATION")

    assert one["words"] == (
        "Vary where bicycle lies: 72 % of 50 labels in the bottom-right quadrant."
    )


def test_without_a_preference_that_is_large_nobody_is_asked_to_vary() -> None:
    rows: list[Row] = [(n % 99, BIKE, (150.0, 60.0, 9.0, 9.0), 0) for n in range(4_900)]
    rows += [(n % 99, BIKE, (0.0, 0.0, 9.0, 9.0), 0) for n in range(3_000)]
    rows += [(n % 99, BIKE, (150.0, 0.0, 9.0, 9.0), 0) for n in range(3_000)]

    report = boxed(rows, images=99)

    assert report["location"][0]["p"] < 1e-9
    assert advised(report, "VARY_LOCATION") == []


def test_faults_are_to_be_mended() -> None:
    rows: list[Row] = [(0, BIKE, BOX, 0), (0, BIKE, BOX, 0), (0, CAR, (10.0, 10.0, 0.0, 5.0), 0)]

    report = boxed(rows, images=3)

    assert [one["words"] for one in advised(report, "CHECK_BOXES")] == [
        "Draw again or drop boxes without a size: 1 of 3.",
        "Drop labels that are there twice: 1 of 3.",
    ]
    (bare,) = advised(report, "LABEL_IMAGES")
    assert bare["words"] == "Label what is bare, or say that it is background: 2 of 3."
    assert bare["impactUnknown"] is not None


def candidate(action: Action, amiss: float, words: str) -> Candidate:
    return Candidate(action=action, amiss=amiss, words=words, query=None, count=0, of=1)


def test_the_first_of_each_kind_come_before_the_second_of_any() -> None:
    report = multilabel([[BIKE], [RIDER], [], []])

    assert [(one["rank"], one["action"]) for one in report["advice"]] == [
        (1, "COLLECT_CLASS"),
        (2, "LABEL_IMAGES"),
        (3, "COLLECT_CLASS"),
        (4, "COLLECT_CLASS"),
    ]
    assert report["advice"][0]["classes"] == ["car"]


def test_of_much_advice_the_first_fifty_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advising, "ADVICE_MAX", 2)

    report = multilabel([[BIKE], [RIDER], [], []])

    assert (len(report["advice"]), report["adviceTotal"]) == (2, 4)


def test_the_order_does_not_depend_on_who_came_first() -> None:
    some = [
        candidate("CHECK_BOXES", 0.5, "b"),
        candidate("CHECK_BOXES", 0.5, "a"),
        candidate("LABEL_IMAGES", 0.5, "c"),
        candidate("COLLECT_CLASS", 0.9, "d"),
    ]

    one, other = advising.ranked(some), advising.ranked(some[::-1])

    assert [each.words for each in one] == [each.words for each in other] == ["d", "a", "c", "b"]
