"""Commands about access tokens."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from labelmarket.application.work import Answer, Work
from labelmarket.domain.access_token import AccessToken, Role
from labelmarket.domain.errors import Conflict, Forbidden, InvalidInput

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
    """Refuse a token from now on. No operator locks out the last one, itself."""

    token_id: UUID

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be(Role.OPERATOR)
        if work.by.viewer is not None and work.by.viewer.token_id is not None:
            _check_that_one_is_left(work, own=work.by.viewer.token_id, other=self.token_id)
        work.get(AccessToken, self.token_id).revoke(at=work.at)
        return Answer(thing=self.token_id)


def _check_that_one_is_left(work: Work, *, own: UUID, other: UUID) -> None:
    """The token that an operator acts with stays, and must be good when this is recorded.

    So of two that revoke each other in the same moment, the second one may not any more.
    """
    if own == other:
        raise Conflict("a token is not revoked with itself; use another one", path=("tokenId",))
    acting = work.find(AccessToken, own)
    if acting is not None and not acting.is_valid(at=work.at):
        raise Forbidden("your token is not valid any more")
