"""Recommends providers for an order: who can, how well, how soon, for how much, and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from labelmarket.application.access import EVERYTHING, Viewer
from labelmarket.application.estimates import Estimates, MeasuredBatch, ProviderHistory
from labelmarket.application.ports import Clock
from labelmarket.application.view import LatestReads, Reads
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.application.views.order_sheet import OrderRow
from labelmarket.application.views.project_page import ProjectRow
from labelmarket.application.views.provider_record import ProviderRow
from labelmarket.domain.calendar import working_hours_between
from labelmarket.domain.eligibility import Candidate, Exclusion, exclusions
from labelmarket.domain.provider import Standing
from labelmarket.domain.provider_load import month_of
from labelmarket.domain.ranking import (
    ProviderEstimate,
    Recommendation,
    recommend,
    roc_weights,
)
from labelmarket.domain.values import Priority, Requirement

PROVIDERS_MAX = 500
BATCHES_MAX = 10_000
BATCHES_OF_A_PROVIDER_MAX = 200
"""The youngest ones tell most of how a provider works now."""
DEFAULT_CURRENCY = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommended:
    provider: ProviderRow
    estimate: ProviderEstimate
    place: Recommendation


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    provider: ProviderRow
    exclusions: tuple[Exclusion, ...]
    nearest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Who is recommended, best first, and who cannot do it, with every reason."""

    recommended: tuple[Recommended, ...]
    excluded: tuple[Excluded, ...]
    weights: dict[Priority, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommender:
    """Nothing but what is read here enters: no fee, no favour."""

    projects: Reads[ProjectRow]
    orders: Reads[OrderRow]
    providers: LatestReads[ProviderRow]
    batches: LatestReads[BatchRow]
    estimates: Estimates
    now: Clock

    def __call__(self, viewer: Viewer, order_id: UUID) -> Advice | None:
        """Advice for an order that the viewer may see; None when there is none."""
        order = self.orders.by_ids(viewer, [order_id]).get(order_id)
        if order is None or order.project_id is None:
            return None
        project = self.projects.by_ids(viewer, [order.project_id])[order.project_id]
        # An order without an open slot is advised on as if it began again.
        planned = min(order.items or project.items, project.items)
        items = max(order.unassigned or order.slots or planned, 1)
        return self.advise(project, order.requirement, items=items)

    def advise(self, project: ProjectRow, requirement: Requirement, *, items: int) -> Advice:
        """Advice for so many items of a task, whether it was ordered or not."""
        at = self.now()
        listed = self.providers.latest(EVERYTHING, first=PROVIDERS_MAX, state=Standing.LISTED)
        why_not = {
            p.id: exclusions(requirement, _candidate(p, at=at), items=items, at=at) for p in listed
        }
        able = [p for p in listed if not why_not[p.id]]
        return Advice(
            recommended=self._recommended(able, requirement, project, items=items, at=at),
            excluded=_excluded([p for p in listed if why_not[p.id]], why_not),
            weights=roc_weights(project.priorities),
        )

    def _recommended(
        self,
        able: Sequence[ProviderRow],
        requirement: Requirement,
        project: ProjectRow,
        *,
        items: int,
        at: datetime,
    ) -> tuple[Recommended, ...]:
        task_type = requirement.task_type
        batches = self._batches([p.id for p in able])
        histories = [_history(p, batches[p.id], task_type=task_type) for p in able]
        estimates = self.estimates(histories, task_type=task_type, items=items, at=at)
        places = recommend(
            estimates,
            roc_weights(project.priorities),
            task_type=task_type,
            currency=project.target.currency or _usual_currency(estimates),
            project_id=project.id,
        )
        rows = {p.id: p for p in able}
        known = {e.provider_id: e for e in estimates}
        return tuple(
            Recommended(
                provider=rows[place.provider_id], estimate=known[place.provider_id], place=place
            )
            for place in places
        )

    def _batches(self, provider_ids: Sequence[UUID]) -> dict[UUID, list[BatchRow]]:
        """The youngest batches of each provider, whoever's they are: only figures leave here."""
        found: dict[UUID, list[BatchRow]] = {one: [] for one in provider_ids}
        share = BATCHES_MAX // max(len(provider_ids), 1)
        for batch in self.batches.latest_of_each(
            EVERYTHING, provider_ids=provider_ids, first=min(share, BATCHES_OF_A_PROVIDER_MAX)
        ):
            assert batch.provider_id is not None, "a batch is somebody's"
            found[batch.provider_id].append(batch)
        return found


def _history(
    provider: ProviderRow, batches: Sequence[BatchRow], *, task_type: str
) -> ProviderHistory:
    pace = next((c.units_per_hour for c in provider.capabilities if c.task_type == task_type), None)
    measured = (_measured(batch, provider) for batch in batches)
    return ProviderHistory(
        provider_id=provider.id,
        capability_units_per_hour=pace,
        rate=provider.rate_for(task_type),
        availability=provider.availability,
        batches=tuple(batch for batch in measured if batch is not None),
    )


def _measured(batch: BatchRow, provider: ProviderRow) -> MeasuredBatch | None:
    """A delivered batch as a lesson; None when it has none to give yet."""
    if batch.delivered_at is None or provider.availability is None:
        return None
    hours = working_hours_between(provider.availability, batch.opened_at, batch.delivered_at)
    return MeasuredBatch(
        task_type=batch.task_type,
        right=batch.gold_right,
        checked=batch.gold_checked,
        items=batch.items,
        working_hours=hours,
        ended_at=batch.delivered_at,
    )


def _candidate(provider: ProviderRow, *, at: datetime) -> Candidate:
    return Candidate(
        provider_id=provider.id,
        name=provider.name,
        listed=provider.standing is Standing.LISTED,
        standing=provider.standing,
        workforce=provider.workforce,
        region=provider.region,
        capabilities=provider.capabilities,
        clearances=provider.clearances,
        rates=provider.rates,
        availability=provider.availability,
        items_committed_this_month=provider.committed(month_of(at)),
    )


def _excluded(
    unable: Sequence[ProviderRow], why_not: dict[UUID, tuple[Exclusion, ...]]
) -> tuple[Excluded, ...]:
    """The others, those that the fewest reasons keep out marked as nearest."""
    fewest = min((len(why_not[p.id]) for p in unable), default=0)
    return tuple(
        Excluded(provider=p, exclusions=why_not[p.id], nearest=len(why_not[p.id]) == fewest)
        for p in unable
    )


def _usual_currency(estimates: Sequence[ProviderEstimate]) -> str:
    """The currency that most quotes are in; of several, the first by name."""
    counts = Counter(e.price.currency for e in estimates if e.price is not None)
    if not counts:
        return DEFAULT_CURRENCY
    return min(counts, key=lambda currency: (-counts[currency], currency))
