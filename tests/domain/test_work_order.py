"""A work order asks down the customer's list, and never loses a slot."""

from uuid import UUID

import pytest

from labelmarket.domain.errors import Conflict, InvalidInput, NoProviders, OrderNotOpen
from labelmarket.domain.slots import NONE, Ranges, union
from labelmarket.domain.work_order import SHORTLIST_MAX, WorkOrder
from labelmarket.domain.work_order_facts import OfferPlaced, OrderStatus, ProviderSkipped
from tests.domain.domain_samples import (
    ADA,
    BEL,
    CID,
    NOON,
    TEN,
    facts_of,
    planned_order,
    running_order,
)

FIRST_OFFER, SECOND_OFFER = UUID(int=101), UUID(int=102)
FIRST_BATCH, SECOND_BATCH = UUID(int=201), UUID(int=202)


def filled_order(*ranked: UUID) -> WorkOrder:
    order = running_order(*ranked)
    order.place_offer(offer_id=FIRST_OFFER, at=NOON)
    order.fill(offer_id=FIRST_OFFER, provider_id=ADA, batch_id=FIRST_BATCH, at=NOON)
    facts_of(order)
    return order


def fates(order: WorkOrder) -> Ranges:
    return union(order.unassigned, order.approved, order.withdrawn, *order.assigned.values())


def test_an_order_opens_with_all_its_slots_and_its_first_round() -> None:
    order = planned_order(ADA, BEL)
    order.open(TEN, classes=("cat",), at=NOON)
    assert facts_of(order) == ["WorkOrderOpened", "RoundStarted"]
    assert (order.status, order.unassigned, order.round) == (OrderStatus.RUNNING, TEN, 1)


def test_an_order_without_ranked_providers_does_not_open() -> None:
    order = planned_order()
    with pytest.raises(NoProviders):
        order.open(TEN, classes=("cat",), at=NOON)


def test_an_order_opens_once() -> None:
    with pytest.raises(Conflict):
        running_order(ADA).open(TEN, classes=("cat",), at=NOON)


def test_providers_are_asked_in_the_order_of_the_list() -> None:
    order = running_order(BEL, ADA)
    assert order.next_provider == BEL
    order.place_offer(offer_id=FIRST_OFFER, at=NOON)
    assert order.next_provider == ADA


def test_a_change_of_the_list_counts_for_whoever_was_not_asked() -> None:
    order = running_order(ADA, BEL)
    order.place_offer(offer_id=FIRST_OFFER, at=NOON)
    order.rank((ADA, CID, BEL), expected_version=1, at=NOON)
    assert order.next_provider == CID


def test_a_change_made_from_an_outdated_list_is_refused() -> None:
    order = planned_order(ADA, BEL)
    with pytest.raises(Conflict):
        order.rank((BEL, ADA), expected_version=0, at=NOON)
    order.rank((BEL, ADA), expected_version=1, at=NOON)
    assert order.ranking_version == 2


def test_the_same_list_again_records_nothing() -> None:
    order = planned_order(ADA, BEL)
    order.rank((ADA, BEL), expected_version=1, at=NOON)
    assert facts_of(order) == []


@pytest.mark.parametrize(
    "ranked", [(ADA, ADA), tuple(UUID(int=n) for n in range(1, SHORTLIST_MAX + 2))]
)
def test_a_list_names_each_provider_once_and_not_too_many(ranked: tuple[UUID, ...]) -> None:
    with pytest.raises(InvalidInput):
        planned_order().rank(ranked, expected_version=None, at=NOON)


def test_a_skipped_provider_uses_up_its_rank_for_a_reason() -> None:
    order = running_order(ADA, BEL)
    order.skip(code="CAPACITY", message="no room", at=NOON)
    order.place_offer(offer_id=FIRST_OFFER, at=NOON)
    skipped, placed = order.collect_events()
    assert isinstance(skipped, ProviderSkipped)
    assert isinstance(placed, OfferPlaced)
    assert (skipped.rank, skipped.provider_id, skipped.code) == (1, ADA, "CAPACITY")
    assert (placed.rank, placed.provider_id) == (2, BEL)


def test_the_winner_gets_the_slots_of_the_offer() -> None:
    order = filled_order(ADA)
    assert (order.status, order.unassigned) == (OrderStatus.FILLED, NONE)
    assert order.assigned == {FIRST_BATCH: TEN}


def test_slots_that_are_taken_are_not_given_twice() -> None:
    order = filled_order(ADA)
    with pytest.raises(OrderNotOpen):
        order.fill(offer_id=FIRST_OFFER, provider_id=ADA, batch_id=SECOND_BATCH, at=NOON)
    assert facts_of(order) == []


def test_what_was_taken_back_is_open_again_and_nothing_else() -> None:
    order = filled_order(ADA, BEL)
    order.take_back(batch_id=FIRST_BATCH, slots=((4, 10),), at=NOON)
    assert (order.status, order.unassigned) == (OrderStatus.RUNNING, ((4, 10),))
    assert order.assigned[FIRST_BATCH] == ((0, 4),)
    assert order.next_provider == BEL


def test_what_a_stopped_order_gets_back_is_withdrawn() -> None:
    order = filled_order(ADA, BEL)
    order.cancel(reason="over", at=NOON)
    order.take_back(batch_id=FIRST_BATCH, slots=((4, 10),), at=NOON)
    assert facts_of(order) == ["WorkOrderCancelled", "SlotsWithdrawn"]
    assert (order.status, order.withdrawn) == (OrderStatus.CANCELLED, ((4, 10),))
    assert fates(order) == TEN


def test_a_stopped_order_still_counts_what_is_approved() -> None:
    order = filled_order(ADA)
    order.cancel(reason="over", at=NOON)
    order.approve_slice(batch_id=FIRST_BATCH, at=NOON)
    assert (order.status, order.approved) == (OrderStatus.CANCELLED, TEN)
    assert fates(order) == TEN


def test_the_last_approval_completes_the_order() -> None:
    order = filled_order(ADA, BEL)
    order.take_back(batch_id=FIRST_BATCH, slots=((4, 10),), at=NOON)
    order.approve_slice(batch_id=FIRST_BATCH, at=NOON)
    assert order.status is OrderStatus.RUNNING
    order.place_offer(offer_id=SECOND_OFFER, at=NOON)
    order.fill(offer_id=SECOND_OFFER, provider_id=BEL, batch_id=SECOND_BATCH, at=NOON)
    order.approve_slice(batch_id=SECOND_BATCH, at=NOON)
    assert (order.status, order.approved) == (OrderStatus.COMPLETED, TEN)


def test_approving_a_slice_twice_counts_it_once() -> None:
    order = filled_order(ADA)
    order.approve_slice(batch_id=FIRST_BATCH, at=NOON)
    facts_of(order)
    order.approve_slice(batch_id=FIRST_BATCH, at=NOON)
    assert facts_of(order) == []


def test_when_nobody_is_left_the_customer_may_ask_again_from_the_top() -> None:
    order = running_order(ADA)
    order.skip(code="CAPACITY", message="no room", at=NOON)
    order.exhaust(at=NOON)
    order.ask_again(answer_within_s=60, at=NOON)
    assert facts_of(order) == ["ProviderSkipped", "RoundExhausted", "RoundStarted"]
    assert (order.round, order.next_provider, order.answer_within_s) == (2, ADA, 60)


def test_when_nobody_is_left_the_customer_may_stop() -> None:
    order = running_order(ADA)
    order.skip(code="CAPACITY", message="no room", at=NOON)
    order.exhaust(at=NOON)
    order.stop(reason="enough", at=NOON)
    order.stop(reason="enough", at=NOON)
    assert facts_of(order) == ["ProviderSkipped", "RoundExhausted", "WorkOrderCancelled"]
    assert order.withdrawn == TEN


@pytest.mark.parametrize("order", [planned_order(ADA), running_order(ADA), filled_order(ADA)])
def test_there_is_no_answer_before_the_question(order: WorkOrder) -> None:
    with pytest.raises(OrderNotOpen):
        order.ask_again(answer_within_s=None, at=NOON)
    with pytest.raises(OrderNotOpen):
        order.stop(reason="enough", at=NOON)
    assert facts_of(order) == []


def test_a_completed_order_is_not_cancelled() -> None:
    order = filled_order(ADA)
    order.approve_slice(batch_id=FIRST_BATCH, at=NOON)
    with pytest.raises(Conflict):
        order.cancel(reason="over", at=NOON)
