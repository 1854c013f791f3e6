"""Instructions: the text that people label by, in numbered versions."""

from datetime import datetime
from typing import Self

import strawberry

from labelmarket.application.views.project_page import InstructionsRow
from labelmarket.graphql.context import Info


@strawberry.type(description="One version of the text that people label by.")
class Instructions:
    digest: strawberry.Private[str]
    number: int
    written_at: datetime

    @strawberry.field
    async def text(self, info: Info) -> str:
        return await info.context.text_of(self.digest)

    @classmethod
    def of(cls, row: InstructionsRow) -> Self:
        return cls(digest=row.digest, number=row.number, written_at=row.written_at)
