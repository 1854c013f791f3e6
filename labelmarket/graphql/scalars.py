"""Scalars: instants, amounts and positions as text that every client can hold."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import NewType

import strawberry
from graphql import GraphQLError
from strawberry.types.scalar import ScalarDefinition

DECIMAL_DIGITS_MAX = 30
POSITION_CHARACTERS_MAX = 64
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")

Position = NewType("Position", str)


def write_instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_instant(value: object) -> datetime:
    """Read RFC 3339; an instant without a zone is refused, since nobody knows when it is."""
    if not isinstance(value, str):
        raise GraphQLError("an instant is text such as 2030-01-31T09:00:00Z")
    try:
        instant = datetime.fromisoformat(value)
        if instant.tzinfo is None or "T" not in value.upper():
            raise GraphQLError("an instant has a date, a time and a zone: 2030-01-31T09:00:00Z")
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise GraphQLError("an instant is text such as 2030-01-31T09:00:00Z") from None


def write_decimal(value: Decimal) -> str:
    return format(value, "f")


def read_decimal(value: object) -> Decimal:
    """Read an amount; a float is refused, since it is rarely the amount that was meant."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise GraphQLError('an amount is text such as "12.50"')
    if len(value) > DECIMAL_DIGITS_MAX + 2 or sum(c.isdigit() for c in value) > DECIMAL_DIGITS_MAX:
        raise GraphQLError(f"an amount has at most {DECIMAL_DIGITS_MAX} digits")
    return Decimal(value)


def read_position(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= POSITION_CHARACTERS_MAX:
        raise GraphQLError("a position is text that this API gave")
    return value


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant as RFC 3339 text, always given in UTC: 2030-01-31T09:00:00Z.",
        serialize=write_instant,
        parse_value=read_instant,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description=f"An exact decimal number as text, at most {DECIMAL_DIGITS_MAX} digits.",
        serialize=write_decimal,
        parse_value=read_decimal,
    ),
    Position: strawberry.scalar(
        name="Position",
        description="A place in the log of facts. Opaque: keep it and give it back as it is.",
        serialize=str,
        parse_value=read_position,
    ),
}
