"""Operator tokens, made and taken back by whoever may reach the database."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from labelmarket.adapters.clock import new_id
from labelmarket.adapters.postgres.log import PostgresLog
from labelmarket.application.access import EVERYTHING, MARKET
from labelmarket.application.authentication import secret_digest, token_text
from labelmarket.application.commands.tokens import LIFE_S_MAX, IssueToken, RevokeToken
from labelmarket.bootstrap.core import Core, open_core
from labelmarket.domain.access_token import Role, TokenIssued, TokenRevoked
from labelmarket.domain.errors import Refusal

SECRET_BYTES = 32
PAGE = 1_000


class TokenRefused(Exception):
    """The market did not issue the token, or knows none with this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedToken:
    """A token as it can be shown: its secret is known to nobody but its holder."""

    id: UUID
    name: str
    role: Role
    expires_at: datetime
    state: str


def issue_token(
    database_url: str, *, name: str, role: Role = Role.OPERATOR, life_s: int = LIFE_S_MAX
) -> str:
    """Issue a token for a new organisation, and give its text: it is shown nowhere else."""
    token_id, secret = new_id(), secrets.token_urlsafe(SECRET_BYTES)
    with open_core(database_url, name="token", connections_max=2) as core:
        _carry_out(
            core,
            IssueToken(
                token_id=token_id,
                name=name,
                role=role,
                organisation_id=None,
                secret_sha256=secret_digest(secret),
                expires_in_s=life_s,
            ),
        )
    return token_text(token_id, secret)


def list_tokens(database_url: str) -> list[ListedToken]:
    """Every token that was ever issued, in order."""
    with open_core(database_url, name="token", connections_max=2) as core:
        revoked: set[UUID] = set()
        issued: list[TokenIssued] = []
        for fact in _facts(core):
            if isinstance(fact, TokenIssued):
                issued.append(fact)
            else:
                revoked.add(fact.originator_id)
        now = core.clock()
    return [
        ListedToken(
            id=fact.originator_id,
            name=fact.name,
            role=fact.role,
            expires_at=fact.expires_at,
            state=_state(fact, revoked=fact.originator_id in revoked, now=now),
        )
        for fact in issued
    ]


def revoke_token(database_url: str, token_id: UUID) -> None:
    """Refuse the token from now on; to do so again changes nothing."""
    with open_core(database_url, name="token", connections_max=2) as core:
        _carry_out(core, RevokeToken(token_id=token_id))


def first_operator(database_url: str) -> str | None:
    """An operator's token for a market without any fact; None for one that has begun."""
    with open_core(database_url, name="first run", connections_max=2) as core:
        begun = core.market.recorder.max_notification_id() is not None
    return None if begun else issue_token(database_url, name="first operator")


def _carry_out(core: Core, command: IssueToken | RevokeToken) -> None:
    try:
        outcome = core.market.handle(command, by=MARKET)
    except Refusal as refusal:
        raise TokenRefused(refusal.message) from refusal
    if outcome.answer.refused is not None:
        raise TokenRefused(outcome.answer.refused.message)


def _facts(core: Core) -> Iterator[TokenIssued | TokenRevoked]:
    log, after = PostgresLog(core.pool), 0
    topics = (TokenIssued.TOPIC, TokenRevoked.TOPIC)
    while True:
        page = log.visible(EVERYTHING, after=after, limit=PAGE, topics=topics)
        for stored in page:
            fact = core.mapper.read(stored)
            assert isinstance(fact, (TokenIssued, TokenRevoked)), "these were asked for"
            yield fact
        if len(page) < PAGE:
            return
        after = page[-1].position


def _state(fact: TokenIssued, *, revoked: bool, now: datetime) -> str:
    if revoked:
        return "revoked"
    return "good" if now < fact.expires_at else "expired"
