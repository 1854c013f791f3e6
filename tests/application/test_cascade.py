"""From the launch to the last answer: who is asked, who is skipped, who is told."""

import pytest

from labelmarket.application.commands.offers import AcceptOffer, DeclineOffer, WithdrawOffer
from labelmarket.application.commands.orders import (
    AnswerExhausted,
    CancelProject,
    ExhaustedAnswer,
    RankProviders,
)
from labelmarket.application.commands.providers import (
    ReinstateProvider,
    RemoveProvider,
    SetAvailability,
    SuspendProvider,
)
from labelmarket.application.commands.routing import ApplyRoutingThreshold, RegisterOracle
from labelmarket.application.commands.starting import LaunchProject
from labelmarket.application.work import Command, TooEarly
from labelmarket.domain.offer import DeclineReason, OfferStatus
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.slots import NONE
from labelmarket.domain.values import ClassMetric
from labelmarket.domain.work_order import WorkOrder
from labelmarket.domain.work_order_facts import OrderStatus
from tests.application.stage import (
    ANSWER_WITHIN_S,
    CUSTOMER,
    OPERATOR,
    Stage,
    open_hours,
    organisation,
)

# Launches with nothing to do.


def test_a_launch_without_items_is_refused(stage: Stage) -> None:
    project_id = stage.project(items=0)
    stage.planned(project_id, stage.provider("Ada"))
    assert stage.refusal(LaunchProject(project_id=project_id), by=CUSTOMER) == "NOTHING_TO_DO"


def test_a_launch_without_classes_is_refused(stage: Stage) -> None:
    project_id = stage.project(classes=())
    stage.planned(project_id, stage.provider("Ada"))
    assert stage.refusal(LaunchProject(project_id=project_id), by=CUSTOMER) == "NOTHING_TO_DO"


def test_a_launch_without_ranked_providers_is_refused(stage: Stage) -> None:
    project_id = stage.project()
    stage.planned(project_id)
    assert stage.refusal(LaunchProject(project_id=project_id), by=CUSTOMER) == "NO_PROVIDERS"


def test_when_nobody_can_take_it_the_customer_is_asked_at_once(stage: Stage) -> None:
    order_id = stage.launched(stage.provider("Ada", items_per_month=5), items=10)
    assert stage.get(WorkOrder, order_id).status is OrderStatus.EXHAUSTED
    (asked,) = stage.row("order_sheet", order_id).asked
    assert asked.skip_code == "CAPACITY"
    assert "room for 5 more items" in asked.skip_message


def test_an_exhausted_order_may_ask_again_when_things_have_changed(stage: Stage) -> None:
    ada = stage.provider("Ada", items_per_month=5)
    order_id = stage.launched(ada, items=10)
    stage.do(SetAvailability(availability=open_hours(items_per_month=10)), by=ada)
    again = AnswerExhausted(
        order_id=order_id, answer=ExhaustedAnswer.ASK_AGAIN, answer_within_s=None
    )
    stage.do(again, by=CUSTOMER)
    assert stage.last_offer(order_id).provider_id == organisation(ada)


def test_stopping_the_last_exhausted_order_completes_the_project(stage: Stage) -> None:
    order_id = stage.launched(stage.provider("Ada", items_per_month=5), items=10)
    stop = AnswerExhausted(order_id=order_id, answer=ExhaustedAnswer.STOP, answer_within_s=None)
    stage.do(stop, by=CUSTOMER)
    stage.memory.settle()
    project = stage.get(Project, stage.get(WorkOrder, order_id).project_id)
    assert project.status is ProjectStatus.COMPLETED


def test_an_order_that_is_planned_is_not_answered_for(stage: Stage) -> None:
    order_id = stage.planned(stage.project(), stage.provider("Ada"))
    for answer in ExhaustedAnswer:
        command = AnswerExhausted(order_id=order_id, answer=answer, answer_within_s=None)
        assert stage.refusal(command, by=CUSTOMER) == "ORDER_NOT_OPEN"


def test_a_launch_for_the_machine_alone_completes_and_asks_nobody(stage: Stage) -> None:
    project_id = stage.project(classes=("cat",))
    order_id = stage.planned(project_id, stage.provider("Ada"))
    metric = ClassMetric(class_name="cat", value=0.9, gold_examples=50)
    oracle = RegisterOracle(project_id=project_id, name="o", metric="map", metrics=(metric,))
    stage.do(oracle, by=CUSTOMER)
    stage.do(ApplyRoutingThreshold(project_id=project_id, threshold=0.5), by=CUSTOMER)
    stage.do(LaunchProject(project_id=project_id), by=CUSTOMER)
    assert stage.get(Project, project_id).status is ProjectStatus.COMPLETED
    assert stage.get(WorkOrder, order_id).status is OrderStatus.CANCELLED
    assert "OfferSent" not in stage.topics()


def test_a_launch_of_very_many_orders_asks_for_each_of_them_in_the_end(stage: Stage) -> None:
    # Given orders that each pass many busy providers over, which is more than one save takes
    many, project_id, ada = 120, stage.project(items=120), stage.provider("Ada")
    busy = [stage.provider(f"Busy {number}") for number in range(20)]
    hours = open_hours(items_per_month=10_000, accepting=False)
    for provider in busy:
        stage.do(SetAvailability(availability=hours), by=provider)
    order_ids = [stage.planned(project_id, *busy, ada, items=1) for _ in range(many)]
    stage.do(LaunchProject(project_id=project_id), by=CUSTOMER)
    assert stage.topics().count("OfferSent") < many
    stage.memory.settle()
    assert len({stage.last_offer(order_id).id for order_id in order_ids}) == many


# Down the line.


def test_a_declined_offer_goes_to_the_next(stage: Stage) -> None:
    ada, bel = stage.provider("Ada"), stage.provider("Bel")
    order_id = stage.launched(ada, bel)
    no = DeclineOffer(
        offer_id=stage.last_offer(order_id).id, reason=DeclineReason.CAPACITY, note=""
    )
    stage.do(no, by=ada)
    stage.memory.settle()
    assert stage.last_offer(order_id).provider_id == organisation(bel)


def test_an_offer_without_an_answer_goes_to_the_next(stage: Stage) -> None:
    bel = stage.provider("Bel")
    order_id = stage.launched(stage.provider("Ada"), bel)
    stage.wait(seconds=ANSWER_WITHIN_S)
    stage.memory.settle()
    assert stage.last_offer(order_id).provider_id == organisation(bel)


def test_the_last_withdrawn_offer_leaves_the_order_exhausted(stage: Stage) -> None:
    order_id = stage.launched(stage.provider("Ada"))
    withdraw = WithdrawOffer(offer_id=stage.last_offer(order_id).id, reason="changed")
    stage.do(withdraw, by=CUSTOMER)
    stage.memory.settle()
    assert stage.get(WorkOrder, order_id).status is OrderStatus.EXHAUSTED


def test_a_provider_that_cannot_is_skipped_for_a_reason(stage: Stage) -> None:
    small, bel = stage.provider("Small", items_per_month=1), stage.provider("Bel")
    order_id = stage.launched(small, bel)
    assert stage.last_offer(order_id).provider_id == organisation(bel)
    skipped, asked = stage.row("order_sheet", order_id).asked
    assert (skipped.rank, skipped.skip_code, asked.rank) == (1, "CAPACITY", 2)


def test_a_timer_before_its_moment_is_kept_for_later(stage: Stage) -> None:
    order_id = stage.launched(stage.provider("Ada"))
    (timer,) = stage.memory.recorder.timers.values()
    stage.wait(seconds=ANSWER_WITHIN_S - 0.001)
    with pytest.raises(TooEarly):
        stage.memory.fire(timer)
    stage.wait(seconds=0.001)
    stage.memory.fire(timer)
    assert stage.last_offer(order_id).status is OfferStatus.EXPIRED


# Providers that leave.


@pytest.mark.parametrize("leave", [SuspendProvider, RemoveProvider])
def test_delisting_withdraws_open_offers_once_and_asks_the_next(
    stage: Stage, leave: type[SuspendProvider | RemoveProvider]
) -> None:
    ada, bel = stage.provider("Ada"), stage.provider("Bel")
    order_ids = [stage.launched(ada, bel), stage.launched(ada, bel)]
    stage.do(leave(provider_id=organisation(ada), reason="checked"), by=OPERATOR)
    head = stage.head()
    stage.memory.settle()
    for position in range(1, stage.head()):
        stage.memory.hear_again("withdraw_from_delisted", position)
    stage.memory.settle()
    assert stage.topics().count("OfferWithdrawn") == len(order_ids)
    assert stage.topics(after=head).count("OfferSent") == len(order_ids)
    assert {stage.last_offer(o).provider_id for o in order_ids} == {organisation(bel)}


def test_who_was_reinstated_before_anybody_noticed_keeps_its_offer(stage: Stage) -> None:
    ada = stage.provider("Ada")
    order_id = stage.launched(ada)
    commands: tuple[Command, ...] = (
        SuspendProvider(provider_id=organisation(ada), reason="checked"),
        ReinstateProvider(provider_id=organisation(ada), note="fine"),
    )
    for command in commands:
        stage.do(command, by=OPERATOR)
    stage.memory.settle()
    assert stage.last_offer(order_id).status is OfferStatus.OPEN


def test_whoever_was_delisted_meanwhile_cannot_accept(stage: Stage) -> None:
    ada = stage.provider("Ada")
    order_id = stage.launched(ada)
    stage.do(SuspendProvider(provider_id=organisation(ada), reason="checked"), by=OPERATOR)
    accept = AcceptOffer(offer_id=stage.last_offer(order_id).id)
    assert stage.refusal(accept, by=ada) == "NOT_ELIGIBLE"


def test_only_listed_providers_are_ranked(stage: Stage) -> None:
    order_id = stage.planned(stage.project())
    applicant = organisation(stage.provider("Applicant", listed=False))
    for provider_id in (applicant, stage.memory.new_id()):
        rank = RankProviders(order_id=order_id, provider_ids=(provider_id,), expected_version=None)
        assert stage.refusal(rank, by=CUSTOMER) == "INVALID_INPUT"


# Cancelling.


def test_cancelling_withdraws_the_offer_that_is_in_flight(stage: Stage) -> None:
    ada = stage.provider("Ada")
    order_id = stage.launched(ada, stage.provider("Bel"))
    order = stage.get(WorkOrder, order_id)
    stage.do(CancelProject(project_id=order.project_id, reason="over"), by=CUSTOMER)
    stage.memory.settle()
    assert stage.refusal(AcceptOffer(offer_id=stage.last_offer(order_id).id), by=ada) == (
        "OFFER_CLOSED"
    )
    order = stage.get(WorkOrder, order_id)
    assert (order.status, order.unassigned) == (OrderStatus.CANCELLED, NONE)
    assert stage.topics().count("OfferSent") == 1


def test_a_project_is_cancelled_once(stage: Stage) -> None:
    order = stage.get(WorkOrder, stage.launched(stage.provider("Ada")))
    cancel = CancelProject(project_id=order.project_id, reason="over")
    stage.do(cancel, by=CUSTOMER)
    head = stage.head()
    stage.do(cancel, by=CUSTOMER)
    assert stage.head() == head


def test_the_market_asks_nobody_twice_when_it_hears_twice(stage: Stage) -> None:
    ada = stage.provider("Ada")
    order_id = stage.launched(ada, stage.provider("Bel"), stage.provider("Cid"))
    no = DeclineOffer(offer_id=stage.last_offer(order_id).id, reason=DeclineReason.PRICE, note="")
    stage.do(no, by=ada)
    declined_at = stage.head()
    stage.memory.settle()
    head = stage.head()
    stage.memory.hear_again("offer_next_provider", declined_at)
    stage.do(no, by=ada)
    stage.memory.settle()
    assert stage.head() == head
