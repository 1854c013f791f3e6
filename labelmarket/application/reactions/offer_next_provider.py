"""When a round starts, or an offer ends without a yes, the next provider is asked."""

from collections.abc import Iterable

from labelmarket.application.commands.offers import AskFirstProvider, OfferToNext
from labelmarket.application.view import Entry
from labelmarket.application.work import Command
from labelmarket.domain.offer import OfferExpired, OfferLost, OfferWithdrawn, ProviderDeclined
from labelmarket.domain.work_order_facts import RoundStarted


class OfferNextProvider:
    name = "offer_next_provider"

    def react(self, entry: Entry, /) -> Iterable[Command]:
        if isinstance(entry.fact, (OfferExpired, OfferLost, OfferWithdrawn, ProviderDeclined)):
            yield OfferToNext(offer_id=entry.fact.originator_id)
        elif isinstance(entry.fact, RoundStarted):
            # Mostly asked already; a launch of many orders leaves the later ones to this.
            yield AskFirstProvider(order_id=entry.fact.originator_id)
