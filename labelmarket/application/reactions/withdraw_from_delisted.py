"""When a provider is suspended or removed, its open offers are taken back."""

from collections.abc import Iterable
from dataclasses import dataclass

from labelmarket.application.access import Viewer
from labelmarket.application.commands.offers import WithdrawFromProvider
from labelmarket.application.ports import WaitFor
from labelmarket.application.view import PAGE_MAX, Entry, Reads, topics_of
from labelmarket.application.views.offer_board import OfferRow
from labelmarket.application.work import Command
from labelmarket.domain.access_token import Role
from labelmarket.domain.offer import OfferStatus
from labelmarket.domain.provider import ProviderRemoved, ProviderSuspended


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawFromDelisted:
    """Reads the offer board once it is as far as the fact; no offer is sent afterwards."""

    offers: Reads[OfferRow]
    wait_for: WaitFor
    name = "withdraw_from_delisted"
    topics = topics_of(ProviderRemoved, ProviderSuspended)

    def react(self, entry: Entry, /) -> Iterable[Command]:
        if not isinstance(entry.fact, (ProviderRemoved, ProviderSuspended)):
            return
        self.wait_for(entry.position)
        provider_id = entry.fact.originator_id
        viewer = Viewer(role=Role.PROVIDER, organisation_id=provider_id)
        after = 0
        while page := self.offers.page(viewer, first=PAGE_MAX, after=after, state=OfferStatus.OPEN):
            for offer in page:
                yield WithdrawFromProvider(
                    offer_id=offer.id, reason="the provider is not listed any more"
                )
            after = page[-1].born
