"""Commands that plan work orders, rank providers, answer for them, and stop."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from labelmarket.application.commands.cascade import ask_next
from labelmarket.application.commands.oracles import only_task
from labelmarket.application.commands.projects import own_project
from labelmarket.application.work import Answer, Work
from labelmarket.domain.access_token import Role
from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.offer import Offer
from labelmarket.domain.provider import Provider, Standing
from labelmarket.domain.work_order import SHORTLIST_MAX, WorkOrder

ANSWER_WITHIN_S_MAX = 30 * 24 * 3600
DELIVER_WITHIN_S_MAX = 366 * 24 * 3600


class ExhaustedAnswer(StrEnum):
    """What the customer wants when nobody is left to ask."""

    ASK_AGAIN = "ask_again"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWorkOrder:
    """Plan to have a task done by people, or so many of its items.

    The order begins with the launch; one that is planned later, by `StartWorkOrder`.
    """

    project_id: UUID
    task_id: UUID | None
    items: int | None = None
    answer_within_s: int
    deliver_within_s: int

    def decide(self, work: Work, /) -> Answer:
        project = own_project(work, self.project_id)
        _check_answer_within(self.answer_within_s)
        if not 1 <= self.deliver_within_s <= DELIVER_WITHIN_S_MAX:
            raise InvalidInput("between a second and a year", path=("deliverWithinSeconds",))
        task_id = only_task(project, self.task_id)
        order = work.add(
            WorkOrder.plan(
                order_id=work.new_id(),
                project_id=project.id,
                organisation_id=project.organisation_id,
                task_id=task_id,
                requirement=project.tasks[task_id],
                answer_within_s=self.answer_within_s,
                deliver_within_s=self.deliver_within_s,
                items=self.items,
                at=work.at,
            )
        )
        project.add_order(order_id=order.id, task_id=task_id, items=self.items, at=work.at)
        return Answer(thing=order.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankProviders:
    order_id: UUID
    provider_ids: tuple[UUID, ...]
    expected_version: int | None

    def decide(self, work: Work, /) -> Answer:
        order = own_order(work, self.order_id)
        if len(self.provider_ids) > SHORTLIST_MAX:
            raise InvalidInput(f"{SHORTLIST_MAX} providers at the most", path=("providerIds",))
        for provider_id in self.provider_ids:
            provider = work.find(Provider, provider_id)
            if provider is None or provider.standing is not Standing.LISTED:
                raise InvalidInput("there is no such listed provider", path=("providerIds",))
        order.rank(self.provider_ids, expected_version=self.expected_version, at=work.at)
        return Answer(thing=order.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerExhausted:
    """The customer decides what happens when nobody is left to ask."""

    order_id: UUID
    answer: ExhaustedAnswer
    answer_within_s: int | None

    def decide(self, work: Work, /) -> Answer:
        order = own_order(work, self.order_id)
        if self.answer is ExhaustedAnswer.STOP:
            order.stop(reason="nobody was left to ask", at=work.at)
        else:
            if self.answer_within_s is not None:
                _check_answer_within(self.answer_within_s)
            order.ask_again(answer_within_s=self.answer_within_s, at=work.at)
            ask_next(work, order)
        return Answer(thing=order.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelProject:
    """Stop everything that nobody has accepted yet; accepted batches stay with their provider."""

    project_id: UUID
    reason: str

    def decide(self, work: Work, /) -> Answer:
        project = own_project(work, self.project_id)
        project.cancel(reason=self.reason, at=work.at)
        for order_id in project.every_order:
            stop_order(
                work,
                work.get(WorkOrder, order_id),
                reason=self.reason,
                to_provider="the project was cancelled",
            )
        return Answer(thing=project.id)


def own_order(work: Work, order_id: UUID) -> WorkOrder:
    """A work order of a project that the actor owns."""
    work.by.must_be(Role.CUSTOMER)
    order = work.get(WorkOrder, order_id)
    work.by.must_own(order.organisation_id)
    return order


def stop_order(work: Work, order: WorkOrder, *, reason: str, to_provider: str) -> None:
    """Ask nobody any more; whoever is asked hears why the offer is withdrawn."""
    if not order.is_over:
        order.cancel(reason=reason, at=work.at)
    if order.last_offer_id is None:
        return
    offer = work.get(Offer, order.last_offer_id)
    if not offer.ended:
        offer.withdraw(reason=to_provider, at=work.at)
        work.drop_timer(f"expire:{offer.id}")


def _check_answer_within(seconds: int) -> None:
    if not 1 <= seconds <= ANSWER_WITHIN_S_MAX:
        raise InvalidInput("between a second and 30 days", path=("answerWithinSeconds",))
