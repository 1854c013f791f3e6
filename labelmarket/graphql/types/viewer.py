"""Who asks."""

from typing import Self

import strawberry

from labelmarket.application import access
from labelmarket.domain.access_token import Role
from labelmarket.graphql import ids


@strawberry.type(description="Who asks, by the token that was sent.")
class Viewer:
    role: Role
    organisation_id: strawberry.ID = strawberry.field(
        description="A provider's organisation is the provider itself."
    )
    token_name: str

    @classmethod
    def of(cls, viewer: access.Viewer) -> Self:
        return cls(
            role=viewer.role,
            organisation_id=ids.encode("Organisation", viewer.organisation_id),
            token_name=viewer.token_name,
        )
