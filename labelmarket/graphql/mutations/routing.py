"""Mutations that decide which classes go to people and which to a machine."""

import strawberry

from labelmarket.application.commands.oracles import TeachLearner
from labelmarket.application.commands.routing import (
    ApplyRoutingThreshold,
    OverrideClassRoute,
    RegisterOracle,
    ResetClassRoute,
)
from labelmarket.domain.routing import Route
from labelmarket.graphql.context import Info
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.projects import project_of, task_of
from labelmarket.graphql.mutations.things import ProjectPayload
from labelmarket.graphql.mutations.values import ClassMetricInput
from labelmarket.graphql.settling import settle


@strawberry.input
class RegisterOracleInput(Keyed):
    project_id: strawberry.ID
    name: str
    metric: str = strawberry.field(description="What the values measure.")
    class_metrics: list[ClassMetricInput]


@strawberry.input
class TeachLearnerInput(Keyed):
    project_id: strawberry.ID
    task_id: strawberry.ID | None = strawberry.field(
        default=None, description="May be left out when the project has one task."
    )


@strawberry.input
class ApplyRoutingThresholdInput(Keyed):
    project_id: strawberry.ID
    threshold: float


@strawberry.input
class OverrideClassRouteInput(Keyed):
    project_id: strawberry.ID
    class_name: str
    route: Route
    reason: str = ""


@strawberry.input
class ResetClassRouteInput(Keyed):
    project_id: strawberry.ID
    class_name: str


@strawberry.type
class RegisterOraclePayload(ProjectPayload):
    pass


@strawberry.type
class TeachLearnerPayload(ProjectPayload):
    pass


@strawberry.type
class ApplyRoutingThresholdPayload(ProjectPayload):
    pass


@strawberry.type
class OverrideClassRoutePayload(ProjectPayload):
    pass


@strawberry.type
class ResetClassRoutePayload(ProjectPayload):
    pass


@strawberry.type
class RoutingMutations:
    @strawberry.mutation(description="Say how well a model does on each class.")
    async def register_oracle(
        self, info: Info, input: RegisterOracleInput
    ) -> RegisterOraclePayload:
        return await settle(
            info,
            RegisterOraclePayload,
            input.idempotency_key,
            lambda: RegisterOracle(
                project_id=project_of(input.project_id),
                name=input.name,
                metric=input.metric,
                metrics=tuple(one.metric() for one in input.class_metrics),
            ),
        )

    @strawberry.mutation(
        description="Have the market's own learner read the true classes of texts, and those of "
        "approved batches; a little later it says what it thinks of all texts, as another model's "
        "predictions would."
    )
    async def teach_learner(self, info: Info, input: TeachLearnerInput) -> TeachLearnerPayload:
        return await settle(
            info,
            TeachLearnerPayload,
            input.idempotency_key,
            lambda: TeachLearner(
                project_id=project_of(input.project_id), task_id=task_of(input.task_id)
            ),
        )

    @strawberry.mutation(description="Classes with a metric strictly below it go to people.")
    async def apply_routing_threshold(
        self, info: Info, input: ApplyRoutingThresholdInput
    ) -> ApplyRoutingThresholdPayload:
        return await settle(
            info,
            ApplyRoutingThresholdPayload,
            input.idempotency_key,
            lambda: ApplyRoutingThreshold(
                project_id=project_of(input.project_id), threshold=input.threshold
            ),
        )

    @strawberry.mutation(description="Decide for one class, whatever the threshold.")
    async def override_class_route(
        self, info: Info, input: OverrideClassRouteInput
    ) -> OverrideClassRoutePayload:
        return await settle(
            info,
            OverrideClassRoutePayload,
            input.idempotency_key,
            lambda: OverrideClassRoute(
                project_id=project_of(input.project_id),
                class_name=input.class_name,
                route=input.route,
                reason=input.reason,
            ),
        )

    @strawberry.mutation(description="Let the threshold decide again.")
    async def reset_class_route(
        self, info: Info, input: ResetClassRouteInput
    ) -> ResetClassRoutePayload:
        return await settle(
            info,
            ResetClassRoutePayload,
            input.idempotency_key,
            lambda: ResetClassRoute(
                project_id=project_of(input.project_id), class_name=input.class_name
            ),
        )
