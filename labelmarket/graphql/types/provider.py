"""Providers: what they do, where, when, and for how much."""

from datetime import datetime
from typing import Self

import strawberry

from labelmarket.application.views.provider_record import ProviderRow
from labelmarket.application.visibility import is_shown
from labelmarket.domain.access_token import Role
from labelmarket.domain.calendar import is_open, next_opening
from labelmarket.domain.provider import Standing
from labelmarket.domain.values import Workforce
from labelmarket.graphql import ids
from labelmarket.graphql.context import Context, Info
from labelmarket.graphql.types.node import Node
from labelmarket.graphql.types.provider_parts import Availability, Capability, Clearance, Rate


@strawberry.type(description="A labeling company. Customers see those that are or were listed.")
class Provider(Node):
    row: strawberry.Private[ProviderRow]
    name: str
    workforce: Workforce
    region: str
    standing: Standing
    standing_reason: str | None = strawberry.field(
        description="Said by an operator. Null for customers once it is not listed."
    )
    contact: str | None = strawberry.field(description="For operators and the provider itself.")
    capabilities: list[Capability]
    clearances: list[Clearance]
    rates: list[Rate]
    availability: Availability | None

    @strawberry.field(description="Whether it is working hours there now.")
    def working_now(self, info: Info) -> bool:
        hours = self.row.availability
        return hours is not None and is_open(hours, info.context.office.now())

    @strawberry.field(description="When work begins again; null while it goes on.")
    def opens_at(self, info: Info) -> datetime | None:
        now = info.context.office.now()
        hours = self.row.availability
        opening = None if hours is None else next_opening(hours, now)
        return None if opening == now else opening

    @classmethod
    def of(cls, row: ProviderRow, context: Context) -> Self:
        # Why a provider left is between it and the operators.
        told = row.standing is Standing.LISTED or context.who.role is not Role.CUSTOMER
        shown = is_shown(context.who, "Provider", "contact", about=row.id)
        return cls(
            id=ids.encode("Provider", row.id),
            row=row,
            name=row.name,
            workforce=row.workforce,
            region=row.region,
            standing=row.standing,
            standing_reason=row.standing_reason if told else None,
            contact=row.contact if shown else None,
            capabilities=[Capability.of(one) for one in row.capabilities],
            clearances=[Clearance.of(one) for one in row.clearances],
            rates=[Rate.of(one) for one in row.rates],
            availability=Availability.of(row.availability) if row.availability else None,
        )
