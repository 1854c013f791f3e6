"""From a yes to the approval: one acceptance, its batch, and what becomes of its slots."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from labelmarket.application.access import MARKET
from labelmarket.application.commands.batches import (
    ApproveBatch,
    DeliverLabels,
    RefusePart,
    RequestRework,
    RevokeBatch,
    StartWork,
)
from labelmarket.application.commands.offers import AcceptOffer
from labelmarket.application.commands.orders import CancelProject
from labelmarket.application.commands.providers import SetAvailability
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.label_batch_facts import BatchStatus
from labelmarket.domain.offer import OfferStatus
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.provider_load import ProviderLoad, load_id
from labelmarket.domain.slots import NONE
from labelmarket.domain.work_order import WorkOrder
from labelmarket.domain.work_order_facts import OrderStatus
from tests.application.stage import (
    ANSWER_WITHIN_S,
    CUSTOMER,
    DELIVER_WITHIN_S,
    Stage,
    merged,
    open_hours,
    organisation,
    part_read,
)

TEN = ((0, 10),)


def order_of(stage: Stage, batch: LabelBatch) -> WorkOrder:
    return stage.get(WorkOrder, batch.order_id)


def taken(stage: Stage, provider_id: UUID) -> int:
    """Items that a provider has taken on this month."""
    load = stage.memory.market.find(ProviderLoad, load_id(provider_id, at=stage.memory.clock()))
    return load.items if load else 0


def test_a_yes_records_all_that_it_means_together(stage: Stage) -> None:
    ada = stage.provider("Ada")
    order_id = stage.launched(ada)
    head = stage.head()
    stage.accepted(order_id, by=ada)
    assert sorted(stage.topics(after=head)) == [
        "BatchOpened",
        "CapacityCommitted",
        "LoadOpened",
        "ProviderAccepted",
        "SliceFilled",
    ]
    assert {t.command for t in stage.memory.recorder.timers.values()} == {"MarkOverdue"}


@pytest.mark.parametrize(("early_by", "answer"), [(0.001, None), (0, "OFFER_EXPIRED")])
def test_the_clock_judges_a_yes_though_the_timer_sleeps(
    stage: Stage, early_by: float, answer: str | None
) -> None:
    ada = stage.provider("Ada")
    offer = stage.last_offer(stage.launched(ada))
    stage.wait(seconds=ANSWER_WITHIN_S - early_by)
    refused = stage.say(AcceptOffer(offer_id=offer.id), by=ada).answer.refused
    assert (refused.code if refused else None) == answer


def test_a_late_yes_is_refused_and_kept_and_the_next_is_asked(stage: Stage) -> None:
    ada, bel = stage.provider("Ada"), stage.provider("Bel")
    order_id = stage.launched(ada, bel)
    stage.wait(seconds=ANSWER_WITHIN_S + 60)
    head = stage.head()
    stage.say(AcceptOffer(offer_id=stage.last_offer(order_id).id), by=ada)
    assert stage.topics(after=head) == ["OfferExpired", "LateAnswer"]
    stage.memory.settle()
    assert stage.last_offer(order_id).provider_id == organisation(bel)


def test_accepting_again_answers_the_same_and_records_nothing(stage: Stage) -> None:
    ada = stage.provider("Ada")
    order_id = stage.launched(ada)
    stage.accepted(order_id, by=ada)
    head = stage.head()
    stage.do(AcceptOffer(offer_id=stage.last_offer(order_id).id), by=ada)
    assert stage.head() == head


def test_capacity_is_checked_again_at_the_yes(stage: Stage) -> None:
    ada = stage.provider("Ada", items_per_month=15)
    first, second = stage.launched(ada), stage.launched(ada)
    stage.accepted(first, by=ada)
    accept = AcceptOffer(offer_id=stage.last_offer(second).id)
    assert stage.refusal(accept, by=ada) == "NOT_ELIGIBLE"
    assert stage.last_offer(second).status is OfferStatus.OPEN


def test_hours_are_checked_again_at_the_yes(stage: Stage) -> None:
    ada = stage.provider("Ada")
    order_id = stage.launched(ada)
    busy = open_hours(items_per_month=100, accepting=False)
    stage.do(SetAvailability(availability=busy), by=ada)
    accept = AcceptOffer(offer_id=stage.last_offer(order_id).id)
    assert stage.refusal(accept, by=ada) == "NOT_ELIGIBLE"


def test_work_that_was_approved_still_counts_for_its_month(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.delivered(stage.accepted(stage.launched(ada), by=ada), TEN)
    stage.do(ApproveBatch(batch_id=batch.id), by=CUSTOMER)
    assert taken(stage, batch.provider_id) == 10


def test_capacity_comes_back_to_the_month_of_the_yes(stage: Stage) -> None:
    ada = stage.provider("Ada")
    order_id = stage.launched(ada)
    batch = stage.accepted(order_id, by=ada)
    accepted_at = stage.memory.clock()
    stage.memory.clock.at = datetime(2026, 4, 15, tzinfo=UTC)
    stage.do(RevokeBatch(batch_id=batch.id, reason="late"), by=CUSTOMER)
    load = stage.get(ProviderLoad, load_id(batch.provider_id, at=accepted_at))
    assert (load.month, load.items) == ("2026-03", 0)


def test_the_last_approval_completes_order_and_project(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.delivered(stage.accepted(stage.launched(ada), by=ada), TEN)
    stage.do(ApproveBatch(batch_id=batch.id), by=CUSTOMER)
    stage.memory.settle()
    order = order_of(stage, batch)
    assert (order.status, order.approved) == (OrderStatus.COMPLETED, TEN)
    assert stage.get(Project, order.project_id).status is ProjectStatus.COMPLETED


def test_a_delivery_that_is_overdue_is_known_to_the_customer(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.accepted(stage.launched(ada), by=ada)
    stage.memory.clock.at = batch.deliver_by
    stage.memory.settle()
    assert stage.row("batch_sheet", batch.id).overdue


def test_rework_has_a_deadline_of_its_own(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.delivered(stage.accepted(stage.launched(ada), by=ada), TEN)
    rework = RequestRework(
        batch_id=batch.id, reason="blurred", deliver_within_s=10 * DELIVER_WITHIN_S
    )
    stage.do(rework, by=CUSTOMER)
    stage.memory.clock.at = batch.deliver_by
    stage.memory.settle()
    assert not stage.get(LabelBatch, batch.id).overdue
    stage.wait(seconds=10 * DELIVER_WITHIN_S)
    stage.memory.settle()
    assert stage.get(LabelBatch, batch.id).overdue


@pytest.mark.parametrize("seconds", [-1, 0, 367 * 24 * 3600, 10**18])
def test_a_deadline_for_rework_is_bounded(stage: Stage, seconds: int) -> None:
    ada = stage.provider("Ada")
    batch = stage.delivered(stage.accepted(stage.launched(ada), by=ada), TEN)
    rework = RequestRework(batch_id=batch.id, reason="blurred", deliver_within_s=seconds)
    assert stage.refusal(rework, by=CUSTOMER) == "INVALID_INPUT"


def test_a_lease_is_bounded(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.accepted(stage.launched(ada), by=ada)
    for seconds in (0, 10**9):
        start = StartWork(batch_id=batch.id, team="red", lease_s=seconds)
        assert stage.refusal(start, by=ada) == "INVALID_INPUT"


def test_a_refused_part_does_not_keep_the_others_from_being_merged(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.accepted(stage.launched(ada), by=ada)
    for part, digest in ((1, "front"), (2, "torn")):
        deliver = DeliverLabels(batch_id=batch.id, upload_digest=digest, size_bytes=9)
        stage.do(deliver, by=ada)
        if part == 1:
            stage.do(part_read(batch.id, part=1, covered=((0, 6),)), by=MARKET)
    merges = {job.id for job in stage.memory.recorder.jobs.values() if job.kind == "merge_parts"}
    stage.do(RefusePart(batch_id=batch.id, part=2, code="TORN", message="torn"), by=MARKET)
    jobs = [job for job in stage.memory.recorder.jobs.values() if job.kind == "merge_parts"]
    assert [dict(job.args)["parts"] for job in jobs if job.id not in merges] == [1]


# Taking work back.


def test_revoking_offers_only_what_was_not_delivered(stage: Stage) -> None:
    ada, bel = stage.provider("Ada"), stage.provider("Bel")
    batch = stage.accepted(stage.launched(ada, bel), by=ada)
    stage.delivered(batch, ((0, 6),))
    stage.memory.clock.at = batch.deliver_by
    stage.do(RevokeBatch(batch_id=batch.id, reason="late"), by=CUSTOMER)
    offer = stage.last_offer(batch.order_id)
    assert (offer.provider_id, offer.slots) == (organisation(bel), ((6, 10),))
    assert offer.terms.items == 4
    assert order_of(stage, batch).approved == ((0, 6),)


def test_the_rest_completes_the_order_with_what_was_kept(stage: Stage) -> None:
    ada, bel = stage.provider("Ada"), stage.provider("Bel")
    first = stage.accepted(stage.launched(ada, bel), by=ada)
    stage.delivered(first, ((0, 6),))
    stage.memory.clock.at = first.deliver_by
    stage.do(RevokeBatch(batch_id=first.id, reason="late"), by=CUSTOMER)
    second = stage.delivered(stage.accepted(first.order_id, by=bel), ((6, 10),), digest="rest")
    stage.do(ApproveBatch(batch_id=second.id), by=CUSTOMER)
    order = order_of(stage, first)
    assert (order.status, order.approved) == (OrderStatus.COMPLETED, TEN)


def test_a_part_that_arrived_in_time_is_read_before_anything_is_taken_back(stage: Stage) -> None:
    ada, bel = stage.provider("Ada"), stage.provider("Bel")
    batch = stage.accepted(stage.launched(ada, bel), by=ada)
    stage.do(DeliverLabels(batch_id=batch.id, upload_digest="file", size_bytes=9), by=ada)
    stage.memory.clock.at = batch.deliver_by
    revoke = RevokeBatch(batch_id=batch.id, reason="late")
    assert stage.refusal(revoke, by=CUSTOMER) == "CONFLICT"
    stage.do(part_read(batch.id, part=1, covered=TEN), by=MARKET)
    assert stage.refusal(revoke, by=CUSTOMER) == "CONFLICT"
    stage.do(merged(batch.id, parts=1), by=MARKET)
    stage.do(ApproveBatch(batch_id=batch.id), by=CUSTOMER)


def test_when_nobody_is_left_for_the_rest_the_customer_is_asked(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.accepted(stage.launched(ada), by=ada)
    stage.do(RevokeBatch(batch_id=batch.id, reason="late"), by=CUSTOMER)
    assert order_of(stage, batch).status is OrderStatus.EXHAUSTED


# Work that outlives its project.


def test_after_a_cancellation_accepted_work_is_delivered_and_approved(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.accepted(stage.launched(ada), by=ada)
    stage.do(CancelProject(project_id=batch.project_id, reason="over"), by=CUSTOMER)
    stage.delivered(batch, TEN)
    stage.do(ApproveBatch(batch_id=batch.id), by=CUSTOMER)
    stage.memory.settle()
    order = order_of(stage, batch)
    assert (order.status, order.approved) == (OrderStatus.CANCELLED, TEN)
    assert stage.get(Project, batch.project_id).status is ProjectStatus.CANCELLED


def test_after_a_cancellation_revoked_work_is_withdrawn_and_nobody_is_asked(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.accepted(stage.launched(ada, stage.provider("Bel")), by=ada)
    stage.delivered(batch, ((0, 6),))
    stage.do(CancelProject(project_id=batch.project_id, reason="over"), by=CUSTOMER)
    stage.memory.clock.at = batch.deliver_by
    stage.do(RevokeBatch(batch_id=batch.id, reason="over"), by=CUSTOMER)
    stage.memory.settle()
    order = order_of(stage, batch)
    assert (order.unassigned, order.withdrawn) == (NONE, ((6, 10),))
    assert (order.approved, order.status) == (((0, 6),), OrderStatus.CANCELLED)
    assert stage.topics().count("OfferSent") == 1
    assert stage.get(LabelBatch, batch.id).status is BatchStatus.REVOKED
