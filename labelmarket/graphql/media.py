"""Which media type an answer has, by what the client accepts."""

from typing import Final

JSON_TYPE: Final = "application/json"
GRAPHQL_TYPE: Final = "application/graphql-response+json"
STREAM_TYPE: Final = "text/event-stream"
PARTS_MAX: Final = 32

_OFFERED: Final = {
    JSON_TYPE: JSON_TYPE,
    GRAPHQL_TYPE: GRAPHQL_TYPE,
    "application/*": JSON_TYPE,
    "*/*": JSON_TYPE,
}


def preferred(accept: str | None) -> str | None:
    """Give the type that the client likes best, of equals the first; None when it takes none.

    Whoever says nothing gets plain JSON, as older clients expect.
    """
    if not accept:
        return JSON_TYPE
    best: str | None = None
    best_q = 0.0
    for part in accept.split(",", PARTS_MAX)[:PARTS_MAX]:
        name, *parameters = (one.strip().lower() for one in part.split(";"))
        offered = _OFFERED.get(name)
        q = _quality(parameters)
        if offered is not None and q > best_q:
            best, best_q = offered, q
    return best


def wants_stream(accept: str | None) -> bool:
    """Whether events are what is asked for: many clients name them last, and mean JSON."""
    first = (accept or "").split(",", 1)[0].split(";", 1)[0]
    return first.strip().lower() == STREAM_TYPE


def is_json(content_type: str | None) -> bool:
    """Whether a body says that it is JSON in UTF-8."""
    name, *parameters = (one.strip().lower() for one in (content_type or "").split(";"))
    charsets = [p.removeprefix("charset=").strip('"') for p in parameters if "charset=" in p]
    return name == JSON_TYPE and all(one in {"utf-8", "utf8"} for one in charsets)


def _quality(parameters: list[str]) -> float:
    for one in parameters:
        if one.startswith("q="):
            try:
                return min(max(float(one[2:]), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
