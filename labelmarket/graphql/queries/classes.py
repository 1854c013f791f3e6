"""Queries about the classes of a project, or of one that is yet to be."""

import strawberry

from labelmarket.application.suggesting import Suggested
from labelmarket.domain.errors import InvalidInput, NotFound, Refusal
from labelmarket.graphql import ids
from labelmarket.graphql.context import Context, Info
from labelmarket.graphql.errors import from_refusal
from labelmarket.graphql.queries.things import WaitFor
from labelmarket.graphql.types.suggestion import ClassSuggestions, suggestions_of


@strawberry.type
class ClassQueries:
    @strawberry.field(
        description="What may have been meant by the classes of a project, or by names of a data "
        "type. Classes for which there is nothing, and what was ignored, are left out."
    )
    async def suggest_classes(
        self,
        info: Info,
        project_id: strawberry.ID | None = None,
        names: list[str] | None = None,
        data_type: str | None = None,
        wait_for: WaitFor = None,
    ) -> list[ClassSuggestions]:
        await info.context.wait_for(wait_for)
        try:
            if project_id is not None and names is None and data_type is None:
                return suggestions_of(await _of_project(info.context, project_id))
            if project_id is None and names is not None and data_type is not None:
                suggesting = info.context.office.suggesting
                return suggestions_of(
                    await info.context.call(suggesting.for_names, names, data_type=data_type)
                )
            raise InvalidInput("give a project, or names and a data type", path=("projectId",))
        except Refusal as refused:
            raise from_refusal(refused) from None


async def _of_project(context: Context, text: str) -> Suggested:
    identity = ids.find(text, "Project")
    row = None if identity is None else await context.loaders.projects.load(identity)
    if row is None:
        raise NotFound("there is no such project")
    return await context.call(context.office.suggesting.for_project, row)
