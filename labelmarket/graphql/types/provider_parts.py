"""What a provider publishes about itself."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from labelmarket.domain import values


@strawberry.type(description="One kind of task that a provider does.")
class Capability:
    task_type: str
    geometries: list[str]
    tools: list[str]
    source_language: str | None
    target_language: str | None
    units_per_hour: Decimal = strawberry.field(description="The whole team's pace.")
    valid_from: datetime | None
    valid_until: datetime | None

    @classmethod
    def of(cls, capability: values.Capability) -> Self:
        return cls(
            task_type=capability.task_type,
            geometries=list(capability.geometries),
            tools=list(capability.tools),
            source_language=capability.source_language,
            target_language=capability.target_language,
            units_per_hour=capability.units_per_hour,
            valid_from=capability.valid_from,
            valid_until=capability.valid_until,
        )


@strawberry.type(description="A compliance attestation, such as ISO27001.")
class Clearance:
    name: str
    valid_from: datetime | None
    valid_until: datetime | None

    @classmethod
    def of(cls, clearance: values.Clearance) -> Self:
        return cls(
            name=clearance.name,
            valid_from=clearance.valid_from,
            valid_until=clearance.valid_until,
        )


@strawberry.type(description="What a task type costs: a setup, and a price for each item.")
class Rate:
    task_type: str
    currency: str
    setup: Decimal
    per_item: Decimal

    @classmethod
    def of(cls, rate: values.Rate) -> Self:
        return cls(
            task_type=rate.task_type,
            currency=rate.currency,
            setup=rate.setup,
            per_item=rate.per_item,
        )


@strawberry.type(description="A weekly working window in local time.")
class Shift:
    weekday: int = strawberry.field(description="0 is Monday.")
    start: str = strawberry.field(description="HH:MM.")
    end: str = strawberry.field(description="HH:MM; at or before `start` it is the next day's.")


@strawberry.type(description="When a provider works, and how much it takes on in a month.")
class Availability:
    time_zone: str = strawberry.field(description="An IANA name, such as Asia/Manila.")
    shifts: list[Shift]
    holidays: list[str] = strawberry.field(description="Dates, YYYY-MM-DD.")
    items_per_month: int
    accepting: bool = strawberry.field(description="False: takes no new work at present.")

    @classmethod
    def of(cls, availability: values.Availability) -> Self:
        return cls(
            time_zone=availability.time_zone,
            shifts=[
                Shift(weekday=one.weekday, start=one.start, end=one.end)
                for one in availability.shifts
            ],
            holidays=[day.isoformat() for day in availability.holidays],
            items_per_month=availability.items_per_month,
            accepting=availability.accepting,
        )
