"""Who is asked next: offers go down the customer's ranking until one is accepted."""

from datetime import timedelta
from uuid import UUID

from labelmarket.application.work import Work
from labelmarket.domain.eligibility import Candidate, Exclusion, ExclusionCode, exclusions
from labelmarket.domain.offer import Offer
from labelmarket.domain.project import Project
from labelmarket.domain.provider import Provider, Standing
from labelmarket.domain.provider_load import ProviderLoad, load_id
from labelmarket.domain.slots import count, intersection
from labelmarket.domain.values import price
from labelmarket.domain.work_order import SHORTLIST_MAX, WorkOrder
from labelmarket.domain.work_order_facts import OrderStatus

ASK_FACTS_MAX = SHORTLIST_MAX + 2
"""The most facts that asking makes: everybody skipped but the last, or the end of the round."""


def ask_next(work: Work, order: WorkOrder) -> None:
    """Send the next offer of the round; or tell that nobody is left to ask.

    Does nothing while an offer is open, or when there is nothing to fill: asking twice
    is harmless. Providers who cannot take the work now are skipped, each for a reason.
    """
    if order.status is not OrderStatus.RUNNING or not order.unassigned:
        return
    if order.last_offer_id is not None and not work.get(Offer, order.last_offer_id).ended:
        return
    while (provider_id := order.next_provider) is not None:
        reasons = unfit(work, order, provider_id, items=count(order.unassigned))
        if not reasons:
            _send(work, order, work.get(Provider, provider_id))
            return
        order.skip(
            code=reasons[0].code,
            message=" ".join(reason.message for reason in reasons),
            at=work.at,
        )
    order.exhaust(at=work.at)


def unfit(work: Work, order: WorkOrder, provider_id: UUID, *, items: int) -> tuple[Exclusion, ...]:
    """Why this provider cannot take the order now; empty when it can."""
    provider = work.find(Provider, provider_id)
    if provider is None:
        gone = "The provider is not in the market any more."
        return (Exclusion(code=ExclusionCode.NOT_LISTED, message=gone),)
    load = work.find(ProviderLoad, load_id(provider_id, at=work.at))
    candidate = candidate_of(provider, items_committed=load.items if load else 0)
    return (
        *_other_slots(work, order, provider_id),
        *exclusions(order.requirement, candidate, items=items, at=work.at),
    )


def _other_slots(work: Work, order: WorkOrder, provider_id: UUID) -> tuple[Exclusion, ...]:
    """Why nobody labels the same item twice, where two providers are wanted."""
    twin = None if order.twin_id is None else work.get(WorkOrder, order.twin_id)
    if twin is None:
        return ()
    offered = None if twin.last_offer_id is None else work.get(Offer, twin.last_offer_id)
    asked = offered is not None and not offered.ended and offered.provider_id == provider_id
    if provider_id not in twin.takers and not asked:
        return ()
    same = "The provider labels the same items already, and two are wanted for critical classes."
    return (Exclusion(code=ExclusionCode.OTHER_SLOT, message=same),)


def candidate_of(provider: Provider, *, items_committed: int) -> Candidate:
    """A provider as eligibility sees it."""
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
        items_committed_this_month=items_committed,
    )


def _send(work: Work, order: WorkOrder, provider: Provider) -> None:
    project = work.get(Project, order.project_id)
    rate = provider.rate_for(order.requirement.task_type)
    assert rate is not None, "an eligible provider has a rate"
    offer_id = work.new_id()
    order.place_offer(offer_id=offer_id, at=work.at)
    answer_by = work.at + timedelta(seconds=order.answer_within_s)
    work.add(
        Offer.send(
            offer_id=offer_id,
            order_id=order.id,
            project_id=order.project_id,
            organisation_id=order.organisation_id,
            provider_id=provider.id,
            round_number=order.round,
            rank=len(order.asked),
            slots=order.unassigned,
            terms=price(rate, items=count(order.unassigned)),
            task_type=order.requirement.task_type,
            classes=order.classes,
            everything=intersection(order.everything, order.unassigned),
            instructions_version=len(project.instructions),
            answer_by=answer_by,
            deliver_by=answer_by + timedelta(seconds=order.deliver_within_s),
            at=work.at,
        )
    )
    work.set_timer(
        f"expire:{offer_id}", due_at=answer_by, command="ExpireOffer", offer_id=str(offer_id)
    )
