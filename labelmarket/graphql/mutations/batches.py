"""Mutations on label batches."""

from uuid import UUID

import strawberry

from labelmarket.application.commands.batches import (
    ApproveBatch,
    RequestRework,
    RevokeBatch,
    StartWork,
)
from labelmarket.application.market import Outcome
from labelmarket.graphql import ids
from labelmarket.graphql.context import Info
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.things import BatchPayload
from labelmarket.graphql.mutations.uploads import upload_of
from labelmarket.graphql.settling import Asking, settle, settle_with

LEASE_S = 8 * 3600


@strawberry.input
class StartWorkInput(Keyed):
    batch_id: strawberry.ID
    team: str = "default"
    lease_seconds: int = LEASE_S


@strawberry.input
class DeliverLabelsInput(Keyed):
    batch_id: strawberry.ID
    upload_id: strawberry.ID


@strawberry.input
class RequestReworkInput(Keyed):
    batch_id: strawberry.ID
    reason: str
    deliver_within_seconds: int


@strawberry.input
class ApproveBatchInput(Keyed):
    batch_id: strawberry.ID


@strawberry.input
class RevokeBatchInput(Keyed):
    batch_id: strawberry.ID
    reason: str


@strawberry.type
class StartWorkPayload(BatchPayload):
    pass


@strawberry.type
class DeliverLabelsPayload(BatchPayload):
    part: int | None = strawberry.field(default=None, description="The part's number.")


@strawberry.type
class RequestReworkPayload(BatchPayload):
    pass


@strawberry.type
class ApproveBatchPayload(BatchPayload):
    pass


@strawberry.type
class RevokeBatchPayload(BatchPayload):
    pass


@strawberry.type
class BatchMutations:
    @strawberry.mutation(description="By the provider: begin to label.")
    async def start_work(self, info: Info, input: StartWorkInput) -> StartWorkPayload:
        return await settle(
            info,
            StartWorkPayload,
            input.idempotency_key,
            lambda: StartWork(
                batch_id=_batch(input.batch_id), team=input.team, lease_s=input.lease_seconds
            ),
        )

    @strawberry.mutation(
        description="By the provider: hand in a file of labels, a part, in any format of gold."
    )
    async def deliver_labels(self, info: Info, input: DeliverLabelsInput) -> DeliverLabelsPayload:
        numbers: list[int] = []

        def deliver(named: tuple[UUID, UUID], asking: Asking) -> Outcome:
            outcome = info.context.office.intake.deliver(
                batch_id=named[0], upload_id=named[1], by=info.context.actor, key=asking.key
            )
            numbers.extend(int(part) for part in [outcome.answer.notes.get("part")] if part)
            return outcome

        payload = await settle_with(
            info,
            DeliverLabelsPayload,
            input.idempotency_key,
            prepare=lambda: (_batch(input.batch_id), upload_of(input.upload_id)),
            carry_out=deliver,
        )
        payload.part = numbers[-1] if numbers else None
        return payload

    @strawberry.mutation(description="By the customer: have delivered labels made again.")
    async def request_rework(self, info: Info, input: RequestReworkInput) -> RequestReworkPayload:
        return await settle(
            info,
            RequestReworkPayload,
            input.idempotency_key,
            lambda: RequestRework(
                batch_id=_batch(input.batch_id),
                reason=input.reason,
                deliver_within_s=input.deliver_within_seconds,
            ),
        )

    @strawberry.mutation(description="By the customer: take the labels.")
    async def approve_batch(self, info: Info, input: ApproveBatchInput) -> ApproveBatchPayload:
        return await settle(
            info,
            ApproveBatchPayload,
            input.idempotency_key,
            lambda: ApproveBatch(batch_id=_batch(input.batch_id)),
        )

    @strawberry.mutation(
        description="By the customer, before the work was begun, when it is overdue, or when "
        "a rework was turned down: what was not delivered goes to others."
    )
    async def revoke_batch(self, info: Info, input: RevokeBatchInput) -> RevokeBatchPayload:
        return await settle(
            info,
            RevokeBatchPayload,
            input.idempotency_key,
            lambda: RevokeBatch(batch_id=_batch(input.batch_id), reason=input.reason),
        )


def _batch(text: str) -> UUID:
    return ids.must(text, "Batch", path="batchId")
