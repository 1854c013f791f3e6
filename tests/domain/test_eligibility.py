"""Only providers that can do an order see it, and the others learn every reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from labelmarket.domain.eligibility import Candidate, exclusions, nearest
from labelmarket.domain.values import (
    Availability,
    Capability,
    Clearance,
    Rate,
    Requirement,
    Shift,
    Workforce,
)

NOW = datetime(2030, 1, 7, 12, tzinfo=UTC)
DAY = timedelta(days=1)

TRANSLATION = Requirement(
    task_type="translation", source_language="en", target_language="ja", tools=("cat_tool",)
)
CAPABILITY = Capability(
    task_type="translation",
    tools=("cat_tool",),
    source_language="en",
    target_language="ja",
    units_per_hour=Decimal(30),
)
OFFICE = Availability(
    time_zone="Asia/Tokyo",
    shifts=tuple(Shift(weekday=day, start="09:00", end="18:00") for day in range(5)),
    items_per_month=1_000,
)
ABLE = Candidate(
    provider_id=UUID(int=1),
    name="Sakura",
    listed=True,
    standing="listed",
    workforce=Workforce.STAFF,
    region="JP",
    capabilities=(CAPABILITY,),
    clearances=(),
    rates=(
        Rate(
            task_type="translation",
            currency="USD",
            setup=Decimal(0),
            per_item=Decimal("0.5"),
        ),
    ),
    availability=OFFICE,
    items_committed_this_month=0,
)


def codes(
    candidate: Candidate, requirement: Requirement = TRANSLATION, *, items: int = 100
) -> list[str]:
    return [e.code.value for e in exclusions(requirement, candidate, items=items, at=NOW)]


def test_a_provider_that_meets_everything_has_no_exclusion() -> None:
    assert codes(ABLE) == []


def test_a_provider_that_is_not_listed_is_excluded_with_its_standing() -> None:
    (reason,) = exclusions(
        TRANSLATION, replace(ABLE, listed=False, standing="suspended"), items=1, at=NOW
    )
    assert reason.code == "NOT_LISTED"
    assert "suspended" in reason.message


def test_another_kind_of_work_is_not_offered() -> None:
    other = replace(CAPABILITY, task_type="sentiment")
    assert codes(replace(ABLE, capabilities=(other,))) == ["NO_TASK_TYPE"]


def test_a_language_pair_has_a_direction_and_the_message_names_both() -> None:
    # Given
    back = replace(CAPABILITY, source_language="ja", target_language="en")
    # When
    (reason,) = exclusions(TRANSLATION, replace(ABLE, capabilities=(back,)), items=1, at=NOW)
    # Then
    assert reason.code == "NO_LANGUAGE_PAIR"
    assert reason.message == "Sakura does translation for ja → en, not for en → ja."


def test_a_capability_without_languages_is_no_translation_of_a_pair() -> None:
    silent = replace(CAPABILITY, source_language=None, target_language=None)
    assert codes(replace(ABLE, capabilities=(silent,))) == ["NO_LANGUAGE_PAIR"]


def test_one_capability_must_meet_the_whole_requirement() -> None:
    # Given
    without_tool = replace(CAPABILITY, tools=())
    other_pair = replace(CAPABILITY, source_language="fr")
    # When, Then
    assert codes(replace(ABLE, capabilities=(without_tool, other_pair))) == ["NO_TOOL"]
    assert codes(replace(ABLE, capabilities=(without_tool, other_pair, CAPABILITY))) == []


@pytest.mark.parametrize(("geometry", "expected"), [("box", []), ("polygon", ["NO_GEOMETRY"])])
def test_a_geometry_must_be_named_by_the_capability(geometry: str, expected: list[str]) -> None:
    boxes = Capability(
        task_type="object_detection", geometries=("box",), units_per_hour=Decimal(60)
    )
    rate = replace(ABLE.rates[0], task_type="object_detection")
    candidate = replace(ABLE, capabilities=(boxes,), rates=(rate,))
    asked = Requirement(task_type="object_detection", geometry=geometry)
    assert codes(candidate, asked) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (NOW, NOW + DAY, []),
        (NOW + DAY, None, ["CAPABILITY_EXPIRED"]),
        (None, NOW, ["CAPABILITY_EXPIRED"]),
    ],
)
def test_a_capability_counts_from_its_first_instant_until_before_its_last(
    start: datetime | None, end: datetime | None, expected: list[str]
) -> None:
    dated = replace(CAPABILITY, valid_from=start, valid_until=end)
    assert codes(replace(ABLE, capabilities=(dated,))) == expected


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ((), ["NO_CLEARANCE"]),
        ((Clearance(name="hipaa"),), []),
        ((Clearance(name="HIPAA", valid_until=NOW),), ["CLEARANCE_EXPIRED"]),
        ((Clearance(name="HIPAA", valid_until=NOW), Clearance(name="HIPAA")), []),
    ],
)
def test_a_clearance_must_be_held_now(held: tuple[Clearance, ...], expected: list[str]) -> None:
    asked = replace(TRANSLATION, clearances=("HIPAA",))
    assert codes(replace(ABLE, clearances=held), asked) == expected


def test_data_stays_in_the_regions_that_were_named() -> None:
    (reason,) = exclusions(replace(TRANSLATION, regions=("DE", "FR")), ABLE, items=1, at=NOW)
    assert reason.code == "REGION"
    assert reason.message == "Sakura works from JP; the work must stay in DE, FR."
    assert codes(ABLE, replace(TRANSLATION, regions=("jp",))) == []


def test_without_a_rate_for_the_task_there_is_no_offer() -> None:
    other = replace(ABLE.rates[0], task_type="sentiment")
    assert codes(replace(ABLE, rates=(other,))) == ["NO_RATE"]


@pytest.mark.parametrize(("committed", "expected"), [(900, []), (901, ["CAPACITY"])])
def test_capacity_is_what_is_left_of_the_month(committed: int, expected: list[str]) -> None:
    assert codes(replace(ABLE, items_committed_this_month=committed), items=100) == expected


def test_a_provider_that_takes_no_new_work_is_left_alone() -> None:
    paused = replace(OFFICE, accepting=False)
    assert codes(replace(ABLE, availability=paused)) == ["NOT_ACCEPTING"]


@pytest.mark.parametrize(
    "availability",
    [
        None,
        replace(OFFICE, shifts=()),
        replace(OFFICE, holidays=tuple(date(2030, 1, 1) + n * DAY for n in range(40))),
    ],
)
def test_a_provider_without_hours_in_the_next_two_weeks_is_closed(
    availability: Availability | None,
) -> None:
    assert codes(replace(ABLE, availability=availability)) == ["CLOSED"]


def test_all_reasons_are_given_at_once() -> None:
    # Given
    candidate = replace(
        ABLE,
        listed=False,
        capabilities=(replace(CAPABILITY, source_language="ja", target_language="en", tools=()),),
        rates=(),
        availability=replace(OFFICE, accepting=False, items_per_month=0, shifts=()),
    )
    asked = replace(TRANSLATION, clearances=("HIPAA",), regions=("DE",))
    # When, Then
    assert codes(candidate, asked) == [
        "NOT_LISTED",
        "NO_LANGUAGE_PAIR",
        "NO_TOOL",
        "NO_CLEARANCE",
        "REGION",
        "NO_RATE",
        "NOT_ACCEPTING",
        "CAPACITY",
        "CLOSED",
    ]


def test_the_nearest_misses_are_the_listed_ones_with_fewest_reasons() -> None:
    # Given
    one_reason = replace(ABLE, provider_id=UUID(int=2), rates=())
    two_reasons = replace(ABLE, provider_id=UUID(int=3), rates=(), capabilities=())
    removed = replace(ABLE, provider_id=UUID(int=4), listed=False, standing="removed")
    also_one = replace(ABLE, provider_id=UUID(int=5), capabilities=())
    # When
    found = nearest(
        TRANSLATION, [ABLE, one_reason, two_reasons, removed, also_one], items=1, at=NOW
    )
    # Then
    assert [miss.candidate.provider_id.int for miss in found] == [2, 5]
    assert [e.code for e in found[0].exclusions] == ["NO_RATE"]


def test_there_is_no_near_miss_when_nobody_is_excluded() -> None:
    assert nearest(TRANSLATION, [ABLE], items=1, at=NOW) == ()
