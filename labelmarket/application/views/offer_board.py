"""Offers as they stand: to whom, on which terms, until when, and how each one ended."""

from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from labelmarket.application.view import Entry, Row, topics_of
from labelmarket.domain.aggregate import Fact
from labelmarket.domain.offer import (
    OfferExpired,
    OfferLost,
    OfferSent,
    OfferStatus,
    OfferWithdrawn,
    ProviderAccepted,
    ProviderDeclined,
)
from labelmarket.domain.slots import count
from labelmarket.domain.values import Terms
from labelmarket.domain.work_order_facts import SliceFilled


class OfferRow(Row, frozen=True, kw_only=True):
    """`parent_id` is the work order."""

    round: int
    rank: int
    terms: Terms
    task_type: str
    classes: tuple[str, ...]
    instructions_version: int
    items: int
    sent_at: datetime
    answer_by: datetime
    deliver_by: datetime
    ended_at: datetime | None = None
    decline_reason: str | None = None
    decline_note: str | None = None
    batch_id: UUID | None = None

    @property
    def status(self) -> OfferStatus:
        return OfferStatus(self.state)


_ENDS: dict[type[Fact], OfferStatus] = {
    ProviderAccepted: OfferStatus.ACCEPTED,
    ProviderDeclined: OfferStatus.DECLINED,
    OfferExpired: OfferStatus.EXPIRED,
    OfferWithdrawn: OfferStatus.WITHDRAWN,
    OfferLost: OfferStatus.LOST,
}


class OfferBoard:
    name = "offer_board"
    version = 1
    row = OfferRow
    topics = topics_of(OfferSent, SliceFilled, *_ENDS)

    def keys(self, fact: Fact, /) -> tuple[UUID, ...]:
        if isinstance(fact, SliceFilled):
            return (fact.offer_id,)
        return (fact.originator_id,) if fact.TOPIC in self.topics else ()

    def evolve(self, row: OfferRow | None, entry: Entry, /) -> OfferRow | None:
        fact = entry.fact
        if isinstance(fact, OfferSent):
            return _sent(fact, born=entry.position)
        assert row is not None, "an offer is sent before anything else"
        if isinstance(fact, SliceFilled):
            return replace(row, batch_id=fact.batch_id)
        ended_at = fact.effective_at if isinstance(fact, OfferExpired) else fact.timestamp
        row = replace(row, state=_ENDS[type(fact)], ended_at=ended_at)
        if isinstance(fact, ProviderDeclined):
            return replace(row, decline_reason=fact.reason, decline_note=fact.note)
        return row


def _sent(fact: OfferSent, *, born: int) -> OfferRow:
    return OfferRow(
        id=fact.originator_id,
        born=born,
        state=OfferStatus.OPEN,
        project_id=fact.project_id,
        parent_id=fact.order_id,
        organisation_id=fact.organisation_id,
        provider_id=fact.provider_id,
        round=fact.round,
        rank=fact.rank,
        terms=fact.terms,
        task_type=fact.task_type,
        classes=fact.classes,
        instructions_version=fact.instructions_version,
        items=count(fact.slots),
        sent_at=fact.timestamp,
        answer_by=fact.answer_by,
        deliver_by=fact.deliver_by,
    )
