"""Mutations by which operators keep the market: who is listed, and which tasks there are."""

from uuid import UUID

import strawberry

from labelmarket.application.commands.providers import (
    AddTaskType,
    ReinstateProvider,
    RemoveProvider,
    SuspendProvider,
    VetProvider,
)
from labelmarket.domain import taxonomy
from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.taxonomy import DataType, Geometry
from labelmarket.graphql import ids
from labelmarket.graphql.context import Info
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.things import ProviderPayload
from labelmarket.graphql.payloads import Payload
from labelmarket.graphql.settling import settle
from labelmarket.graphql.types.taxonomy import TaskType


@strawberry.input
class VetProviderInput(Keyed):
    provider_id: strawberry.ID
    note: str = ""


@strawberry.input
class SuspendProviderInput(Keyed):
    provider_id: strawberry.ID
    reason: str


@strawberry.input
class RemoveProviderInput(Keyed):
    provider_id: strawberry.ID
    reason: str


@strawberry.input
class ReinstateProviderInput(Keyed):
    provider_id: strawberry.ID
    note: str = ""


@strawberry.input
class AddTaskTypeInput(Keyed):
    code: str
    data_type: str
    title: str
    geometry: str
    metric: str
    label_schema: str
    needs_language_pair: bool = False

    def value(self) -> taxonomy.TaskType:
        if self.data_type not in set(DataType):
            raise InvalidInput(f"one of {', '.join(DataType)}", path=("dataType",))
        if self.geometry not in set(Geometry):
            raise InvalidInput(f"one of {', '.join(Geometry)}", path=("geometry",))
        return taxonomy.TaskType(
            code=self.code,
            data_type=DataType(self.data_type),
            title=self.title,
            geometry=Geometry(self.geometry),
            metric=self.metric,
            label_schema=self.label_schema,
            directed=self.needs_language_pair,
        )


@strawberry.type
class VetProviderPayload(ProviderPayload):
    pass


@strawberry.type
class SuspendProviderPayload(ProviderPayload):
    pass


@strawberry.type
class RemoveProviderPayload(ProviderPayload):
    pass


@strawberry.type
class ReinstateProviderPayload(ProviderPayload):
    pass


@strawberry.type
class AddTaskTypePayload(Payload):
    task_type: TaskType | None = None


@strawberry.type
class OperatorMutations:
    @strawberry.mutation(description="For operators: list a provider.")
    async def vet_provider(self, info: Info, input: VetProviderInput) -> VetProviderPayload:
        return await settle(
            info,
            VetProviderPayload,
            input.idempotency_key,
            lambda: VetProvider(provider_id=_provider(input.provider_id), note=input.note),
        )

    @strawberry.mutation(description="For operators: not shown and not asked for a while.")
    async def suspend_provider(
        self, info: Info, input: SuspendProviderInput
    ) -> SuspendProviderPayload:
        return await settle(
            info,
            SuspendProviderPayload,
            input.idempotency_key,
            lambda: SuspendProvider(provider_id=_provider(input.provider_id), reason=input.reason),
        )

    @strawberry.mutation(description="For operators: off the market.")
    async def remove_provider(
        self, info: Info, input: RemoveProviderInput
    ) -> RemoveProviderPayload:
        return await settle(
            info,
            RemoveProviderPayload,
            input.idempotency_key,
            lambda: RemoveProvider(provider_id=_provider(input.provider_id), reason=input.reason),
        )

    @strawberry.mutation(description="For operators: list a provider again.")
    async def reinstate_provider(
        self, info: Info, input: ReinstateProviderInput
    ) -> ReinstateProviderPayload:
        return await settle(
            info,
            ReinstateProviderPayload,
            input.idempotency_key,
            lambda: ReinstateProvider(provider_id=_provider(input.provider_id), note=input.note),
        )

    @strawberry.mutation(description="For operators: make a kind of labeling known.")
    async def add_task_type(self, info: Info, input: AddTaskTypeInput) -> AddTaskTypePayload:
        payload = await settle(
            info,
            AddTaskTypePayload,
            input.idempotency_key,
            lambda: AddTaskType(task_type=input.value()),
        )
        payload.task_type = None if payload.errors else TaskType.of(input.value())
        return payload


def _provider(text: str) -> UUID:
    return ids.must(text, "Provider", path="providerId")
