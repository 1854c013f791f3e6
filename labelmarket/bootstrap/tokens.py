"""Operator tokens, made by whoever may reach the database."""

import secrets

from labelmarket.adapters.clock import new_id
from labelmarket.application.access import MARKET
from labelmarket.application.authentication import secret_digest, token_text
from labelmarket.application.commands.tokens import LIFE_S_MAX, IssueToken
from labelmarket.bootstrap.core import open_core
from labelmarket.domain.access_token import Role

SECRET_BYTES = 32


class TokenRefused(Exception):
    """The market did not issue the token."""


def issue_token(
    database_url: str, *, name: str, role: Role = Role.OPERATOR, life_s: int = LIFE_S_MAX
) -> str:
    """Issue a token for a new organisation, and give its text: it is shown nowhere else."""
    token_id, secret = new_id(), secrets.token_urlsafe(SECRET_BYTES)
    with open_core(database_url, name="token", connections_max=2) as core:
        outcome = core.market.handle(
            IssueToken(
                token_id=token_id,
                name=name,
                role=role,
                organisation_id=None,
                secret_sha256=secret_digest(secret),
                expires_in_s=life_s,
            ),
            by=MARKET,
        )
    if outcome.answer.refused is not None:
        raise TokenRefused(outcome.answer.refused.message)
    return token_text(token_id, secret)


def first_operator(database_url: str) -> str | None:
    """An operator's token for a market without any fact; None for one that has begun."""
    with open_core(database_url, name="first run", connections_max=2) as core:
        begun = core.market.recorder.max_notification_id() is not None
    return None if begun else issue_token(database_url, name="first operator")
