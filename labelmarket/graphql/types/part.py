"""Delivered files, and the rows of them that were left out."""

from typing import Self

import msgspec
import strawberry

from labelmarket.application import labels
from labelmarket.application.views.batch_sheet import PartRow
from labelmarket.graphql.connections import First, check_first
from labelmarket.graphql.context import Info


@strawberry.type(description="One row of a file that was left out.")
class RowProblem:
    part: int = strawberry.field(description="0 for a file that is no part of a batch.")
    row: int = strawberry.field(
        description="Counts in the file's own list from 0, or is the line that the row begins in, "
        "from 1, in a file of lines; -1 where unknown."
    )
    item: str
    code: str
    message: str

    @classmethod
    def of(cls, problem: labels.RowProblem, *, part: int = 0) -> Self:
        return cls(
            part=part,
            row=problem.row,
            item=problem.item,
            code=problem.code,
            message=problem.message,
        )


@strawberry.type(description="One delivered file.")
class Part:
    digest: strawberry.Private[str | None]
    number: int
    state: str = strawberry.field(description="READING, MEASURED or REFUSED.")
    labels: int
    items: int = strawberry.field(description="Items that the file covers.")
    problem_count: int = strawberry.field(description="Rows that were left out.")
    refused_code: str | None = strawberry.field(description="Why the whole file was refused.")
    refused_message: str | None

    @strawberry.field(description="The first rows that were left out, each with its reason.")
    async def problems(self, info: Info, first: First = 20) -> list[RowProblem]:
        check_first(first)
        if self.digest is None:
            return []
        text = await info.context.call(info.context.office.blobs.read, self.digest)
        found = msgspec.json.decode(text, type=list[labels.RowProblem])
        return [RowProblem.of(one, part=self.number) for one in found[:first]]

    @classmethod
    def of(cls, row: PartRow) -> Self:
        return cls(
            digest=row.problems_digest,
            number=row.number,
            state=row.state.upper(),
            labels=row.labels,
            items=row.items,
            problem_count=row.problems,
            refused_code=row.refused_code,
            refused_message=row.refused_message,
        )
