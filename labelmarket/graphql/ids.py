"""Ids that clients take as they are: what kind of thing, and which one, in one word."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

import strawberry

from labelmarket.domain.errors import NotFound

ID_CHARACTERS_MAX = 120


def encode(kind: str, identity: UUID) -> strawberry.ID:
    text = urlsafe_b64encode(f"{kind}:{identity}".encode()).decode()
    return strawberry.ID(text.rstrip("="))


def decode(text: str) -> tuple[str, UUID] | None:
    """Give the kind and the identity; None for what no server of ours has written."""
    if len(text) > ID_CHARACTERS_MAX:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        kind, _, identity = urlsafe_b64decode(padded.encode("ascii")).decode("ascii").partition(":")
        found = kind, UUID(identity)
    except (ValueError, binascii.Error):
        return None
    return found if encode(*found) == text else None


def find(text: str, *kinds: str) -> UUID | None:
    """Give the identity when the id names one of these kinds of things."""
    found = decode(text)
    return found[1] if found is not None and found[0] in kinds else None


def must(text: str, *kinds: str, path: str) -> UUID:
    """Give the identity. An id of something else names nothing: raises NotFound."""
    found = find(text, *kinds)
    if found is None:
        raise NotFound("there is no such thing", path=(path,))
    return found
