"""When a provider works: weekly shifts in local time as half-open windows in UTC.

A shift is built in local time, converted to UTC, and only then measured, so that a
night with a clock change has the hours it really has. A time that occurs twice is its
first occurrence; a time that the clock skips is the instant of the change.
"""

import math
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.values import Availability, Shift

HORIZON_DAYS_MAX: Final = 60
"""How far ahead `next_opening` looks."""
FINISH_DAYS_MAX: Final = 730
"""How far ahead work may end."""
STRETCH_DAYS: Final = 30
"""How many days are read at once to see when work ends."""
SPAN_DAYS_MAX: Final = 3_660
"""The longest range that is ever walked."""
SHIFTS_MAX: Final = 50
HOLIDAYS_MAX: Final = 400
ITEMS_PER_MONTH_MAX: Final = 1_000_000_000
TIME_ZONE_LENGTH_MAX: Final = 64

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_CLOCK: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")

Window = tuple[datetime, datetime]


def windows(
    availability: Availability, *, after: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """List the working windows within [after, until), in UTC, sorted and merged.

    A holiday takes away the shifts that start on it.
    """
    pending: Window | None = None
    for start, end in _shift_windows(availability, after=after, until=until):
        first, last = max(start, after), min(end, until)
        if first >= last:
            continue
        if pending is None:
            pending = first, last
        elif first <= pending[1]:
            pending = pending[0], max(pending[1], last)
        else:
            yield pending
            pending = first, last
    if pending is not None:
        yield pending


def opens(availability: Availability, *, after: datetime, until: datetime) -> bool:
    """Whether there is a working window within [after, until); the first one is enough."""
    shifts = _shift_windows(availability, after=after, until=until)
    return any(max(start, after) < min(end, until) for start, end in shifts)


def is_open(availability: Availability, at: datetime) -> bool:
    return opens(availability, after=at, until=at + datetime.resolution)


def next_opening(availability: Availability, at: datetime) -> datetime | None:
    """Find the first instant from `at` on at which work goes on: `at` itself when open.

    None when there is none within `HORIZON_DAYS_MAX` days.
    """
    ahead = windows(availability, after=at, until=at + HORIZON_DAYS_MAX * _DAY)
    return next((start for start, _ in ahead), None)


def working_hours_between(availability: Availability, start: datetime, end: datetime) -> float:
    """Count the working hours in [start, end); 0 when `end` is not after `start`."""
    spans = (last - first for first, last in windows(availability, after=start, until=end))
    return sum(spans, timedelta()) / _HOUR


def after_working_hours(
    availability: Availability, start: datetime, *, hours: float
) -> datetime | None:
    """Say when `hours` of work are done that begin at `start`, or at the next opening.

    None when that is more than `FINISH_DAYS_MAX` days away.
    """
    return after_each_working_hours(availability, start, hours=(hours,))[0]


def after_each_working_hours(
    availability: Availability, start: datetime, *, hours: Sequence[float]
) -> tuple[datetime | None, ...]:
    """Give `after_working_hours` of ascending amounts, in one walk through the calendar."""
    assert all(amount >= 0 for amount in hours), "work is never negative"
    assert list(hours) == sorted(hours), "amounts ascend"
    ends: list[datetime | None] = []
    done = timedelta()
    for first, last in _windows_ahead(availability, start):
        while len(ends) < len(hours):
            left = _length(hours[len(ends)]) - done
            if left > last - first:
                break
            ends.append(first + left)
        if len(ends) == len(hours):
            break
        done += last - first
    return (*ends, *(None for _ in hours[len(ends) :]))


def _windows_ahead(availability: Availability, start: datetime) -> Iterator[Window]:
    """List what can be worked in FINISH_DAYS_MAX days, a stretch at a time.

    Hours that never close are one window of two years, which nobody wants to read to its end to
    hear of the first days. Here a window may go on in the next one.
    """
    for day in range(0, FINISH_DAYS_MAX, STRETCH_DAYS):
        ends_on = min(day + STRETCH_DAYS, FINISH_DAYS_MAX)
        yield from windows(availability, after=start + day * _DAY, until=start + ends_on * _DAY)


def check_availability(availability: Availability) -> None:
    """Refuse hours that cannot be read; `path` names the value."""
    if _zone(availability.time_zone) is None:
        raise InvalidInput(
            f"{availability.time_zone[:TIME_ZONE_LENGTH_MAX]!r} is no IANA time zone",
            path=("timeZone",),
        )
    if len(availability.shifts) > SHIFTS_MAX:
        raise InvalidInput(f"a week has at most {SHIFTS_MAX} shifts", path=("shifts",))
    for index, shift in enumerate(availability.shifts):
        _check_shift(shift, path=("shifts", str(index)))
    if len(availability.holidays) > HOLIDAYS_MAX:
        raise InvalidInput(f"at most {HOLIDAYS_MAX} holidays are kept", path=("holidays",))
    if not 0 <= availability.items_per_month <= ITEMS_PER_MONTH_MAX:
        raise InvalidInput(
            f"capacity is 0 to {ITEMS_PER_MONTH_MAX} items a month", path=("itemsPerMonth",)
        )


def _check_shift(shift: Shift, *, path: tuple[str, ...]) -> None:
    if not 0 <= shift.weekday <= 6:
        raise InvalidInput("a weekday is 0 (Monday) to 6 (Sunday)", path=(*path, "weekday"))
    for name, text in (("start", shift.start), ("end", shift.end)):
        if not _CLOCK.fullmatch(text):
            raise InvalidInput(f"{text[:8]!r} is no time of day such as 09:30", path=(*path, name))


def _shift_windows(
    availability: Availability, *, after: datetime, until: datetime
) -> Iterator[Window]:
    """List every shift that may touch [after, until), by start; some may be empty or overlap."""
    assert after.tzinfo is not None, "an instant has a time zone"
    assert until.tzinfo is not None, "an instant has a time zone"
    if until - after > SPAN_DAYS_MAX * _DAY:
        raise InvalidInput(f"a calendar is read for at most {SPAN_DAYS_MAX} days")
    zone = _zone(availability.time_zone)
    assert zone is not None, "availability is checked before it is recorded"
    week: dict[int, list[tuple[time, time]]] = {}
    for shift in availability.shifts:
        hours = time.fromisoformat(shift.start), time.fromisoformat(shift.end)
        week.setdefault(shift.weekday, []).append(hours)
    holidays = frozenset(availability.holidays)
    day = after.astimezone(zone).date() - _DAY
    last = until.astimezone(zone).date()
    while day <= last and week:
        if day not in holidays:
            for start, end in sorted(week.get(day.weekday(), ())):
                ends_on = day if end > start else day + _DAY
                yield _instant(day, start, zone), _instant(ends_on, end, zone)
        day += _DAY


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Give the UTC instant of a local time; never earlier for a later local time."""
    local = datetime.combine(day, clock, zone)
    instant = local.astimezone(UTC)
    if local.utcoffset() == instant.astimezone(zone).utcoffset():
        return instant
    return _change(before=local.replace(fold=1).astimezone(UTC), after=instant, zone=zone)


def _change(*, before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Find the second at which the clock skips, between two instants around it."""
    old = before.astimezone(zone).utcoffset()
    low, high = 0, math.ceil((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        same = (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == old
        low, high = (middle, high) if same else (low, middle)
    return before + timedelta(seconds=high)


def _zone(name: str) -> ZoneInfo | None:
    if not 0 < len(name) <= TIME_ZONE_LENGTH_MAX:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _length(hours: float) -> timedelta:
    return timedelta(hours=min(hours, 24.0 * (FINISH_DAYS_MAX + 1)))
