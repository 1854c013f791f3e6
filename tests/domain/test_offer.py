"""An offer is answered strictly before its deadline, once, and ends once."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from labelmarket.domain.errors import Conflict, DeadlinePassed, OfferClosed
from labelmarket.domain.offer import DeclineReason, Offer, OfferExpired, OfferStatus
from tests.domain.domain_samples import ANSWER_BY, HAIR, NOON, facts_of, sent_offer

Answer = Callable[[Offer], object]


def decline(offer: Offer) -> None:
    offer.decline(reason=DeclineReason.PRICE, note="too low", at=NOON)


ENDINGS: dict[str, Answer] = {
    "ProviderAccepted": lambda offer: offer.accept(at=NOON),
    "ProviderDeclined": decline,
    "OfferExpired": lambda offer: offer.expire(at=ANSWER_BY),
    "OfferWithdrawn": lambda offer: offer.withdraw(reason="changed", at=NOON),
    "OfferLost": lambda offer: offer.lose(winner_offer_id=UUID(int=5), at=NOON),
}


@pytest.mark.parametrize("topic", ENDINGS)
def test_an_open_offer_ends_with_one_fact(topic: str) -> None:
    offer = sent_offer()
    ENDINGS[topic](offer)
    assert facts_of(offer) == [topic]
    assert offer.ended


@pytest.mark.parametrize("second", ENDINGS)
@pytest.mark.parametrize("first", ENDINGS)
def test_an_ended_offer_never_ends_again(first: str, second: str) -> None:
    offer = sent_offer()
    ENDINGS[first](offer)
    status, _ = offer.status, facts_of(offer)
    try:
        ENDINGS[second](offer)
    except (OfferClosed, DeadlinePassed):
        assert first != second
    assert facts_of(offer) == []
    assert offer.status is status


def test_an_offer_is_accepted_until_a_hair_before_its_deadline() -> None:
    offer = sent_offer()
    assert offer.accept(at=ANSWER_BY - HAIR)
    assert offer.status is OfferStatus.ACCEPTED


@pytest.mark.parametrize("late_by", [timedelta(), HAIR, timedelta(days=400)])
def test_at_the_deadline_it_is_too_late_though_no_timer_ran(late_by: timedelta) -> None:
    offer = sent_offer()
    with pytest.raises(DeadlinePassed):
        offer.accept(at=ANSWER_BY + late_by)
    with pytest.raises(DeadlinePassed):
        offer.decline(reason=DeclineReason.OTHER, note="", at=ANSWER_BY + late_by)
    assert facts_of(offer) == []


def test_accepting_twice_is_accepting_once() -> None:
    offer = sent_offer()
    assert offer.accept(at=NOON)
    assert not offer.accept(at=ANSWER_BY + HAIR)
    assert facts_of(offer) == ["ProviderAccepted"]


def test_a_timer_that_is_early_records_nothing() -> None:
    offer = sent_offer()
    offer.expire(at=ANSWER_BY - HAIR)
    assert facts_of(offer) == []


@pytest.mark.parametrize("late_by", [timedelta(), timedelta(minutes=1)])
def test_a_timer_that_is_late_names_the_deadline_all_the_same(late_by: timedelta) -> None:
    offer = sent_offer()
    offer.expire(at=ANSWER_BY + late_by)
    (fact,) = offer.collect_events()
    assert isinstance(fact, OfferExpired)
    assert fact.effective_at == ANSWER_BY


def test_a_late_answer_is_kept_with_the_expiry_that_it_missed() -> None:
    offer = sent_offer()
    offer.note_late_answer(answer="accept", at=ANSWER_BY + HAIR)
    assert facts_of(offer) == ["OfferExpired", "LateAnswer"]
    assert offer.status is OfferStatus.EXPIRED


def test_only_the_first_late_answer_is_kept() -> None:
    offer = sent_offer()
    offer.expire(at=ANSWER_BY)
    offer.note_late_answer(answer="accept", at=ANSWER_BY + HAIR)
    offer.note_late_answer(answer="decline", at=ANSWER_BY + HAIR)
    assert facts_of(offer) == ["OfferExpired", "LateAnswer"]


def test_a_clock_before_the_offer_is_not_believed() -> None:
    offer = sent_offer()
    with pytest.raises(Conflict):
        offer.accept(at=NOON - HAIR)
