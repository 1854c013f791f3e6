"""Pages of long lists: `first` so many, `after` the last one seen."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Generic, TypeVar

import strawberry

from labelmarket.application.view import PAGE_MAX
from labelmarket.graphql.errors import INVALID_INPUT, CodedError

CURSOR_CHARACTERS_MAX = 40
NUMBER_MAX = (1 << 63) - 1

T = TypeVar("T")
R = TypeVar("R")

First = Annotated[int, strawberry.argument(description=f"How many at the most: 1 to {PAGE_MAX}.")]
After = Annotated[
    str | None, strawberry.argument(description="The `endCursor` of the page before this one.")
]


@strawberry.type(description="Where a page ends.")
class PageInfo:
    has_next_page: bool
    end_cursor: str | None = strawberry.field(description="Null when the page is empty.")


@strawberry.type(description="One page of a list, in the order in which things came to be.")
class Connection(Generic[T]):
    nodes: list[T]
    page_info: PageInfo


def check_first(first: int) -> int:
    if not 1 <= first <= PAGE_MAX:
        raise CodedError(f"`first` is 1 to {PAGE_MAX}", code=INVALID_INPUT)
    return first


def write_cursor(number: int) -> str:
    return urlsafe_b64encode(f"at:{number}".encode()).decode().rstrip("=")


def read_cursor(text: str | None, *, start: int) -> int:
    """Give the number in a cursor, or `start` when there is none."""
    if text is None:
        return start
    try:
        padded = text[:CURSOR_CHARACTERS_MAX] + "=" * (-len(text) % 4)
        kind, _, digits = urlsafe_b64decode(padded.encode("ascii")).decode("ascii").partition(":")
        number = int(digits)
        if kind == "at" and 0 <= number <= NUMBER_MAX and write_cursor(number) == text:
            return number
    except (ValueError, binascii.Error):
        pass
    raise CodedError("`after` is no cursor of this API", code=INVALID_INPUT)


def page_of(
    rows: Sequence[R], *, first: int, shape: Callable[[R], T], place: Callable[[R], int]
) -> Connection[T]:
    """Shape rows into a page; one row more than `first` tells that there is a next page."""
    shown = rows[:first]
    return Connection(
        nodes=[shape(row) for row in shown],
        page_info=PageInfo(
            has_next_page=len(rows) > first,
            end_cursor=write_cursor(place(shown[-1])) if shown else None,
        ),
    )
