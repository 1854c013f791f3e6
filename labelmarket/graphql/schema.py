"""The schema: everything that clients can ask for, in one place. Prints itself as SDL."""

import sys
from functools import cache

import strawberry
from graphql import GraphQLError
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext
from strawberry.types.scalar import ScalarDefinition

from labelmarket.graphql.gate import Gate
from labelmarket.graphql.mutations.batches import BatchMutations
from labelmarket.graphql.mutations.classes import ClassMutations
from labelmarket.graphql.mutations.exports import ExportMutations
from labelmarket.graphql.mutations.files import FileMutations
from labelmarket.graphql.mutations.offers import OfferMutations
from labelmarket.graphql.mutations.operators import OperatorMutations
from labelmarket.graphql.mutations.orders import OrderMutations
from labelmarket.graphql.mutations.projects import ProjectMutations
from labelmarket.graphql.mutations.providers import ProviderMutations
from labelmarket.graphql.mutations.routing import RoutingMutations
from labelmarket.graphql.mutations.slots import SlotMutations
from labelmarket.graphql.mutations.tokens import TokenMutations
from labelmarket.graphql.mutations.uploads import UploadMutations
from labelmarket.graphql.payloads import InputError, StateError
from labelmarket.graphql.queries.classes import ClassQueries
from labelmarket.graphql.queries.lists import ListQueries
from labelmarket.graphql.queries.log import LogQueries
from labelmarket.graphql.queries.market import MarketQueries
from labelmarket.graphql.queries.previews import PreviewQueries
from labelmarket.graphql.queries.reports import ReportQueries
from labelmarket.graphql.queries.things import ThingQueries
from labelmarket.graphql.scalars import SCALARS
from labelmarket.graphql.subscriptions import Subscription

ANY_JSON: dict[object, ScalarDefinition] = {
    JSON: strawberry.scalar(name="JSON", description="Any JSON.", serialize=lambda value: value)
}


@strawberry.type
class Query(
    ThingQueries,
    ListQueries,
    MarketQueries,
    ClassQueries,
    PreviewQueries,
    ReportQueries,
    LogQueries,
):
    pass


@strawberry.type
class Mutation(
    TokenMutations,
    ProviderMutations,
    OperatorMutations,
    ProjectMutations,
    ClassMutations,
    RoutingMutations,
    OrderMutations,
    SlotMutations,
    OfferMutations,
    UploadMutations,
    FileMutations,
    BatchMutations,
    ExportMutations,
):
    pass


class MarketSchema(strawberry.Schema):
    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Errors are logged where they are masked, and nowhere else."""


@cache
def make_schema() -> strawberry.Schema:
    """The schema; made once, for it takes a while and never changes."""
    return MarketSchema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[InputError, StateError],
        extensions=[Gate],
        config=StrawberryConfig(scalar_map={**SCALARS, **ANY_JSON}),
    )


def sdl() -> str:
    return make_schema().as_str() + "\n"


if __name__ == "__main__":
    sys.stdout.write(sdl())
