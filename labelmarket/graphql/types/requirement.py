"""What a task asks of whoever does it, and what an offer pays."""

from decimal import Decimal
from typing import Self

import strawberry

from labelmarket.domain import values


@strawberry.type(description="What a task asks of whoever does it.")
class Requirement:
    task_type: str
    geometry: str | None
    source_language: str | None
    target_language: str | None
    tools: list[str]
    clearances: list[str] = strawberry.field(description="Attestations that are needed.")
    regions: list[str] = strawberry.field(description="Where the work may be done; empty: anywhere")

    @classmethod
    def of(cls, requirement: values.Requirement) -> Self:
        return cls(
            task_type=requirement.task_type,
            geometry=requirement.geometry,
            source_language=requirement.source_language,
            target_language=requirement.target_language,
            tools=list(requirement.tools),
            clearances=list(requirement.clearances),
            regions=list(requirement.regions),
        )


@strawberry.type(description="A price. total = setup + perItem × items, rounded once.")
class Terms:
    currency: str
    setup: Decimal
    per_item: Decimal
    items: int
    total: Decimal

    @classmethod
    def of(cls, terms: values.Terms) -> Self:
        return cls(
            currency=terms.currency,
            setup=terms.setup,
            per_item=terms.per_item,
            items=terms.items,
            total=terms.total,
        )
