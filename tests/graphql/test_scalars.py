"""Amounts and instants as text."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.graphql.scalars import (
    read_decimal,
    read_instant,
    read_position,
    write_decimal,
    write_instant,
)


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=4, min_value=-(10**20), max_value=10**20
    )
)
def test_an_amount_reads_back_exactly(amount: Decimal) -> None:
    assert read_decimal(write_decimal(amount)) == amount


@pytest.mark.parametrize(
    "given_",
    [
        "",
        "1e5",
        "NaN",
        "Infinity",
        " 1",
        "1.",
        ".5",
        "+1",
        "1_000",
        "٣",
        1.5,
        True,
        None,
        [],
        "9" * 31,
    ],
)
def test_what_is_no_plain_amount_is_refused(given_: object) -> None:
    with pytest.raises(GraphQLError):
        read_decimal(given_)


def test_thirty_digits_are_an_amount() -> None:
    assert read_decimal("9" * 30) == Decimal("9" * 30)


def test_an_instant_is_written_in_utc() -> None:
    berlin = timezone(timedelta(hours=1))
    assert write_instant(datetime(2030, 1, 31, 10, 30, tzinfo=berlin)) == "2030-01-31T09:30:00Z"


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    assert read_instant("2030-01-31T10:30:00+01:00") == datetime(2030, 1, 31, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "given_",
    ["2030-01-31T09:00:00", "2030-01-31", "soon", "", 5, None, "0001-01-01T00:00:00+14:00"],
)
def test_what_is_no_instant_is_refused(given_: object) -> None:
    with pytest.raises(GraphQLError):
        read_instant(given_)


@pytest.mark.parametrize("given_", ["", "x" * 65, 5, None])
def test_what_is_no_short_text_is_no_position(given_: object) -> None:
    with pytest.raises(GraphQLError):
        read_position(given_)
