"""What a failed answer says: refused for good, or worth another attempt."""

from contextlib import suppress
from typing import Any, Final

import httpx
import orjson

Json = dict[str, Any]
"""A JSON object as the API gave it; its shape is that of the query."""

WAIT_S_MAX: Final = 2.0
TOO_EARLY: Final = frozenset({"NOT_YET", "RATE_LIMITED", "UNAVAILABLE", "TOO_SLOW", "INTERNAL"})
"""Codes that say nothing against the request: the same one may be answered a moment later."""


class ApiError(Exception):
    """The market refused a request, or did not answer it in time; `code` says which."""

    def __init__(self, *, code: str, message: str, path: tuple[str, ...] = ()) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.path = path


class TryAgain(Exception):
    """An attempt failed for a reason that may pass."""

    def __init__(self, error: ApiError, *, after_s: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.after_s = after_s


def refuse(errors: list[Json]) -> None:
    """Raise the first error, if there is one."""
    for error in errors:
        refused = ApiError(
            code=error["code"], message=error["message"], path=tuple(error.get("path") or ())
        )
        if refused.code in TOO_EARLY:
            raise TryAgain(refused)
        raise refused


def plain(error: Json) -> Json:
    """Give a GraphQL error the shape of a user error."""
    extensions: Json = error.get("extensions") or {}
    path = [str(step) for step in error.get("path") or ()]
    return {
        "code": extensions.get("code", "BAD_REQUEST"),
        "message": error["message"],
        "path": path,
    }


def refusal(answer: httpx.Response) -> ApiError:
    """Read what a failed answer says about itself; a proxy's page says nothing."""
    content: object = None
    with suppress(orjson.JSONDecodeError):
        content = orjson.loads(answer.content)
    errors = content.get("errors") if isinstance(content, dict) else None
    if isinstance(errors, list) and errors:
        said = plain(errors[0])
    else:
        said = content if isinstance(content, dict) else {}
    return ApiError(
        code=str(said.get("code", f"HTTP_{answer.status_code}")),
        message=str(said.get("message", answer.reason_phrase)),
    )


def wait_named_by(answer: httpx.Response) -> float:
    """Give the seconds that `Retry-After` names, within reason."""
    with suppress(ValueError):
        return min(max(float(answer.headers.get("retry-after", 0)), 0.0), WAIT_S_MAX)
    return 0.0
