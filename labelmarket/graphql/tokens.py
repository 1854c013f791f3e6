"""Where a client puts its token."""

from collections.abc import Mapping

TOKEN_CHARACTERS_MAX = 300


def bearer(header: str | None) -> str:
    """Give the token in an `Authorization` header; empty when there is none."""
    kind, _, text = (header or "").strip().partition(" ")
    text = text.strip()
    return text if kind.lower() == "bearer" and len(text) <= TOKEN_CHARACTERS_MAX else ""


def from_connection(params: Mapping[str, object]) -> str:
    """Give the token in a websocket's first message: under `Authorization`, or plainly."""
    for name, value in params.items():
        if not isinstance(value, str):
            continue
        if name.lower() == "authorization":
            return bearer(value)
        if name == "token":
            return value[:TOKEN_CHARACTERS_MAX]
    return ""
