"""What the application asks of whoever estimates providers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from labelmarket.domain.ranking import ProviderEstimate
from labelmarket.domain.values import Availability, Rate


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredBatch:
    """One measured batch of a provider: `right` of `checked` gold decisions were right.

    A batch without gold has `checked` 0 and still tells the pace: `working_hours`
    for `items`, by the provider's own calendar.
    """

    task_type: str
    right: int
    checked: int
    items: int
    working_hours: float
    ended_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderHistory:
    """What is known of a provider: what it publishes for the task type, and what was measured."""

    provider_id: UUID
    capability_units_per_hour: Decimal | None
    rate: Rate | None
    availability: Availability | None
    batches: tuple[MeasuredBatch, ...]


class Estimates(Protocol):
    """Estimates how well, how fast and for how much each provider would do an order.

    All providers are estimated together, since they tell of one another: whoever has
    few measured batches is judged by what is usual in the market. One estimate for
    each history, in their order.
    """

    def __call__(
        self,
        histories: Sequence[ProviderHistory],
        *,
        task_type: str,
        items: int,
        at: datetime,
    ) -> tuple[ProviderEstimate, ...]: ...
