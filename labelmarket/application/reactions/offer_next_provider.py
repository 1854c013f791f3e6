"""When a round starts, or an offer ends without a yes, the next provider is asked."""

from labelmarket.application.commands.offers import AskFirstProvider, OfferToNext
from labelmarket.application.view import Entry, topics_of
from labelmarket.application.work import Command
from labelmarket.domain.offer import OfferExpired, OfferLost, OfferWithdrawn, ProviderDeclined
from labelmarket.domain.work_order_facts import RoundStarted

_ENDS = (OfferExpired, OfferLost, OfferWithdrawn, ProviderDeclined)


class OfferNextProvider:
    name = "offer_next_provider"
    topics = topics_of(*_ENDS, RoundStarted)

    def react(self, entry: Entry, /) -> tuple[Command, ...]:
        if isinstance(entry.fact, _ENDS):
            return (OfferToNext(offer_id=entry.fact.originator_id),)
        if isinstance(entry.fact, RoundStarted):
            # Mostly asked already; a launch of many orders leaves the later ones to this.
            return (AskFirstProvider(order_id=entry.fact.originator_id),)
        return ()
