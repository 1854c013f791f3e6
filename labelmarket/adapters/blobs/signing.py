"""Links that carry their own permission: a path, claims and an end, under one HMAC."""

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

SECRET_BYTES_MIN = 32
QUERY_CHARACTERS_MAX = 4_096
CLAIMS_MAX = 16
EXPIRES, SIGNATURE = "expires", "signature"
CONTEXT = b"labelmarket link 1"


class BadSignature(Exception):
    """The link was not signed by this market, or was changed since."""


class LinkExpired(Exception):
    """The link was good until it ended."""


class Signer:
    """Signs and verifies links with HMAC-SHA256 (RFC 2104)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SECRET_BYTES_MIN:
            raise ValueError(f"a signing secret has at least {SECRET_BYTES_MIN} bytes")
        self._secret = secret

    def sign(self, path: str, *, expires_at: int, claims: Mapping[str, str]) -> str:
        """Give the query string that opens `path` strictly before `expires_at`, in Unix seconds."""
        if {EXPIRES, SIGNATURE} & claims.keys() or len(claims) > CLAIMS_MAX:
            raise ValueError(f"at most {CLAIMS_MAX} claims, none named {EXPIRES} or {SIGNATURE}")
        fields = {**claims, EXPIRES: str(expires_at)}
        query = urlencode({**fields, SIGNATURE: self._mac(path, fields)})
        if len(query) > QUERY_CHARACTERS_MAX:
            raise ValueError(f"a signed query has at most {QUERY_CHARACTERS_MAX} characters")
        return query

    def verify(self, path: str, query: str, *, now: int) -> dict[str, str]:
        """Give the claims of a good link. Raises BadSignature or LinkExpired."""
        fields = _fields(query)
        given = fields.pop(SIGNATURE, "")
        if not hmac.compare_digest(_bytes(given), _bytes(self._mac(path, fields))):
            raise BadSignature("the link's signature does not fit")
        expires_at = int(fields.pop(EXPIRES))
        if now >= expires_at:
            raise LinkExpired(f"the link ended {now - expires_at} seconds ago")
        return fields

    def _mac(self, path: str, fields: Mapping[str, str]) -> str:
        parts = [path, *(text for pair in sorted(fields.items()) for text in pair)]
        message = CONTEXT + b"".join(_framed(_bytes(part)) for part in parts)
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()


def _bytes(text: str) -> bytes:
    # A forged link may hold anything; lone surrogates must end in a refusal, not in a crash.
    return text.encode(errors="surrogatepass")


def _framed(part: bytes) -> bytes:
    """Put its length before a part, so that no two lists of parts make the same bytes."""
    return len(part).to_bytes(8) + part


def _fields(query: str) -> dict[str, str]:
    if len(query) > QUERY_CHARACTERS_MAX:
        raise BadSignature("the link is too long")
    try:
        pairs = parse_qsl(
            query,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=CLAIMS_MAX + 2,
        )
    except ValueError:
        raise BadSignature("the link's query cannot be read") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadSignature("the link says something twice")
    return fields
