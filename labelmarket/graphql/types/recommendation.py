"""Recommendations: who can do an order, how well, how soon, for how much, and why."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry.scalars import JSON

from labelmarket.application import recommend
from labelmarket.domain import ranking
from labelmarket.graphql.context import Context
from labelmarket.graphql.types.provider import Provider
from labelmarket.graphql.types.requirement import Terms


@strawberry.type(description="A mean, and where nine of ten values lie.")
class Interval:
    low: float
    mean: float
    high: float

    @classmethod
    def of(cls, interval: ranking.Interval) -> Self:
        return cls(low=interval.low, mean=interval.mean, high=interval.high)


@strawberry.type(description="One reason why a provider cannot take the order.")
class Exclusion:
    code: str
    message: str


@strawberry.type(description="A provider who can take the order.")
class Recommendation:
    provider: Provider
    rank: int | None = strawberry.field(description="Null: shown, but it could not be ranked.")
    score: float | None
    accuracy: Interval = strawberry.field(description="Share of labels expected to be right.")
    hours: Interval = strawberry.field(description="Working hours that it is expected to take.")
    price: Terms | None
    done_by: datetime | None = strawberry.field(description="Kept four times in five.")
    reasons: list[str]

    @classmethod
    def of(cls, one: recommend.Recommended, context: Context) -> Self:
        estimate = one.estimate
        return cls(
            provider=Provider.of(one.provider, context),
            rank=one.place.rank,
            score=one.place.score,
            accuracy=Interval.of(estimate.accuracy),
            hours=Interval.of(estimate.hours),
            price=Terms.of(estimate.price) if estimate.price else None,
            done_by=estimate.done_by,
            reasons=[*one.place.reasons, *estimate.reasons],
        )


@strawberry.type(description="A provider who cannot take the order, with every reason.")
class Excluded:
    provider: Provider
    exclusions: list[Exclusion]
    nearest: bool = strawberry.field(description="Whether the fewest reasons keep it out.")

    @classmethod
    def of(cls, one: recommend.Excluded, context: Context) -> Self:
        return cls(
            provider=Provider.of(one.provider, context),
            exclusions=[Exclusion(code=e.code.value, message=e.message) for e in one.exclusions],
            nearest=one.nearest,
        )


@strawberry.type(description="Who is recommended, best first, and who cannot do it.")
class Recommendations:
    recommended: list[Recommendation]
    excluded: list[Excluded]
    weights: JSON = strawberry.field(description="How much each priority counts; they sum to 1.")

    @classmethod
    def of(cls, advice: recommend.Advice, context: Context) -> Self:
        return cls(
            recommended=[Recommendation.of(one, context) for one in advice.recommended],
            excluded=[Excluded.of(one, context) for one in advice.excluded],
            weights=JSON({p.name: weight for p, weight in advice.weights.items()}),
        )
