"""Turns a secret that a client sends into somebody who may act."""

import hmac
import re
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from labelmarket.application.access import Viewer
from labelmarket.application.market import Market
from labelmarket.application.ports import Clock
from labelmarket.domain.access_token import AccessToken

_SHAPE = re.compile(r"lm_([0-9a-f]{32})_([A-Za-z0-9_-]{20,100})")
_NOBODY = "0" * 64


def token_text(token_id: UUID, secret: str) -> str:
    """What a client sends: `lm_<id>_<secret>`."""
    return f"lm_{token_id.hex}_{secret}"


def secret_digest(secret: str) -> str:
    """What is kept of a secret. It is random and long, so a plain hash is enough."""
    return sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    market: Market
    now: Clock

    def __call__(self, text: str) -> Viewer | None:
        """Who sends this token; None when it is wrong, expired or revoked.

        A token that does not exist is compared like one that does.
        """
        match = _SHAPE.fullmatch(text)
        token = self.market.find(AccessToken, UUID(match[1])) if match else None
        kept = token.secret_sha256 if token else _NOBODY
        right = hmac.compare_digest(kept, secret_digest(match[2] if match else ""))
        if token is None or not right or not token.is_valid(at=self.now()):
            return None
        return Viewer(
            role=token.role,
            organisation_id=token.organisation_id,
            token_id=token.id,
            token_name=token.name,
        )
