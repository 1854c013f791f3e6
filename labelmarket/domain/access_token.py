"""An access token: what lets a program act for an organisation in one role."""

from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from labelmarket.domain.aggregate import Aggregate, Fact, FirstFact
from labelmarket.domain.bounds import check_name


class Role(StrEnum):
    CUSTOMER = "customer"
    PROVIDER = "provider"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class TokenIssued(FirstFact):
    """Only a hash of the secret is kept; for a provider the organisation is the provider."""

    TOPIC = "TokenIssued"
    name: str
    role: Role
    organisation_id: UUID
    secret_sha256: str
    expires_at: datetime


class TokenRevoked(Fact):
    TOPIC = "TokenRevoked"

    def apply(self, token: "AccessToken", /) -> None:
        token.revoked = True


class AccessToken(Aggregate):
    TOPIC = "AccessToken"

    def __init__(
        self,
        *,
        name: str,
        role: Role,
        organisation_id: UUID,
        secret_sha256: str,
        expires_at: datetime,
    ) -> None:
        self.name = name
        self.role = role
        self.organisation_id = organisation_id
        self.secret_sha256 = secret_sha256
        self.expires_at = expires_at
        self.revoked = False

    # Decisions: when each fact may happen.

    @classmethod
    def issue(
        cls,
        *,
        token_id: UUID,
        name: str,
        role: Role,
        organisation_id: UUID,
        secret_sha256: str,
        expires_at: datetime,
        at: datetime,
    ) -> Self:
        check_name(name, path=("name",))
        return cls.begin(
            TokenIssued,
            id=token_id,
            at=at,
            name=name,
            role=role,
            organisation_id=organisation_id,
            secret_sha256=secret_sha256,
            expires_at=expires_at,
        )

    def revoke(self, *, at: datetime) -> None:
        if not self.revoked:
            self.record(TokenRevoked, at=at)

    def is_valid(self, *, at: datetime) -> bool:
        return not self.revoked and at < self.expires_at
