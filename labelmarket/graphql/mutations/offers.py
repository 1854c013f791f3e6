"""Mutations on offers."""

from uuid import UUID

import strawberry

from labelmarket.application.commands.offers import AcceptOffer, DeclineOffer, WithdrawOffer
from labelmarket.domain.offer import DeclineReason
from labelmarket.graphql import ids
from labelmarket.graphql.context import Context, Info
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.things import OfferPayload
from labelmarket.graphql.settling import settle
from labelmarket.graphql.types.batch import Batch


@strawberry.input
class AcceptOfferInput(Keyed):
    offer_id: strawberry.ID


@strawberry.input
class DeclineOfferInput(Keyed):
    offer_id: strawberry.ID
    reason: DeclineReason
    note: str = ""


@strawberry.input
class WithdrawOfferInput(Keyed):
    offer_id: strawberry.ID
    reason: str = ""


@strawberry.type
class AcceptOfferPayload(OfferPayload):
    batch: Batch | None = None

    async def show(self, context: Context, thing: UUID) -> None:
        await OfferPayload.show(self, context, thing)
        batch_id = self.offer.row.batch_id if self.offer else None
        row = None if batch_id is None else await context.loaders.batches.load(batch_id)
        self.batch = None if row is None else Batch.of(row)


@strawberry.type
class DeclineOfferPayload(OfferPayload):
    pass


@strawberry.type
class WithdrawOfferPayload(OfferPayload):
    pass


@strawberry.type
class OfferMutations:
    @strawberry.mutation(description="By the provider: take the work, strictly before `answerBy`.")
    async def accept_offer(self, info: Info, input: AcceptOfferInput) -> AcceptOfferPayload:
        return await settle(
            info,
            AcceptOfferPayload,
            input.idempotency_key,
            lambda: AcceptOffer(offer_id=_offer(input.offer_id)),
        )

    @strawberry.mutation(description="By the provider; the next one is asked.")
    async def decline_offer(self, info: Info, input: DeclineOfferInput) -> DeclineOfferPayload:
        return await settle(
            info,
            DeclineOfferPayload,
            input.idempotency_key,
            lambda: DeclineOffer(
                offer_id=_offer(input.offer_id), reason=input.reason, note=input.note
            ),
        )

    @strawberry.mutation(description="By the customer: take an open offer back.")
    async def withdraw_offer(self, info: Info, input: WithdrawOfferInput) -> WithdrawOfferPayload:
        return await settle(
            info,
            WithdrawOfferPayload,
            input.idempotency_key,
            lambda: WithdrawOffer(offer_id=_offer(input.offer_id), reason=input.reason),
        )


def _offer(text: str) -> UUID:
    return ids.must(text, "Offer", path="offerId")
