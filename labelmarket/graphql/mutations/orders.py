"""Mutations on work orders."""

from uuid import UUID

import strawberry

from labelmarket.application.commands.orders import (
    AnswerExhausted,
    ExhaustedAnswer,
    PlanWorkOrder,
    RankProviders,
)
from labelmarket.graphql import ids
from labelmarket.graphql.context import Info
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.projects import project_of, task_of
from labelmarket.graphql.mutations.things import WorkOrderPayload
from labelmarket.graphql.settling import settle

ANSWER_WITHIN_S = 4 * 3600
DELIVER_WITHIN_S = 7 * 24 * 3600


@strawberry.input
class PlanWorkOrderInput(Keyed):
    project_id: strawberry.ID
    task_id: strawberry.ID | None = strawberry.field(
        default=None, description="May be left out when the project has one task."
    )
    items: int | None = strawberry.field(
        default=None,
        description="How many of the task's items, the first that are left; left out: all of them.",
    )
    answer_within_seconds: int = ANSWER_WITHIN_S
    deliver_within_seconds: int = DELIVER_WITHIN_S


@strawberry.input
class RankProvidersInput(Keyed):
    order_id: strawberry.ID
    provider_ids: list[strawberry.ID] = strawberry.field(description="Best first.")
    expected_version: int | None = strawberry.field(
        default=None, description="Refuse when somebody ranked since this `rankingVersion`."
    )


@strawberry.input
class AnswerExhaustedInput(Keyed):
    order_id: strawberry.ID
    answer: ExhaustedAnswer
    answer_within_seconds: int | None = strawberry.field(
        default=None, description="Left out: as before."
    )


@strawberry.type
class PlanWorkOrderPayload(WorkOrderPayload):
    pass


@strawberry.type
class RankProvidersPayload(WorkOrderPayload):
    pass


@strawberry.type
class AnswerExhaustedPayload(WorkOrderPayload):
    pass


@strawberry.type
class OrderMutations:
    @strawberry.mutation(
        description="Have a task done by people. Before the launch it starts with it, and later by "
        "`startWorkOrder`."
    )
    async def plan_work_order(self, info: Info, input: PlanWorkOrderInput) -> PlanWorkOrderPayload:
        return await settle(
            info,
            PlanWorkOrderPayload,
            input.idempotency_key,
            lambda: PlanWorkOrder(
                project_id=project_of(input.project_id),
                task_id=task_of(input.task_id),
                items=input.items,
                answer_within_s=input.answer_within_seconds,
                deliver_within_s=input.deliver_within_seconds,
            ),
        )

    @strawberry.mutation(description="Say who is asked, and in which order.")
    async def rank_providers(self, info: Info, input: RankProvidersInput) -> RankProvidersPayload:
        return await settle(
            info,
            RankProvidersPayload,
            input.idempotency_key,
            lambda: RankProviders(
                order_id=order_of(input.order_id),
                provider_ids=tuple(
                    ids.must(one, "Provider", path="providerIds") for one in input.provider_ids
                ),
                expected_version=input.expected_version,
            ),
        )

    @strawberry.mutation(description="Decide what happens when nobody is left to ask.")
    async def answer_exhausted(
        self, info: Info, input: AnswerExhaustedInput
    ) -> AnswerExhaustedPayload:
        return await settle(
            info,
            AnswerExhaustedPayload,
            input.idempotency_key,
            lambda: AnswerExhausted(
                order_id=order_of(input.order_id),
                answer=input.answer,
                answer_within_s=input.answer_within_seconds,
            ),
        )


def order_of(text: str) -> UUID:
    return ids.must(text, "WorkOrder", path="orderId")
