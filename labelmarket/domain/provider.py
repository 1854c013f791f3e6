"""A provider: a labeling company with staff, vetted before anybody is shown to it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from labelmarket.domain.aggregate import Aggregate, Fact, FirstFact, Personal
from labelmarket.domain.bounds import check_text
from labelmarket.domain.errors import Conflict, NotEligible
from labelmarket.domain.profiles import check_application, check_capabilities, check_rates
from labelmarket.domain.values import Availability, Capability, Clearance, Rate, Workforce


class Standing(StrEnum):
    APPLIED = "applied"
    LISTED = "listed"
    SUSPENDED = "suspended"
    REMOVED = "removed"


class ProviderApplied(FirstFact):
    TOPIC = "ProviderApplied"
    name: str
    workforce: Workforce
    region: str
    contact: Annotated[str, Personal("originator_id")]


class ProviderVetted(Fact):
    TOPIC = "ProviderVetted"
    note: str

    def apply(self, provider: "Provider", /) -> None:
        provider.standing = Standing.LISTED


class CapabilitiesPublished(Fact):
    TOPIC = "CapabilitiesPublished"
    capabilities: tuple[Capability, ...]
    clearances: tuple[Clearance, ...]

    def apply(self, provider: "Provider", /) -> None:
        provider.capabilities = self.capabilities
        provider.clearances = self.clearances


class RateCardPublished(Fact):
    TOPIC = "RateCardPublished"
    rates: tuple[Rate, ...]

    def apply(self, provider: "Provider", /) -> None:
        provider.rates = self.rates


class AvailabilitySet(Fact):
    TOPIC = "AvailabilitySet"
    availability: Availability

    def apply(self, provider: "Provider", /) -> None:
        provider.availability = self.availability


class ProviderSuspended(Fact):
    TOPIC = "ProviderSuspended"
    reason: str

    def apply(self, provider: "Provider", /) -> None:
        provider.standing = Standing.SUSPENDED


class ProviderRemoved(Fact):
    TOPIC = "ProviderRemoved"
    reason: str

    def apply(self, provider: "Provider", /) -> None:
        provider.standing = Standing.REMOVED


class ProviderReinstated(Fact):
    TOPIC = "ProviderReinstated"
    note: str

    def apply(self, provider: "Provider", /) -> None:
        provider.standing = Standing.LISTED


class Provider(Aggregate):
    TOPIC = "Provider"

    def __init__(self, *, name: str, workforce: Workforce, region: str) -> None:
        self.name = name
        self.workforce = workforce
        self.region = region
        self.standing = Standing.APPLIED
        self.capabilities: tuple[Capability, ...] = ()
        self.clearances: tuple[Clearance, ...] = ()
        self.rates: tuple[Rate, ...] = ()
        self.availability: Availability | None = None

    def audience(self) -> tuple[UUID | None, UUID | None]:
        return None, self.id

    # Decisions: when each fact may happen.

    @classmethod
    def apply_for_listing(
        cls,
        *,
        provider_id: UUID,
        name: str,
        workforce: Workforce,
        region: str,
        contact: str,
        at: datetime,
    ) -> Self:
        """Ask to be listed. Anyone may ask; vetting decides."""
        check_application(name=name, region=region, contact=contact)
        return cls.begin(
            ProviderApplied,
            id=provider_id,
            at=at,
            name=name,
            workforce=workforce,
            region=region,
            contact=contact,
        )

    def vet(self, *, note: str, at: datetime) -> None:
        """List the provider. A work force that is a crowd is never listed."""
        if self.standing is Standing.LISTED:
            return
        if self.standing is not Standing.APPLIED:
            raise Conflict(f"the provider is {self.standing}; reinstate it instead")
        if self.workforce is not Workforce.STAFF:
            raise NotEligible("only providers whose labelers are staff are listed, not crowds")
        if not self.capabilities:
            raise NotEligible("the provider has not published what it can do")
        check_text(note, path=("note",))
        self.record(ProviderVetted, at=at, note=note)

    def publish_capabilities(
        self,
        *,
        capabilities: tuple[Capability, ...],
        clearances: tuple[Clearance, ...],
        at: datetime,
    ) -> None:
        self._not_removed()
        check_capabilities(capabilities, clearances)
        if (capabilities, clearances) != (self.capabilities, self.clearances):
            self.record(
                CapabilitiesPublished, at=at, capabilities=capabilities, clearances=clearances
            )

    def publish_rates(self, rates: tuple[Rate, ...], *, at: datetime) -> None:
        self._not_removed()
        check_rates(rates)
        if rates != self.rates:
            self.record(RateCardPublished, at=at, rates=rates)

    def set_availability(self, availability: Availability, *, at: datetime) -> None:
        self._not_removed()
        if availability != self.availability:
            self.record(AvailabilitySet, at=at, availability=availability)

    def suspend(self, *, reason: str, at: datetime) -> None:
        if self.standing is Standing.SUSPENDED:
            return
        if self.standing is not Standing.LISTED:
            raise Conflict(f"the provider is {self.standing}")
        check_text(reason, path=("reason",))
        self.record(ProviderSuspended, at=at, reason=reason)

    def remove(self, *, reason: str, at: datetime) -> None:
        if self.standing is not Standing.REMOVED:
            check_text(reason, path=("reason",))
            self.record(ProviderRemoved, at=at, reason=reason)

    def reinstate(self, *, note: str, at: datetime) -> None:
        if self.standing is Standing.LISTED:
            return
        if self.standing is Standing.APPLIED:
            raise Conflict("the provider was never listed; vet it first")
        if self.workforce is not Workforce.STAFF:
            raise NotEligible("only providers whose labelers are staff are listed, not crowds")
        check_text(note, path=("note",))
        self.record(ProviderReinstated, at=at, note=note)

    def rate_for(self, task_type: str) -> Rate | None:
        return next((r for r in self.rates if r.task_type == task_type), None)

    def _not_removed(self) -> None:
        if self.standing is Standing.REMOVED:
            raise Conflict("the provider was removed from the market")
