"""Providers as they stand: profile, standing, and what they have taken on each month."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
from msgspec.structs import replace

from labelmarket.application.view import Entry, Row, topics_of
from labelmarket.domain.aggregate import Fact
from labelmarket.domain.provider import (
    AvailabilitySet,
    CapabilitiesPublished,
    ProviderApplied,
    ProviderReinstated,
    ProviderRemoved,
    ProviderSuspended,
    ProviderVetted,
    RateCardPublished,
    Standing,
)
from labelmarket.domain.provider_load import CapacityCommitted, CapacityReleased
from labelmarket.domain.values import Availability, Capability, Clearance, Rate, Workforce

_OWN = (
    AvailabilitySet,
    CapabilitiesPublished,
    ProviderApplied,
    ProviderReinstated,
    ProviderRemoved,
    ProviderSuspended,
    ProviderVetted,
    RateCardPublished,
)


class ProviderRow(Row, frozen=True, kw_only=True):
    """`shared` once it was listed: customers go on reading whom they work with.

    `loads`: month → offer → items.
    """

    name: str
    workforce: Workforce
    region: str
    contact: str
    standing_reason: str | None = None
    capabilities: tuple[Capability, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    rates: tuple[Rate, ...] = ()
    availability: Availability | None = None
    loads: Mapping[str, Mapping[str, int]] = msgspec.field(default_factory=dict)

    @property
    def standing(self) -> Standing:
        return Standing(self.state)

    def committed(self, month: str) -> int:
        """Items taken on in a month."""
        return sum(self.loads.get(month, {}).values())

    def rate_for(self, task_type: str) -> Rate | None:
        return next((r for r in self.rates if r.task_type == task_type), None)


class ProviderRecord:
    name = "provider_record"
    version = 1
    row = ProviderRow
    topics = topics_of(*_OWN, CapacityCommitted, CapacityReleased)

    def keys(self, fact: Fact, /) -> tuple[UUID, ...]:
        if isinstance(fact, (CapacityCommitted, CapacityReleased)):
            return (fact.provider_id,)
        return (fact.originator_id,) if fact.TOPIC in self.topics else ()

    def evolve(self, row: ProviderRow | None, entry: Entry, /) -> ProviderRow | None:
        fact = entry.fact
        if isinstance(fact, ProviderApplied):
            return ProviderRow(
                id=fact.originator_id,
                born=entry.position,
                state=Standing.APPLIED,
                provider_id=fact.originator_id,
                name=fact.name,
                workforce=fact.workforce,
                region=fact.region,
                contact=fact.contact,
            )
        assert row is not None, "a provider applies before anything else"
        match fact:
            case CapabilitiesPublished():
                return replace(row, capabilities=fact.capabilities, clearances=fact.clearances)
            case RateCardPublished():
                return replace(row, rates=fact.rates)
            case AvailabilitySet():
                return replace(row, availability=fact.availability)
            case CapacityCommitted() | CapacityReleased():
                return replace(row, loads=_loads(row.loads, fact))
        return _standing(row, fact)


def _standing(row: ProviderRow, fact: Fact) -> ProviderRow:
    match fact:
        case ProviderVetted() | ProviderReinstated():
            return replace(row, state=Standing.LISTED, standing_reason=fact.note, shared=True)
        case ProviderSuspended():
            return replace(row, state=Standing.SUSPENDED, standing_reason=fact.reason)
        case ProviderRemoved():
            return replace(row, state=Standing.REMOVED, standing_reason=fact.reason)
        case _:
            raise AssertionError(f"no change is known for {fact.TOPIC}")


def _loads(
    loads: Mapping[str, Mapping[str, int]], fact: CapacityCommitted | CapacityReleased
) -> dict[str, Mapping[str, int]]:
    month = {o: n for o, n in loads.get(fact.month, {}).items() if o != str(fact.offer_id)}
    if isinstance(fact, CapacityCommitted):
        month[str(fact.offer_id)] = fact.items
    return {**loads, fact.month: month}
