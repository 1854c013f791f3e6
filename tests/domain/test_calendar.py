"""Working time is counted in the provider's own hours, whatever its clocks do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.domain.calendar import (
    FINISH_DAYS_MAX,
    HOLIDAYS_MAX,
    SHIFTS_MAX,
    SPAN_DAYS_MAX,
    STRETCH_DAYS,
    after_each_working_hours,
    after_working_hours,
    check_availability,
    is_open,
    next_opening,
    opens,
    windows,
    working_hours_between,
)
from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.values import Availability, Shift

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def hours(
    zone: str,
    *shifts: tuple[int, str, str],
    holidays: tuple[date, ...] = (),
    items_per_month: int = 1_000,
) -> Availability:
    return Availability(
        time_zone=zone,
        shifts=tuple(Shift(weekday=day, start=start, end=end) for day, start, end in shifts),
        holidays=holidays,
        items_per_month=items_per_month,
    )


def office(zone: str, *, holidays: tuple[date, ...] = ()) -> Availability:
    return hours(zone, *((day, "09:00", "18:00") for day in range(5)), holidays=holidays)


def nights(zone: str) -> Availability:
    return hours(zone, *((day, "22:00", "06:00") for day in range(7)))


def utc(*parts: int) -> datetime:
    year, month, day, hour, minute = (*parts, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


MONDAY_EVENING = utc(2030, 1, 7, 20)


@pytest.mark.parametrize(
    ("zone", "end"),
    [("Asia/Manila", utc(2030, 1, 9, 4)), ("America/New_York", utc(2030, 1, 8, 23))],
)
def test_twelve_hours_of_work_end_when_the_provider_has_worked_them(
    zone: str, end: datetime
) -> None:
    assert after_working_hours(office(zone), MONDAY_EVENING, hours=12) == end


@pytest.mark.parametrize(
    ("night", "length"), [(date(2026, 10, 31), 9), (date(2026, 3, 7), 7), (date(2026, 6, 1), 8)]
)
def test_a_night_shift_has_the_hours_that_its_clocks_give_it(night: date, length: int) -> None:
    noon = datetime(night.year, night.month, night.day, 17, tzinfo=UTC)
    (shift,) = windows(nights("America/New_York"), after=noon, until=noon + DAY)
    assert shift[1] - shift[0] == length * HOUR


def test_an_hour_that_occurs_twice_is_its_first_occurrence() -> None:
    sunday = hours("America/New_York", (6, "01:30", "03:00"))
    (shift,) = windows(sunday, after=utc(2026, 11, 1), until=utc(2026, 11, 2))
    assert shift == (utc(2026, 11, 1, 5, 30), utc(2026, 11, 1, 8))


def test_a_shift_inside_the_hour_that_is_skipped_has_no_time() -> None:
    sunday = hours("America/New_York", (6, "02:15", "02:45"))
    assert list(windows(sunday, after=utc(2026, 3, 8), until=utc(2026, 3, 9))) == []


def test_a_shift_that_begins_in_the_skipped_hour_begins_at_the_change() -> None:
    sunday = hours("America/New_York", (6, "02:15", "05:00"))
    (shift,) = windows(sunday, after=utc(2026, 3, 8), until=utc(2026, 3, 9))
    assert shift == (utc(2026, 3, 8, 7), utc(2026, 3, 8, 9))


def test_a_day_that_the_calendar_skips_has_no_work() -> None:
    samoa = hours("Pacific/Apia", *((day, "09:00", "17:00") for day in range(7)))
    around = list(windows(samoa, after=utc(2011, 12, 29, 12), until=utc(2012, 1, 1)))
    assert around == [
        (utc(2011, 12, 29, 19), utc(2011, 12, 30, 3)),
        (utc(2011, 12, 30, 19), utc(2011, 12, 31, 3)),
        (utc(2011, 12, 31, 19), utc(2012, 1, 1)),
    ]


def test_shifts_that_touch_or_overlap_are_one_window() -> None:
    busy = hours("UTC", (0, "08:00", "12:00"), (0, "12:00", "14:00"), (0, "13:00", "17:00"))
    assert list(windows(busy, after=utc(2030, 1, 7), until=utc(2030, 1, 8))) == [
        (utc(2030, 1, 7, 8), utc(2030, 1, 7, 17))
    ]


def test_a_shift_that_ends_when_it_starts_lasts_a_day() -> None:
    always = hours("UTC", *((day, "00:00", "00:00") for day in range(7)))
    week = working_hours_between(always, utc(2030, 1, 7), utc(2030, 1, 14))
    assert week == 7 * 24


def test_a_holiday_takes_the_shifts_that_start_on_it_and_no_others() -> None:
    # Given
    closed = Availability(
        time_zone="Europe/Berlin",
        shifts=tuple(Shift(weekday=day, start="22:00", end="06:00") for day in range(7)),
        holidays=(date(2030, 1, 9),),
        items_per_month=1,
    )
    # When
    found = list(windows(closed, after=utc(2030, 1, 8, 12), until=utc(2030, 1, 11)))
    # Then
    assert found == [
        (utc(2030, 1, 8, 21), utc(2030, 1, 9, 5)),
        (utc(2030, 1, 10, 21), utc(2030, 1, 11)),
    ]


@pytest.mark.parametrize("at", [utc(2030, 1, 8, 1), utc(2030, 1, 8, 9, 59)])
def test_a_provider_is_open_from_the_start_of_a_shift(at: datetime) -> None:
    assert is_open(office("Asia/Manila"), at)


@pytest.mark.parametrize("at", [utc(2030, 1, 8, 0, 59), utc(2030, 1, 8, 10), utc(2030, 1, 12, 3)])
def test_a_provider_is_closed_before_a_shift_and_from_its_end_on(at: datetime) -> None:
    assert not is_open(office("Asia/Manila"), at)


def test_the_next_opening_is_now_when_open_and_else_the_next_shift() -> None:
    manila = office("Asia/Manila")
    assert next_opening(manila, utc(2030, 1, 8, 3)) == utc(2030, 1, 8, 3)
    assert next_opening(manila, utc(2030, 1, 11, 12)) == utc(2030, 1, 14, 1)


def test_whoever_never_works_neither_opens_nor_ends() -> None:
    never = hours("UTC")
    assert next_opening(never, MONDAY_EVENING) is None
    assert after_working_hours(never, MONDAY_EVENING, hours=0) is None
    assert working_hours_between(never, MONDAY_EVENING, MONDAY_EVENING + DAY) == 0


@pytest.mark.parametrize("amount", [1e6, 1e300, float("inf")])
def test_work_that_takes_too_long_has_no_end(amount: float) -> None:
    assert after_working_hours(office("UTC"), MONDAY_EVENING, hours=amount) is None


def test_a_calendar_is_not_read_without_bound() -> None:
    far = MONDAY_EVENING + (SPAN_DAYS_MAX + 1) * DAY
    with pytest.raises(InvalidInput):
        working_hours_between(office("UTC"), MONDAY_EVENING, far)


ZONES = st.sampled_from(
    ["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"]
)
CLOCKS = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.integers(0, 59))
WEEKS = st.builds(
    hours,
    ZONES,
    st.tuples(st.integers(0, 6), CLOCKS, CLOCKS),
    st.tuples(st.integers(0, 6), CLOCKS, CLOCKS),
    st.tuples(st.integers(0, 6), CLOCKS, CLOCKS),
)
INSTANTS = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minutes: utc(2024, 1, 1) + minutes * timedelta(minutes=1)
)


@settings(deadline=None)
@given(week=WEEKS, start=INSTANTS, days=st.integers(0, 30))
def test_windows_are_sorted_apart_and_within_what_was_asked(
    week: Availability, start: datetime, days: int
) -> None:
    found = list(windows(week, after=start, until=start + days * DAY))
    assert all(start <= first < last <= start + days * DAY for first, last in found)
    assert all(left[1] < right[0] for left, right in pairwise(found))
    assert opens(week, after=start, until=start + days * DAY) == bool(found)


@settings(deadline=None)
@given(week=WEEKS, start=INSTANTS, split=st.integers(0, 20))
def test_working_hours_add_up_over_any_split(
    week: Availability, start: datetime, split: int
) -> None:
    middle, end = start + split * DAY, start + 20 * DAY
    parts = working_hours_between(week, start, middle), working_hours_between(week, middle, end)
    assert sum(parts) == pytest.approx(working_hours_between(week, start, end), abs=1e-9)


@settings(deadline=None)
@given(week=WEEKS, start=INSTANTS, amount=st.floats(0.001, 200))
def test_exactly_the_hours_asked_for_lie_before_the_end(
    week: Availability, start: datetime, amount: float
) -> None:
    end = after_working_hours(week, start, hours=amount)
    if end is None:
        most = working_hours_between(week, start, start + FINISH_DAYS_MAX * DAY)
        assert most < amount
    else:
        assert working_hours_between(week, start, end) == pytest.approx(amount, abs=1e-8)


@settings(deadline=None)
@given(week=WEEKS, start=INSTANTS, amounts=st.lists(st.floats(0, 100), max_size=5).map(sorted))
def test_many_amounts_in_one_walk_end_as_they_do_one_by_one(
    week: Availability, start: datetime, amounts: list[float]
) -> None:
    together = after_each_working_hours(week, start, hours=amounts)
    assert together == tuple(after_working_hours(week, start, hours=each) for each in amounts)


@pytest.mark.parametrize("days", [0, STRETCH_DAYS - 1, STRETCH_DAYS, STRETCH_DAYS + 1, 729, 730])
def test_work_that_never_pauses_ends_when_its_hours_are_over(days: int) -> None:
    never_closed = hours("UTC", *[(day, "00:00", "00:00") for day in range(7)])
    start = datetime(2030, 1, 1, 9, 30, tzinfo=UTC)

    assert after_working_hours(never_closed, start, hours=24 * days) == start + days * DAY
    assert after_working_hours(never_closed, start, hours=24 * FINISH_DAYS_MAX + 0.01) is None


def test_ordinary_hours_pass_the_check() -> None:
    check_availability(office("America/Argentina/Buenos_Aires", holidays=(date(2030, 5, 1),)))


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (hours("Mars/Olympus"), ("timeZone",)),
        (hours(""), ("timeZone",)),
        (hours("../../etc/passwd"), ("timeZone",)),
        (hours("America"), ("timeZone",)),
        (hours("UTC\x00"), ("timeZone",)),
        (hours("x" * 10_000), ("timeZone",)),
        (hours("UTC", (0, "9:00", "18:00")), ("shifts", "0", "start")),
        (hours("UTC", (0, "09:00", "18:00"), (1, "09:00", "24:00")), ("shifts", "1", "end")),
        (hours("UTC", (0, "09:00", "09:60")), ("shifts", "0", "end")),
        (hours("UTC", (0, "٠٩:00", "18:00")), ("shifts", "0", "start")),
        (hours("UTC", (7, "09:00", "18:00")), ("shifts", "0", "weekday")),
        (hours("UTC", (-1, "09:00", "18:00")), ("shifts", "0", "weekday")),
        (hours("UTC", *[(0, "09:00", "18:00")] * (SHIFTS_MAX + 1)), ("shifts",)),
        (hours("UTC", holidays=(date(2030, 1, 1),) * (HOLIDAYS_MAX + 1)), ("holidays",)),
        (hours("UTC", items_per_month=-1), ("itemsPerMonth",)),
    ],
)
def test_hours_that_cannot_be_read_are_refused_by_name(
    wrong: Availability, path: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_availability(wrong)
    assert refusal.value.path == path
