"""Inputs that stand for values, and the values they stand for."""

from datetime import date, datetime
from decimal import Decimal

import strawberry

from labelmarket.domain import values
from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.project_facts import Target

ZERO = Decimal(0)


@strawberry.input
class CapabilityInput:
    task_type: str
    geometries: list[str] = strawberry.field(default_factory=list)
    tools: list[str] = strawberry.field(default_factory=list)
    source_language: str | None = None
    target_language: str | None = None
    units_per_hour: Decimal = strawberry.field(description="The whole team's pace.")
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def value(self) -> values.Capability:
        return values.Capability(
            task_type=self.task_type,
            geometries=tuple(self.geometries),
            tools=tuple(self.tools),
            source_language=self.source_language,
            target_language=self.target_language,
            units_per_hour=self.units_per_hour,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


@strawberry.input
class ClearanceInput:
    name: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def value(self) -> values.Clearance:
        return values.Clearance(
            name=self.name, valid_from=self.valid_from, valid_until=self.valid_until
        )


@strawberry.input
class RateInput:
    task_type: str
    currency: str
    setup: Decimal = ZERO
    per_item: Decimal

    def value(self) -> values.Rate:
        return values.Rate(
            task_type=self.task_type,
            currency=self.currency,
            setup=self.setup,
            per_item=self.per_item,
        )


@strawberry.input
class ShiftInput:
    weekday: int = strawberry.field(description="0 is Monday.")
    start: str = strawberry.field(description="HH:MM, local time.")
    end: str = strawberry.field(description="HH:MM; at or before `start` it is the next day's.")

    def value(self) -> values.Shift:
        return values.Shift(weekday=self.weekday, start=self.start, end=self.end)


@strawberry.input
class RequirementInput:
    task_type: str
    geometry: str | None = None
    source_language: str | None = None
    target_language: str | None = None
    tools: list[str] = strawberry.field(default_factory=list)
    clearances: list[str] = strawberry.field(default_factory=list)
    regions: list[str] = strawberry.field(default_factory=list)

    def value(self) -> values.Requirement:
        return values.Requirement(
            task_type=self.task_type,
            geometry=self.geometry,
            source_language=self.source_language,
            target_language=self.target_language,
            tools=tuple(self.tools),
            clearances=tuple(self.clearances),
            regions=tuple(self.regions),
        )


@strawberry.input
class TargetInput:
    accuracy: float | None = None
    deadline: datetime | None = None
    budget: Decimal | None = None
    currency: str | None = None

    def value(self) -> Target:
        return Target(
            accuracy=self.accuracy,
            deadline=self.deadline,
            budget=self.budget,
            currency=self.currency,
        )


@strawberry.input
class LabelClassInput:
    name: str
    critical: bool = strawberry.field(default=False, description="Always labeled by people.")

    def value(self) -> values.LabelClass:
        return values.LabelClass(name=self.name, critical=self.critical)


@strawberry.input
class ClassMetricInput:
    class_name: str
    value: float | None = strawberry.field(default=None, description="Null: it does not know it.")
    gold_examples: int = strawberry.field(description="How many true labels that rests on.")
    low: float | None = strawberry.field(default=None, description="Lower bound, if known.")
    high: float | None = strawberry.field(default=None, description="Upper bound, if known.")

    def metric(self) -> values.ClassMetric:
        return values.ClassMetric(
            class_name=self.class_name,
            value=self.value,
            gold_examples=self.gold_examples,
            low=self.low,
            high=self.high,
        )


def holiday(text: str, *, number: int) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            "a holiday is a date such as 2030-12-25", path=("holidays", str(number))
        ) from None
