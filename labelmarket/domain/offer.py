"""An offer: one slice of an order shown to one provider, with a deadline."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Self
from uuid import UUID

from labelmarket.domain.aggregate import Aggregate, Fact, FirstFact
from labelmarket.domain.bounds import check_text
from labelmarket.domain.errors import Conflict, DeadlinePassed, OfferClosed
from labelmarket.domain.slots import NONE, Ranges
from labelmarket.domain.values import Terms


class OfferStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    LOST = "lost"


class DeclineReason(StrEnum):
    CAPACITY = "capacity"
    PRICE = "price"
    EXPERTISE = "expertise"
    CONFLICT = "conflict"
    DATA = "data"
    OTHER = "other"


class OfferSent(FirstFact):
    TOPIC = "OfferSent"
    class_version = 2
    order_id: UUID
    project_id: UUID
    organisation_id: UUID
    provider_id: UUID
    round: int
    rank: int
    slots: Ranges
    terms: Terms
    task_type: str
    classes: tuple[str, ...]
    instructions_version: int
    answer_by: datetime
    deliver_by: datetime
    succeeds: UUID | None
    everything: Ranges

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["everything"] = []


class ProviderAccepted(Fact):
    TOPIC = "ProviderAccepted"

    def apply(self, offer: "Offer", /) -> None:
        offer.status = OfferStatus.ACCEPTED


class ProviderDeclined(Fact):
    TOPIC = "ProviderDeclined"
    reason: DeclineReason
    note: str

    def apply(self, offer: "Offer", /) -> None:
        offer.status = OfferStatus.DECLINED


class OfferExpired(Fact):
    """The deadline passed without an answer; `effective_at` is that deadline."""

    TOPIC = "OfferExpired"
    effective_at: datetime

    def apply(self, offer: "Offer", /) -> None:
        offer.status = OfferStatus.EXPIRED


class OfferWithdrawn(Fact):
    TOPIC = "OfferWithdrawn"
    reason: str

    def apply(self, offer: "Offer", /) -> None:
        offer.status = OfferStatus.WITHDRAWN


class OfferLost(Fact):
    """Somebody else was asked too, and was first."""

    TOPIC = "OfferLost"
    winner_offer_id: UUID

    def apply(self, offer: "Offer", /) -> None:
        offer.status = OfferStatus.LOST


class LateAnswer(Fact):
    """The provider answered when the offer could not be answered any more."""

    TOPIC = "LateAnswer"
    answer: str

    def apply(self, offer: "Offer", /) -> None:
        offer.answered_late = True


class Offer(Aggregate):
    TOPIC = "Offer"

    def __init__(
        self,
        *,
        order_id: UUID,
        project_id: UUID,
        organisation_id: UUID,
        provider_id: UUID,
        slots: Ranges,
        terms: Terms,
        task_type: str,
        classes: tuple[str, ...],
        instructions_version: int,
        answer_by: datetime,
        deliver_by: datetime,
        everything: Ranges = NONE,
    ) -> None:
        self.order_id = order_id
        self.project_id = project_id
        self.organisation_id = organisation_id
        self.provider_id = provider_id
        self.slots = slots
        self.terms = terms
        self.task_type = task_type
        self.classes = classes
        self.everything = everything
        self.instructions_version = instructions_version
        self.answer_by = answer_by
        self.deliver_by = deliver_by
        self.status = OfferStatus.OPEN
        self.answered_late = False

    def audience(self) -> tuple[UUID | None, UUID | None]:
        return self.project_id, self.provider_id

    def customer(self) -> UUID | None:
        return self.organisation_id

    @property
    def ended(self) -> bool:
        return self.status is not OfferStatus.OPEN

    # Decisions: when each fact may happen.

    @classmethod
    def send(
        cls,
        *,
        offer_id: UUID,
        order_id: UUID,
        project_id: UUID,
        organisation_id: UUID,
        provider_id: UUID,
        round_number: int,
        rank: int,
        slots: Ranges,
        terms: Terms,
        task_type: str,
        classes: tuple[str, ...],
        instructions_version: int,
        answer_by: datetime,
        deliver_by: datetime,
        at: datetime,
        succeeds: UUID | None = None,
        everything: Ranges = NONE,
    ) -> Self:
        assert at < answer_by < deliver_by, "an offer ends after it begins"
        return cls.begin(
            OfferSent,
            id=offer_id,
            at=at,
            order_id=order_id,
            project_id=project_id,
            organisation_id=organisation_id,
            provider_id=provider_id,
            round=round_number,
            rank=rank,
            slots=slots,
            terms=terms,
            task_type=task_type,
            classes=classes,
            instructions_version=instructions_version,
            answer_by=answer_by,
            deliver_by=deliver_by,
            succeeds=succeeds,
            everything=everything,
        )

    def is_late(self, *, at: datetime) -> bool:
        """Whether an answer at this moment comes too late, expiry recorded or not."""
        return self.status is OfferStatus.EXPIRED or (not self.ended and at >= self.answer_by)

    def accept(self, *, at: datetime) -> bool:
        """Take the work. False when this provider had taken it already."""
        if self.status is OfferStatus.ACCEPTED:
            return False
        self._answerable(at)
        self.record(ProviderAccepted, at=at)
        return True

    def decline(self, *, reason: DeclineReason, note: str, at: datetime) -> None:
        if self.status is OfferStatus.DECLINED:
            return
        self._answerable(at)
        check_text(note, path=("note",))
        self.record(ProviderDeclined, at=at, reason=reason, note=note)

    def note_late_answer(self, *, answer: str, at: datetime) -> None:
        """Keep a late answer as a fact, and the expiry too if no timer recorded it yet."""
        assert self.is_late(at=at), "only an answer after the deadline is late"
        self.expire(at=at)
        if not self.answered_late:
            self.record(LateAnswer, at=at, answer=answer)

    def expire(self, *, at: datetime) -> None:
        """Close an unanswered offer. Records nothing if it ended, or if it is too early."""
        if not self.ended and at >= self.answer_by:
            self.record(OfferExpired, at=at, effective_at=self.answer_by)

    def withdraw(self, *, reason: str, at: datetime) -> None:
        if self.status is OfferStatus.WITHDRAWN:
            return
        if self.ended:
            raise OfferClosed(f"the offer was already {self.status}")
        check_text(reason, path=("reason",))
        self.record(OfferWithdrawn, at=at, reason=reason)

    def lose(self, *, winner_offer_id: UUID, at: datetime) -> None:
        if not self.ended:
            self.record(OfferLost, at=at, winner_offer_id=winner_offer_id)

    def _answerable(self, at: datetime) -> None:
        if self.is_late(at=at):
            raise DeadlinePassed(f"the offer could be answered until {self.answer_by.isoformat()}")
        if self.ended:
            raise OfferClosed(f"the offer was already {self.status}")
        if at < self.created_on:
            raise Conflict("the clock stands before the offer was sent")
