"""Critical classes get labels of two providers, and nobody gives both."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from labelmarket.application.access import Actor
from labelmarket.application.commands.batches import ApproveBatch, RevokeBatch
from labelmarket.application.commands.classes import MarkClassCritical
from labelmarket.application.commands.offers import AcceptOffer, DeclineOffer
from labelmarket.application.commands.orders import (
    AnswerExhausted,
    CancelProject,
    ExhaustedAnswer,
    RankProviders,
)
from labelmarket.application.commands.slots import ReleaseWorkOrder
from labelmarket.application.commands.starting import LaunchProject
from labelmarket.application.work import FACTS_IN_ONE_SAVE_MAX
from labelmarket.domain.eligibility import ExclusionCode
from labelmarket.domain.offer import DeclineReason
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.project_slots import ORDERS_MAX
from labelmarket.domain.work_order import WorkOrder
from labelmarket.domain.work_order_facts import OrderStatus
from tests.application.stage import ANSWER_WITHIN_S, CUSTOMER, DELIVER_WITHIN_S, Stage


def critical(stage: Stage) -> UUID:
    """A draft for cats and owls, of which owls are critical."""
    project_id = stage.project(items=10, classes=("cat", "owl"))
    mark = MarkClassCritical(
        project_id=project_id, class_name="owl", critical=True, reason="endangered"
    )
    stage.do(mark, by=CUSTOMER)
    return project_id


def begun(stage: Stage, project_id: UUID, providers: Sequence[Actor]) -> UUID:
    """Its order, whose first provider was asked."""
    order_id = stage.planned(project_id, *providers)
    stage.do(LaunchProject(project_id=project_id), by=CUSTOMER)
    return order_id


def launched(stage: Stage, providers: Sequence[Actor]) -> tuple[UUID, UUID]:
    """An order for cats and owls, of which owls are critical, and the second one beside it."""
    project_id = critical(stage)
    order_id = begun(stage, project_id, providers)
    stage.memory.settle()
    (second_id,) = stage.get(Project, project_id).second_orders
    return order_id, second_id


def finish(stage: Stage, order_id: UUID, *, by: Actor) -> None:
    batch = stage.accepted(order_id, by=by)
    stage.delivered(batch, batch.slots, digest=f"file of {order_id}")
    stage.do(ApproveBatch(batch_id=batch.id), by=CUSTOMER)
    stage.memory.settle()


def skips(stage: Stage, order_id: UUID) -> list[str]:
    rows = stage.row("order_sheet", order_id).asked
    return [one.skip_code for one in rows if one.skip_code is not None]


def test_a_second_provider_is_asked_for_what_is_critical(stage: Stage) -> None:
    ada, bel = stage.provider("Ada"), stage.provider("Bel")

    first, second = launched(stage, [ada, bel])

    order = stage.get(WorkOrder, second)
    assert (order.slots, order.classes, order.second_of) == (((0, 10),), ("owl",), first)
    assert stage.last_offer(first).classes == ("cat", "owl")
    assert ada.viewer is not None
    assert bel.viewer is not None
    assert stage.last_offer(first).provider_id == ada.viewer.organisation_id
    assert stage.last_offer(second).provider_id == bel.viewer.organisation_id
    assert skips(stage, second) == [ExclusionCode.OTHER_SLOT]


def test_the_project_ends_with_both_orders(stage: Stage) -> None:
    ada, bel = stage.provider("Ada"), stage.provider("Bel")
    first, second = launched(stage, [ada, bel])
    project_id = stage.get(WorkOrder, first).project_id
    finish(stage, first, by=ada)
    assert stage.get(Project, project_id).status is not ProjectStatus.COMPLETED
    finish(stage, second, by=bel)
    assert stage.get(Project, project_id).status is ProjectStatus.COMPLETED


def test_who_has_one_label_is_not_asked_for_the_other(stage: Stage) -> None:
    # Given that Ada has taken the first order, and Bel declines the second
    ada, bel = stage.provider("Ada"), stage.provider("Bel")
    first, second = launched(stage, [ada, bel])
    stage.accepted(first, by=ada)
    no = DeclineOffer(offer_id=stage.last_offer(second).id, reason=DeclineReason.CAPACITY, note="")
    stage.do(no, by=bel)
    stage.memory.settle()
    # When everybody is asked again
    again = AnswerExhausted(order_id=second, answer=ExhaustedAnswer.ASK_AGAIN, answer_within_s=None)
    stage.do(again, by=CUSTOMER)
    # Then it is Bel once more, and Ada is passed over
    assert bel.viewer is not None
    assert stage.last_offer(second).provider_id == bel.viewer.organisation_id
    assert skips(stage, second) == [ExclusionCode.OTHER_SLOT] * 2


def test_a_launch_with_one_provider_for_what_is_critical_is_refused(stage: Stage) -> None:
    project_id = critical(stage)
    stage.planned(project_id, stage.provider("Ada"))
    assert stage.refusal(LaunchProject(project_id=project_id), by=CUSTOMER) == "NO_PROVIDERS"


def test_without_critical_classes_there_is_one_order(stage: Stage) -> None:
    order_id = stage.launched(stage.provider("Ada"))
    stage.memory.settle()
    project = stage.get(Project, stage.get(WorkOrder, order_id).project_id)
    assert project.second_orders == frozenset()


def test_a_first_order_that_ends_at_once_has_a_second_one_all_the_same(stage: Stage) -> None:
    # Given that the first order is done before anybody hears that it has begun
    ada, bel = stage.provider("Ada"), stage.provider("Bel")
    project_id = critical(stage)
    batch = stage.accepted(begun(stage, project_id, [ada, bel]), by=ada)
    stage.delivered(batch, batch.slots)
    stage.do(ApproveBatch(batch_id=batch.id), by=CUSTOMER)
    # When the market hears of all of it
    stage.memory.settle()
    # Then the project goes on until Bel has labeled what is critical, too
    project = stage.get(Project, project_id)
    assert project.status is ProjectStatus.LAUNCHED
    (second,) = project.second_orders
    finish(stage, second, by=bel)
    assert stage.get(Project, project_id).status is ProjectStatus.COMPLETED


def test_the_ranking_of_an_order_that_has_begun_is_not_emptied(stage: Stage) -> None:
    # Given an order that has begun, whose second one asks the same providers a moment later
    project_id = critical(stage)
    order_id = begun(stage, project_id, [stage.provider("Ada"), stage.provider("Bel")])
    nobody = RankProviders(order_id=order_id, provider_ids=(), expected_version=None)
    # Then there is always somebody for it
    assert stage.refusal(nobody, by=CUSTOMER) == "INVALID_INPUT"
    stage.memory.settle()
    assert stage.get(Project, project_id).second_orders


def test_a_save_has_room_for_all_orders_of_a_project_that_is_cancelled(stage: Stage) -> None:
    # Given how many facts it takes to cancel a project with an order and a second one beside it
    first, _ = launched(stage, [stage.provider("Ada"), stage.provider("Bel")])
    head, project_id = stage.head(), stage.get(WorkOrder, first).project_id
    stage.do(CancelProject(project_id=project_id, reason="over"), by=CUSTOMER)
    both = len(stage.topics(after=head)) - 1
    # Then as many orders as a project may have do not take more than one save holds
    assert 1 + ORDERS_MAX * both <= FACTS_IN_ONE_SAVE_MAX


def test_items_that_somebody_labels_a_second_time_are_not_taken_back(stage: Stage) -> None:
    # Given Bel with the second labels of an order that nobody else took
    ada, bel = stage.provider("Ada"), stage.provider("Bel")
    first, second = launched(stage, [ada, bel])
    stage.accepted(second, by=bel)
    # Then its items cannot go to another order, in which Bel could give the first labels, too
    release = ReleaseWorkOrder(order_id=first, reason="another way")
    assert stage.refusal(release, by=CUSTOMER) == "CONFLICT"


def test_what_an_order_keeps_needs_its_second_labels_or_a_word_against_them(stage: Stage) -> None:
    # Given Ada, who has labeled half of an order, of which the other half is taken back
    ada, bel = stage.provider("Ada"), stage.provider("Bel")
    first, second = launched(stage, [ada, bel])
    batch = stage.accepted(first, by=ada)
    stage.delivered(batch, ((0, 5),))
    stage.wait(seconds=ANSWER_WITHIN_S + DELIVER_WITHIN_S)
    stage.do(RevokeBatch(batch_id=batch.id, reason="late"), by=CUSTOMER)
    release = ReleaseWorkOrder(order_id=first, reason="another way")
    assert stage.refusal(release, by=CUSTOMER) == "CONFLICT"
    # When the customer gives the second labels up
    stage.do(ReleaseWorkOrder(order_id=second, reason="once is enough"), by=CUSTOMER)
    stage.do(release, by=CUSTOMER)
    # Then what is done stays, and the rest is free
    assert stage.get(WorkOrder, first).approved == ((0, 5),)
    project = stage.get(Project, stage.get(WorkOrder, first).project_id)
    assert project.free_slots(next(iter(project.tasks))) == ((5, 10),)


@pytest.mark.parametrize("what", ["release", "cancel"])
def test_what_ends_the_first_order_ends_the_second(stage: Stage, what: str) -> None:
    first, second = launched(stage, [stage.provider("Ada"), stage.provider("Bel")])
    project_id = stage.get(WorkOrder, first).project_id
    if what == "release":
        stage.do(ReleaseWorkOrder(order_id=first, reason=""), by=CUSTOMER)
    else:
        stage.do(CancelProject(project_id=project_id, reason="over"), by=CUSTOMER)
    assert stage.get(WorkOrder, second).status is OrderStatus.CANCELLED
    assert stage.last_offer(second).ended


def test_a_second_order_may_be_given_up_alone(stage: Stage) -> None:
    ada = stage.provider("Ada")
    first, second = launched(stage, [ada, stage.provider("Bel")])
    stage.do(ReleaseWorkOrder(order_id=second, reason="too dear"), by=CUSTOMER)
    finish(stage, first, by=ada)
    project = stage.get(Project, stage.get(WorkOrder, first).project_id)
    assert project.status is ProjectStatus.COMPLETED


def test_an_offer_is_not_accepted_by_who_took_the_other_one_meanwhile(stage: Stage) -> None:
    # Given Ada with an open offer of the first order, while Bel has the second one
    ada, bel, cid = stage.provider("Ada"), stage.provider("Bel"), stage.provider("Cid")
    first, second = launched(stage, [ada, bel, cid])
    stage.accepted(second, by=bel)
    no = DeclineOffer(offer_id=stage.last_offer(first).id, reason=DeclineReason.PRICE, note="")
    stage.do(no, by=ada)
    stage.memory.settle()
    # Then the first order goes on to Cid, whose acceptance holds
    assert cid.viewer is not None
    offer = stage.last_offer(first)
    assert offer.provider_id == cid.viewer.organisation_id
    stage.do(AcceptOffer(offer_id=offer.id), by=cid)
    assert stage.get(WorkOrder, first).status is OrderStatus.FILLED
