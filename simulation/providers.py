"""What providers want, and what operators want of them."""

from uuid import UUID

from labelmarket.application.access import Actor
from labelmarket.application.commands import batches, offers
from labelmarket.application.commands import providers as listing
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.application.work import Command
from labelmarket.domain.offer import DeclineReason, OfferStatus
from labelmarket.domain.slots import normal
from simulation.cast import ITEMS_PER_MONTH, PROVIDERS
from simulation.files import TORN, upload_of
from simulation.sight import Sight, Wish
from tests.application.stage import open_hours, organisation


class ProviderWishes:
    """Answers offers, mostly open ones; starts and delivers, whole or in parts, at times twice."""

    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._chance = sight.chance
        self._uploads = 0

    def next(self, who: Actor, /) -> Wish:
        me, random = organisation(who), self._chance.random
        any_state = random.random() < 0.1
        offer = self._sight.offer(
            lambda row: row.provider_id == me and (any_state or row.status is OfferStatus.OPEN)
        )
        batch = self._sight.batch(lambda row: row.provider_id == me)
        if offer is not None and random.random() < 0.6:
            return self._answer(offer.id)
        if batch is not None and random.random() < 0.9:
            return self._work_on(batch)
        if random.random() < 0.1:
            items = self._chance.one_of((5, ITEMS_PER_MONTH, ITEMS_PER_MONTH))
            return listing.SetAvailability(availability=open_hours(items_per_month=items))
        return None

    def _answer(self, offer_id: UUID) -> Command:
        if self._chance.random.random() < 0.7:
            return offers.AcceptOffer(offer_id=offer_id)
        return offers.DeclineOffer(offer_id=offer_id, reason=DeclineReason.PRICE, note="")

    def _work_on(self, batch: BatchRow) -> Command:
        random = self._chance.random
        if random.random() < 0.2:
            team, lease_s = self._chance.one_of(("red", "blue")), self._chance.one_of((60, 7_200))
            return batches.StartWork(batch_id=batch.id, team=team, lease_s=lease_s)
        self._uploads += random.random() < 0.9
        slots = batch.missing or batch.slots
        first, end = slots[0][0], slots[-1][1]
        whole = random.random() < 0.5
        runs = slots if whole else normal([(first, random.randint(first + 1, end))])
        upload = upload_of(runs, self._uploads)
        torn = TORN if random.random() < 0.1 else ""
        return batches.DeliverLabels(batch_id=batch.id, upload_digest=torn + upload, size_bytes=100)


class OperatorWishes:
    def __init__(self, sight: Sight) -> None:
        self._chance = sight.chance

    def next(self, who: Actor, /) -> Wish:  # noqa: ARG002 - any operator wants the same
        provider_id = organisation(self._chance.one_of(PROVIDERS))
        suspend = listing.SuspendProvider(provider_id=provider_id, reason="checked")
        remove = listing.RemoveProvider(provider_id=provider_id, reason="checked")
        reinstate = listing.ReinstateProvider(provider_id=provider_id, note="fine")
        wishes: tuple[Command, ...] = (suspend, reinstate, reinstate, reinstate, remove)
        return self._chance.one_of(wishes)
