"""Access tokens and uploads: what programs act with, and where files go."""

from datetime import datetime
from typing import Self

import strawberry

from labelmarket.application.office import UploadLink
from labelmarket.domain import access_token
from labelmarket.domain.access_token import Role
from labelmarket.graphql import ids


@strawberry.type(description="What lets a program act for an organisation.")
class AccessToken:
    id: strawberry.ID
    name: str
    role: Role
    organisation_id: strawberry.ID
    expires_at: datetime

    @classmethod
    def of(cls, token: access_token.AccessToken) -> Self:
        return cls(
            id=ids.encode("AccessToken", token.id),
            name=token.name,
            role=token.role,
            organisation_id=ids.encode("Organisation", token.organisation_id),
            expires_at=token.expires_at,
        )


@strawberry.type(description="Where to PUT a file.")
class Upload:
    id: strawberry.ID
    url: str = strawberry.field(description="A path on this server, signed.")
    expires_at: datetime

    @classmethod
    def of(cls, link: UploadLink) -> Self:
        return cls(
            id=ids.encode("Upload", link.upload_id), url=link.path, expires_at=link.expires_at
        )
