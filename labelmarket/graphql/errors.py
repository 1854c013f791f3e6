"""What a query answers when it cannot answer, each with a stable code."""

from graphql import GraphQLError

from labelmarket.domain.errors import Refusal

UNAUTHENTICATED = "UNAUTHENTICATED"
BAD_REQUEST = "BAD_REQUEST"
INVALID_INPUT = "INVALID_INPUT"
NOT_YET = "NOT_YET"
POSITION_UNKNOWN = "POSITION_UNKNOWN"
IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
UNAVAILABLE = "UNAVAILABLE"
TOO_COSTLY = "TOO_COSTLY"
TOO_LARGE = "TOO_LARGE"
STORE_FULL = "STORE_FULL"
TOO_SLOW = "TOO_SLOW"
INTERNAL = "INTERNAL"


class CodedError(GraphQLError):
    """An error that clients may tell from others by its code."""

    def __init__(self, message: str, *, code: str, **more: str) -> None:
        super().__init__(message, extensions={"code": code, **more})


def from_refusal(refusal: Refusal) -> CodedError:
    """Say a refusal in a query, where there is no payload to hold it."""
    return CodedError(refusal.message, code=refusal.code)


def unauthenticated() -> CodedError:
    return CodedError("send a valid token as `Authorization: Bearer …`", code=UNAUTHENTICATED)


def unavailable() -> CodedError:
    return CodedError(
        "there was no answer in time; it may have been done: ask again with the same key",
        code=UNAVAILABLE,
    )
