"""Commands on offers: answer, expire, withdraw, and ask the next provider."""

from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.commands.cascade import ask_next, unfit
from labelmarket.application.work import Answer, TooEarly, Work, refusal
from labelmarket.domain.access_token import Role
from labelmarket.domain.errors import DeadlinePassed, NotEligible
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.offer import DeclineReason, Offer
from labelmarket.domain.provider import Provider, Standing
from labelmarket.domain.provider_load import ProviderLoad, load_id
from labelmarket.domain.slots import Ranges, count, intersection
from labelmarket.domain.work_order import WorkOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptOffer:
    """Take the work: acceptance, filled slice, booked capacity and batch are one."""

    offer_id: UUID

    def decide(self, work: Work, /) -> Answer:
        offer = sent_offer(work, self.offer_id)
        if offer.is_late(at=work.at):
            return _too_late(work, offer, "accept")
        if not offer.accept(at=work.at):
            return Answer(thing=offer.id)
        order = work.get(WorkOrder, offer.order_id)
        items = count(offer.slots)
        reasons = unfit(work, order, offer.provider_id, items=items)
        if reasons:
            raise NotEligible(" ".join(reason.message for reason in reasons))
        _book(work, offer, items=items)
        batch_id = work.new_id()
        slots = order.fill(
            offer_id=offer.id, provider_id=offer.provider_id, batch_id=batch_id, at=work.at
        )
        _open_batch(work, offer, batch_id=batch_id, slots=slots)
        work.drop_timer(f"expire:{offer.id}")
        work.set_timer(
            f"overdue:{batch_id}",
            due_at=offer.deliver_by,
            command="MarkOverdue",
            batch_id=str(batch_id),
            deliver_by=offer.deliver_by.isoformat(),
        )
        return Answer(thing=offer.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineOffer:
    offer_id: UUID
    reason: DeclineReason
    note: str

    def decide(self, work: Work, /) -> Answer:
        offer = sent_offer(work, self.offer_id)
        if offer.is_late(at=work.at):
            return _too_late(work, offer, "decline")
        offer.decline(reason=self.reason, note=self.note, at=work.at)
        work.drop_timer(f"expire:{offer.id}")
        return Answer(thing=offer.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOffer:
    offer_id: UUID
    reason: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be(Role.CUSTOMER)
        offer = work.get(Offer, self.offer_id)
        work.by.must_own(offer.organisation_id)
        offer.withdraw(reason=self.reason, at=work.at)
        work.drop_timer(f"expire:{offer.id}")
        return Answer(thing=offer.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireOffer:
    """What the deadline's timer says; the offer decides by the clock."""

    offer_id: UUID

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        offer = work.get(Offer, self.offer_id)
        if not offer.ended and work.at < offer.answer_by:
            raise TooEarly(f"the offer is open until {offer.answer_by.isoformat()}")
        offer.expire(at=work.at)
        return Answer(thing=self.offer_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferToNext:
    """Go on down the ranking after this offer."""

    offer_id: UUID

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        offer = work.get(Offer, self.offer_id)
        ask_next(work, work.get(WorkOrder, offer.order_id))
        return Answer(thing=offer.order_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFirstProvider:
    """Begin a round, if whoever started it has not done so in the same breath."""

    order_id: UUID

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        ask_next(work, work.get(WorkOrder, self.order_id))
        return Answer(thing=self.order_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawFromProvider:
    """Take an open offer back from a provider that is not listed now."""

    offer_id: UUID
    reason: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        offer = work.get(Offer, self.offer_id)
        provider = work.get(Provider, offer.provider_id)
        if not offer.ended and provider.standing is not Standing.LISTED:
            offer.withdraw(reason=self.reason, at=work.at)
            work.drop_timer(f"expire:{offer.id}")
        return Answer(thing=offer.id)


def sent_offer(work: Work, offer_id: UUID) -> Offer:
    """An offer that was sent to the actor."""
    work.by.must_be(Role.PROVIDER)
    offer = work.get(Offer, offer_id)
    work.by.must_be_provider(offer.provider_id)
    return offer


def _too_late(work: Work, offer: Offer, answer: str) -> Answer:
    """A late answer is refused, and kept as a fact."""
    offer.note_late_answer(answer=answer, at=work.at)
    return refusal(
        DeadlinePassed(f"the offer could be answered until {offer.answer_by.isoformat()}")
    )


def _open_batch(work: Work, offer: Offer, *, batch_id: UUID, slots: Ranges) -> None:
    work.add(
        LabelBatch.open(
            batch_id=batch_id,
            order_id=offer.order_id,
            project_id=offer.project_id,
            organisation_id=offer.organisation_id,
            provider_id=offer.provider_id,
            offer_id=offer.id,
            slots=slots,
            task_type=offer.task_type,
            classes=offer.classes,
            everything=intersection(offer.everything, slots),
            instructions_version=offer.instructions_version,
            deliver_by=offer.deliver_by,
            at=work.at,
        )
    )


def _book(work: Work, offer: Offer, *, items: int) -> None:
    """Count the items against the provider's month."""
    provider = work.get(Provider, offer.provider_id)
    assert provider.availability is not None, "an eligible provider has said when it works"
    load = work.find(ProviderLoad, load_id(provider.id, at=work.at)) or work.add(
        ProviderLoad.open(provider_id=provider.id, at=work.at)
    )
    load.commit(
        offer_id=offer.id,
        items=items,
        items_max=provider.availability.items_per_month,
        at=work.at,
    )


def release(work: Work, batch: LabelBatch) -> None:
    """Give a batch's items back to the month in which it was taken on.

    The batch was opened by the acceptance, at the moment that chose the month.
    """
    load = work.get(ProviderLoad, load_id(batch.provider_id, at=batch.created_on))
    load.release(offer_id=batch.offer_id, at=work.at)
