"""What facts are made of: flat, frozen values with checks at the door.

Checks live in functions, never in `__post_init__`: a rule that tightens later must
not make history unreadable.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

CLASSES_MAX: Final = 2_000
"""Most classes of one project; the co-occurrence table is square in them."""
BACKGROUND: Final = "_background_"


class Workforce(StrEnum):
    """Who does a provider's labeling."""

    STAFF = "staff"
    CROWD = "crowd"
    MIXED = "mixed"


class Priority(StrEnum):
    """What a customer may care about most."""

    PRICE = "price"
    ACCURACY = "accuracy"
    SPEED = "speed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """One kind of task that a provider does.

    Languages are BCP 47 primary tags; a translation names a direction, so `en` → `ja`
    says nothing about `ja` → `en`. `units_per_hour` is the whole team's pace.
    """

    task_type: str
    geometries: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    source_language: str | None = None
    target_language: str | None = None
    units_per_hour: Decimal
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """A compliance attestation, such as `HIPAA` or `ISO27001`."""

    name: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What a task type costs: a setup and a price per item, in major units of a currency."""

    task_type: str
    currency: str
    setup: Decimal
    per_item: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A weekly working window in local time; `end` at or before `start` runs over midnight.

    `weekday` is 0 for Monday; times are `HH:MM`.
    """

    weekday: int
    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """When a provider works, and how much it takes on in a month."""

    time_zone: str
    shifts: tuple[Shift, ...]
    holidays: tuple[date, ...] = ()
    items_per_month: int
    accepting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What an order asks of whoever takes it."""

    task_type: str
    geometry: str | None = None
    source_language: str | None = None
    target_language: str | None = None
    tools: tuple[str, ...] = ()
    clearances: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The price that an offer names, fixed once it is accepted.

    Amounts are major units of `currency`; `total` = setup + per_item × items, rounded
    half-even to two places once.
    """

    currency: str
    setup: Decimal
    per_item: Decimal
    items: int
    total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelClass:
    """A label name that the customer wants.

    A critical class is always labeled by people. `_background_` is reserved: legal,
    and left out of object statistics.
    """

    name: str
    critical: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassMetric:
    """How well an oracle does on one class, and on how many gold examples that rests.

    `value` is in [0, 1]; None says that the oracle does not know the class. It lies between `low`
    and `high` with 95 % confidence, where that is known.
    """

    class_name: str
    value: float | None
    gold_examples: int
    low: float | None = None
    high: float | None = None


def price(rate: Rate, *, items: int) -> Terms:
    """The terms that a rate gives for a number of items."""
    total = (rate.setup + rate.per_item * items).quantize(Decimal("0.01"))
    return Terms(
        currency=rate.currency,
        setup=rate.setup,
        per_item=rate.per_item,
        items=items,
        total=total,
    )
