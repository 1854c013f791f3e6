"""The mutation that begins an upload."""

import re
from uuid import UUID

import strawberry

from labelmarket.application.labels import FILE_BYTES_MAX
from labelmarket.domain.access_token import Role
from labelmarket.domain.errors import InvalidInput, Refusal
from labelmarket.graphql import ids
from labelmarket.graphql.context import Info
from labelmarket.graphql.payloads import Payload, from_refused
from labelmarket.graphql.types.token import Upload

NAME_CHARACTERS_MAX = 255
_SHA256 = re.compile(r"[0-9a-f]{64}")


@strawberry.input
class CreateUploadInput:
    name: str
    bytes: int = strawberry.field(description="Exactly how many will be sent.")
    sha256: str | None = strawberry.field(
        default=None, description="In lower-case hex; the file is refused when it differs."
    )

    def check(self) -> None:
        if not 1 <= len(self.name) <= NAME_CHARACTERS_MAX:
            raise InvalidInput(f"a name has 1 to {NAME_CHARACTERS_MAX} characters", path=("name",))
        if not 1 <= self.bytes <= FILE_BYTES_MAX:
            raise InvalidInput(f"a file has 1 to {FILE_BYTES_MAX} bytes", path=("bytes",))
        if self.sha256 is not None and not _SHA256.fullmatch(self.sha256):
            raise InvalidInput("64 lower-case hex digits", path=("sha256",))


@strawberry.type
class CreateUploadPayload(Payload):
    upload: Upload | None = None


@strawberry.type
class UploadMutations:
    @strawberry.mutation(description="Get a signed path to PUT a file to.")
    async def create_upload(self, info: Info, input: CreateUploadInput) -> CreateUploadPayload:
        context = info.context
        try:
            context.actor.must_be(Role.CUSTOMER, Role.PROVIDER)
            input.check()
        except Refusal as refusal:
            return CreateUploadPayload(errors=[from_refused(refusal)])
        link = await context.call(
            context.office.links.for_upload,
            context.who,
            name=input.name,
            size_bytes=input.bytes,
            sha256=input.sha256,
        )
        return CreateUploadPayload(upload=Upload.of(link))


def upload_of(text: str) -> UUID:
    """An unknown upload is one that has not arrived."""
    found = ids.find(text, "Upload")
    if found is None:
        raise InvalidInput("this upload has not arrived", path=("uploadId",))
    return found
