"""What follows from the server's own secret, and cannot be guessed without it."""

import hashlib
import hmac
from dataclasses import dataclass, field

CONTEXT = b"labelmarket token 1"


@dataclass(frozen=True, slots=True)
class DerivedSecrets:
    """HMAC-SHA256 (RFC 2104) of a text, apart from all other uses of the same secret."""

    secret: bytes = field(repr=False)

    def derive(self, text: str, /) -> bytes:
        return hmac.new(self.secret, CONTEXT + text.encode(), hashlib.sha256).digest()
