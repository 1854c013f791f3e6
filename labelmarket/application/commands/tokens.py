"""Commands about access tokens."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from labelmarket.application.work import Answer, Work
from labelmarket.domain.access_token import AccessToken, Role
from labelmarket.domain.errors import InvalidInput

LIFE_S_MAX = 10 * 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueToken:
    """Let a program act for an organisation; a new one when none is named."""

    token_id: UUID
    name: str
    role: Role
    organisation_id: UUID | None
    secret_sha256: str
    expires_in_s: int

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be(Role.OPERATOR)
        if not 0 < self.expires_in_s <= LIFE_S_MAX:
            raise InvalidInput("a token lives up to ten years", path=("expiresInSeconds",))
        token = work.add(
            AccessToken.issue(
                token_id=self.token_id,
                name=self.name,
                role=self.role,
                organisation_id=self.organisation_id or work.new_id(),
                secret_sha256=self.secret_sha256,
                expires_at=work.at + timedelta(seconds=self.expires_in_s),
                at=work.at,
            )
        )
        return Answer(thing=token.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken:
    token_id: UUID

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be(Role.OPERATOR)
        work.get(AccessToken, self.token_id).revoke(at=work.at)
        return Answer(thing=self.token_id)
