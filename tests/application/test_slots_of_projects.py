"""What no order holds may be ordered later, labeled by a machine, or given up."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from labelmarket.application.access import Actor
from labelmarket.application.commands.batches import ApproveBatch, RevokeBatch
from labelmarket.application.commands.orders import AnswerExhausted, ExhaustedAnswer
from labelmarket.application.commands.slots import LeaveUnlabeled, ReleaseWorkOrder
from labelmarket.application.commands.starting import LaunchProject, StartWorkOrder
from labelmarket.domain.offer import OfferStatus
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.slots import Ranges
from labelmarket.domain.work_order import WorkOrder
from labelmarket.domain.work_order_facts import OrderStatus
from tests.application.stage import ANSWER_WITHIN_S, CUSTOMER, DELIVER_WITHIN_S, Stage


@dataclass
class Running:
    """A project of ten items that runs with one order of some of them."""

    stage: Stage
    ada: Actor
    project_id: UUID
    order_id: UUID

    @property
    def project(self) -> Project:
        return self.stage.get(Project, self.project_id)

    def ended(self) -> bool:
        return self.project.status is ProjectStatus.COMPLETED

    @property
    def order(self) -> WorkOrder:
        return self.stage.get(WorkOrder, self.order_id)

    @property
    def free(self) -> Ranges:
        (task_id,) = self.project.tasks
        return self.project.free_slots(task_id)

    def release(self) -> None:
        command = ReleaseWorkOrder(order_id=self.order_id, reason="another way")
        self.stage.do(command, by=CUSTOMER)
        self.stage.memory.settle()

    def finish(self, order_id: UUID) -> None:
        """Ada takes the order and delivers all of it, which is approved."""
        batch = self.stage.accepted(order_id, by=self.ada)
        self.stage.delivered(batch, batch.slots, digest=f"file of {order_id}")
        self.stage.do(ApproveBatch(batch_id=batch.id), by=CUSTOMER)
        self.stage.memory.settle()


def running(*, items: int | None = 4) -> Running:
    stage = Stage()
    ada, project_id = stage.provider("Ada"), stage.project(items=10)
    order_id = stage.planned(project_id, ada, items=items)
    stage.do(LaunchProject(project_id=project_id), by=CUSTOMER)
    return Running(stage, ada, project_id, order_id)


def test_a_second_order_takes_what_the_first_one_left() -> None:
    # Given an order of four of ten items that is done
    market = running(items=4)
    market.finish(market.order_id)
    assert not market.ended()
    assert market.free == ((4, 10),)
    # When another one is planned and begun
    second = market.stage.planned(market.project_id, market.ada)
    market.stage.do(StartWorkOrder(order_id=second), by=CUSTOMER)
    # Then it asks for the others, and with it the project is complete
    assert market.stage.last_offer(second).slots == ((4, 10),)
    market.finish(second)
    assert market.ended()


def test_an_order_that_runs_is_begun_once() -> None:
    market = running()
    head = market.stage.head()
    market.stage.do(StartWorkOrder(order_id=market.order_id), by=CUSTOMER)
    assert market.stage.head() == head


def test_an_order_begins_with_the_launch_and_not_before() -> None:
    stage = Stage()
    order_id = stage.planned(stage.project(), stage.provider("Ada"))
    assert stage.refusal(StartWorkOrder(order_id=order_id), by=CUSTOMER) == "CONFLICT"


def test_an_order_for_which_nothing_is_left_does_not_begin() -> None:
    market = running(items=None)
    second = market.stage.planned(market.project_id, market.ada)
    begin = StartWorkOrder(order_id=second)
    assert market.stage.refusal(begin, by=CUSTOMER) == "NOTHING_TO_DO"


def test_what_nobody_took_on_goes_back_to_the_project() -> None:
    market = running(items=4)
    offer_id = market.stage.last_offer(market.order_id).id

    market.release()

    assert market.free == ((0, 10),)
    assert market.order.status is OrderStatus.CANCELLED
    assert market.stage.last_offer(market.order_id).status is OfferStatus.WITHDRAWN
    assert market.stage.last_offer(market.order_id).id == offer_id
    assert not market.ended()


def test_what_a_provider_has_taken_on_stays_with_it_until_the_batch_is_taken_back() -> None:
    # Given a provider that has the whole order
    market = running(items=4)
    batch = market.stage.accepted(market.order_id, by=market.ada)
    command = ReleaseWorkOrder(order_id=market.order_id, reason="")
    assert market.stage.refusal(command, by=CUSTOMER) == "CONFLICT"
    # When it delivers one item, and the others are taken back, first the batch and then the order
    market.stage.delivered(batch, ((0, 1),))
    market.stage.wait(seconds=DELIVER_WITHIN_S + ANSWER_WITHIN_S)
    market.stage.do(RevokeBatch(batch_id=batch.id, reason="late"), by=CUSTOMER)
    market.release()
    # Then all items but that one are free
    assert market.free == ((1, 10),)
    assert market.order.approved == ((0, 1),)


def test_an_order_that_never_began_is_dropped() -> None:
    market = running(items=4)
    second = market.stage.planned(market.project_id, market.ada)
    market.stage.do(ReleaseWorkOrder(order_id=second, reason=""), by=CUSTOMER)
    assert market.stage.get(WorkOrder, second).status is OrderStatus.CANCELLED
    assert market.project.waiting_orders == ()
    market.stage.planned(market.project_id, market.ada)


def test_who_wants_no_more_labels_ends_the_project_with_its_orders() -> None:
    market = running(items=4)
    market.stage.do(LeaveUnlabeled(project_id=market.project_id, reason="enough"), by=CUSTOMER)
    assert not market.ended()
    market.finish(market.order_id)
    assert market.ended()


def test_an_order_that_is_stopped_leaves_its_items_unlabeled() -> None:
    market = running(items=None)
    market.stage.wait(seconds=3_600 * 24)
    market.stage.memory.settle()
    assert market.order.status is OrderStatus.EXHAUSTED
    stop = AnswerExhausted(
        order_id=market.order_id, answer=ExhaustedAnswer.STOP, answer_within_s=None
    )
    market.stage.do(stop, by=CUSTOMER)
    market.stage.memory.settle()
    assert market.free == ()
    assert market.ended()


@pytest.mark.parametrize("again", [1, 2])
def test_taken_back_again_nothing_more_is_recorded(again: int) -> None:
    market = running()
    market.release()
    head = market.stage.head()
    for _ in range(again):
        market.release()
    assert market.stage.head() == head
