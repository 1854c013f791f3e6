"""Mutations by which a provider says what it is and does."""

import strawberry

from labelmarket.application.commands.providers import (
    ApplyAsProvider,
    PublishCapabilities,
    PublishRateCard,
    SetAvailability,
)
from labelmarket.domain.values import Availability, Workforce
from labelmarket.graphql.context import Info
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.things import ProviderPayload
from labelmarket.graphql.mutations.values import (
    CapabilityInput,
    ClearanceInput,
    RateInput,
    ShiftInput,
    holiday,
)
from labelmarket.graphql.settling import settle


@strawberry.input
class ApplyAsProviderInput(Keyed):
    name: str
    workforce: Workforce
    region: str
    contact: str = strawberry.field(description="Shown to operators only.")


@strawberry.input
class PublishCapabilitiesInput(Keyed):
    capabilities: list[CapabilityInput]
    clearances: list[ClearanceInput] = strawberry.field(default_factory=list)


@strawberry.input
class PublishRateCardInput(Keyed):
    rates: list[RateInput]


@strawberry.input
class SetAvailabilityInput(Keyed):
    time_zone: str = strawberry.field(description="An IANA name, such as Asia/Manila.")
    shifts: list[ShiftInput]
    holidays: list[str] = strawberry.field(default_factory=list, description="Dates, YYYY-MM-DD.")
    items_per_month: int
    accepting: bool = True

    def value(self) -> Availability:
        return Availability(
            time_zone=self.time_zone,
            shifts=tuple(one.value() for one in self.shifts),
            holidays=tuple(holiday(one, number=n) for n, one in enumerate(self.holidays)),
            items_per_month=self.items_per_month,
            accepting=self.accepting,
        )


@strawberry.type
class ApplyAsProviderPayload(ProviderPayload):
    pass


@strawberry.type
class PublishCapabilitiesPayload(ProviderPayload):
    pass


@strawberry.type
class PublishRateCardPayload(ProviderPayload):
    pass


@strawberry.type
class SetAvailabilityPayload(ProviderPayload):
    pass


@strawberry.type
class ProviderMutations:
    @strawberry.mutation(description="By a provider's token: ask to be listed.")
    async def apply_as_provider(
        self, info: Info, input: ApplyAsProviderInput
    ) -> ApplyAsProviderPayload:
        return await settle(
            info,
            ApplyAsProviderPayload,
            input.idempotency_key,
            lambda: ApplyAsProvider(
                name=input.name,
                workforce=input.workforce,
                region=input.region,
                contact=input.contact,
            ),
        )

    @strawberry.mutation(description="Replaces what was published before.")
    async def publish_capabilities(
        self, info: Info, input: PublishCapabilitiesInput
    ) -> PublishCapabilitiesPayload:
        return await settle(
            info,
            PublishCapabilitiesPayload,
            input.idempotency_key,
            lambda: PublishCapabilities(
                capabilities=tuple(one.value() for one in input.capabilities),
                clearances=tuple(one.value() for one in input.clearances),
            ),
        )

    @strawberry.mutation(description="Replaces the rates that were published before.")
    async def publish_rate_card(
        self, info: Info, input: PublishRateCardInput
    ) -> PublishRateCardPayload:
        return await settle(
            info,
            PublishRateCardPayload,
            input.idempotency_key,
            lambda: PublishRateCard(rates=tuple(one.value() for one in input.rates)),
        )

    @strawberry.mutation(description="Replaces the hours that were set before.")
    async def set_availability(
        self, info: Info, input: SetAvailabilityInput
    ) -> SetAvailabilityPayload:
        return await settle(
            info,
            SetAvailabilityPayload,
            input.idempotency_key,
            lambda: SetAvailability(availability=input.value()),
        )
