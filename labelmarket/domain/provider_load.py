"""What a provider has taken on in one month: a short stream apart from its profile."""

from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from labelmarket.domain.aggregate import Aggregate, Fact, FirstFact
from labelmarket.domain.errors import NotEligible


class LoadOpened(FirstFact):
    TOPIC = "LoadOpened"
    provider_id: UUID
    month: str


class CapacityCommitted(Fact):
    TOPIC = "CapacityCommitted"
    provider_id: UUID
    month: str
    offer_id: UUID
    items: int

    def apply(self, load: "ProviderLoad", /) -> None:
        load.committed = {**load.committed, self.offer_id: self.items}


class CapacityReleased(Fact):
    TOPIC = "CapacityReleased"
    provider_id: UUID
    month: str
    offer_id: UUID

    def apply(self, load: "ProviderLoad", /) -> None:
        load.committed = {o: n for o, n in load.committed.items() if o != self.offer_id}


class ProviderLoad(Aggregate):
    TOPIC = "ProviderLoad"

    def __init__(self, *, provider_id: UUID, month: str) -> None:
        self.provider_id = provider_id
        self.month = month
        self.committed: dict[UUID, int] = {}

    def audience(self) -> tuple[UUID | None, UUID | None]:
        return None, self.provider_id

    @property
    def items(self) -> int:
        return sum(self.committed.values())

    # Decisions: when each fact may happen.

    @classmethod
    def open(cls, *, provider_id: UUID, at: datetime) -> Self:
        return cls.begin(
            LoadOpened,
            id=load_id(provider_id, at=at),
            at=at,
            provider_id=provider_id,
            month=month_of(at),
        )

    def commit(self, *, offer_id: UUID, items: int, items_max: int, at: datetime) -> None:
        """Book items against the month's capacity; refused when they do not fit."""
        if offer_id in self.committed:
            return
        if self.items + items > items_max:
            raise NotEligible(
                f"{self.items} of {items_max} items are taken in {self.month}; {items} do not fit"
            )
        self.record(
            CapacityCommitted,
            at=at,
            provider_id=self.provider_id,
            month=self.month,
            offer_id=offer_id,
            items=items,
        )

    def release(self, *, offer_id: UUID, at: datetime) -> None:
        if offer_id in self.committed:
            self.record(
                CapacityReleased,
                at=at,
                provider_id=self.provider_id,
                month=self.month,
                offer_id=offer_id,
            )


def month_of(at: datetime) -> str:
    return f"{at:%Y-%m}"


def load_id(provider_id: UUID, *, at: datetime) -> UUID:
    """The stream's id, the same for everybody who needs it."""
    return uuid5(provider_id, month_of(at))
