"""Mutations on access tokens."""

import secrets
from base64 import urlsafe_b64encode
from uuid import UUID

import strawberry

from labelmarket.application.authentication import secret_digest, token_text
from labelmarket.application.commands.tokens import IssueToken, RevokeToken
from labelmarket.application.market import Outcome
from labelmarket.domain import access_token
from labelmarket.domain.access_token import Role
from labelmarket.graphql import ids
from labelmarket.graphql.context import Context, Info, TokenSecrets
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.payloads import Payload
from labelmarket.graphql.settling import Asking, settle, settle_with
from labelmarket.graphql.types.token import AccessToken

SECRET_BYTES = 32
LIFE_S = 90 * 24 * 3600


@strawberry.input
class CreateTokenInput(Keyed):
    name: str
    role: Role
    organisation_id: strawberry.ID | None = strawberry.field(
        default=None, description="Left out: a new organisation."
    )
    expires_in_seconds: int = LIFE_S


@strawberry.input
class RevokeTokenInput(Keyed):
    token_id: strawberry.ID


@strawberry.type
class TokenPayload(Payload):
    token: AccessToken | None = None

    async def show(self, context: Context, thing: UUID) -> None:
        token = await context.call(context.office.market.find, access_token.AccessToken, thing)
        self.token = None if token is None else AccessToken.of(token)


@strawberry.type
class CreateTokenPayload(TokenPayload):
    secret: str | None = strawberry.field(
        default=None, description="What to send; shown here only, and for the same key again."
    )


@strawberry.type
class RevokeTokenPayload(TokenPayload):
    pass


@strawberry.type
class TokenMutations:
    @strawberry.mutation(description="For operators: let a program act.")
    async def create_token(self, info: Info, input: CreateTokenInput) -> CreateTokenPayload:
        made: list[str] = []

        def issue(organisation_id: UUID | None, asking: Asking) -> Outcome:
            token_id, secret = _drawn(info.context, asking.key)
            made.append(token_text(token_id, secret))
            command = IssueToken(
                token_id=token_id,
                name=input.name,
                role=input.role,
                organisation_id=organisation_id,
                secret_sha256=secret_digest(secret),
                expires_in_s=input.expires_in_seconds,
            )
            return asking.context.office.market.handle(
                command, by=asking.context.actor, key=asking.key
            )

        payload = await settle_with(
            info,
            CreateTokenPayload,
            input.idempotency_key,
            prepare=lambda: _organisation(input.organisation_id),
            carry_out=issue,
        )
        payload.secret = None if payload.errors else made[-1]
        return payload

    @strawberry.mutation(description="For operators: a revoked token is refused at once.")
    async def revoke_token(self, info: Info, input: RevokeTokenInput) -> RevokeTokenPayload:
        return await settle(
            info,
            RevokeTokenPayload,
            input.idempotency_key,
            lambda: RevokeToken(token_id=ids.must(input.token_id, "AccessToken", path="tokenId")),
        )


def _organisation(text: str | None) -> UUID | None:
    if text is None:
        return None
    return ids.must(text, "Organisation", "Provider", path="organisationId")


def _drawn(context: Context, key: str | None) -> tuple[UUID, str]:
    """Draw a token's id and secret: by chance, or the same again for the same key.

    With a key they follow from it and from a secret that only the server has, so that a
    client whose answer was lost asks again and gets the very same token.
    """
    if key is None:
        return context.office.new_id(), secrets.token_urlsafe(SECRET_BYTES)
    return _derived(context.api.token_secrets, key)


def _derived(derive: TokenSecrets, key: str) -> tuple[UUID, str]:
    identity = UUID(bytes=derive.derive(f"token id of {key}")[:16], version=4)
    secret = urlsafe_b64encode(derive.derive(f"token secret of {key}")).decode().rstrip("=")
    return identity, secret
