"""What customers want: projects, orders, a ranking, and a judgement of what was delivered."""

from uuid import UUID

from labelmarket.application.access import Actor
from labelmarket.application.commands import batches, offers, orders, projects, slots, starting
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.application.views.order_sheet import OrderRow
from labelmarket.application.work import Command
from labelmarket.domain.project_facts import Target
from labelmarket.domain.values import LabelClass
from labelmarket.domain.work_order_facts import OrderStatus
from simulation.cast import PROVIDERS
from simulation.chance import Chance
from simulation.client import Client
from simulation.scheduler import Steps
from simulation.sight import Sight, Wish
from tests.application.stage import BOXES, organisation

ITEMS_MAX = 9
ORDERS_MAX = 2
ANSWER_WITHIN_S = (60, 600, 3_600, 4 * 3_600)
DELIVER_WITHIN_S = (600, 3_600, 24 * 3_600, 3 * 24 * 3_600)


class CustomerWishes:
    def __init__(self, sight: Sight) -> None:
        self._sight = sight
        self._chance = sight.chance

    def next(self, who: Actor, /) -> Wish:
        owner = organisation(who)
        order = self._sight.order(lambda row: row.organisation_id == owner)
        batch = self._sight.batch(lambda row: row.organisation_id == owner)
        if batch is not None and self._chance.random.random() < 0.5:
            return self._judgement(batch)
        return None if order is None else self._about(order)

    def _about(self, order: OrderRow) -> Wish:
        if order.status is OrderStatus.EXHAUSTED and self._chance.random.random() < 0.7:
            answer = self._chance.one_of((*3 * (ASK_AGAIN,), orders.ExhaustedAnswer.STOP))
            return orders.AnswerExhausted(order_id=order.id, answer=answer, answer_within_s=None)
        assert order.project_id is not None, "an order belongs to a project"
        offer = self._sight.offer(lambda row: row.parent_id == order.id)
        drawn = self._chance.random.random()
        if drawn < 0.4:
            return rank(order.id, ranking(self._sight))
        if drawn < 0.5:
            return orders.CancelProject(project_id=order.project_id, reason="over")
        if drawn < 0.55:
            return self._about_slots(order)
        if drawn < 0.75 or offer is None:
            return starting.LaunchProject(project_id=order.project_id)
        return offers.WithdrawOffer(offer_id=offer.id, reason="changed")

    def _about_slots(self, order: OrderRow) -> Wish:
        """What is not begun is taken back, ordered once more, or given up."""
        assert order.project_id is not None, "an order belongs to a project"
        wishes: tuple[Command, ...] = (
            slots.ReleaseWorkOrder(order_id=order.id, reason="changed"),
            plan(order.project_id, self._chance, items=None),
            starting.StartWorkOrder(order_id=order.id),
            slots.LeaveUnlabeled(project_id=order.project_id, reason="enough"),
        )
        return self._chance.one_of(wishes)

    def _judgement(self, batch: BatchRow) -> Wish:
        within_s = self._chance.one_of(DELIVER_WITHIN_S)
        approve = batches.ApproveBatch(batch_id=batch.id)
        revoke = batches.RevokeBatch(batch_id=batch.id, reason="late")
        rework = batches.RequestRework(
            batch_id=batch.id, reason="blurred", deliver_within_s=within_s
        )
        wishes: tuple[Command, ...] = (approve, approve, rework, revoke)
        return self._chance.one_of(wishes)


ASK_AGAIN = orders.ExhaustedAnswer.ASK_AGAIN


def open_project(client: Client, sight: Sight, who: Actor) -> Steps[None]:
    """From an idea to a launch, as far as the customer hears back."""
    chance = sight.chance
    create = projects.CreateProject(
        name="Street scenes", data_type="image", tasks=(BOXES,), target=Target()
    )
    project_id = yield from client.thing(create, by=who)
    if project_id is None:
        return
    critical = chance.random.random() < 0.25
    classes = (LabelClass(name="cat"), LabelClass(name="dog", critical=critical))
    yield from client.say(projects.DefineClasses(project_id=project_id, classes=classes), by=who)
    items = chance.random.randint(1, ITEMS_MAX)
    yield from client.say(_items(project_id, items), by=who)
    wanted = chance.random.randint(1, ORDERS_MAX)
    for place in range(wanted):
        size = (items + 1) // 2 if place < wanted - 1 else None
        order_id = yield from client.thing(plan(project_id, chance, items=size), by=who)
        if order_id is not None:
            yield from client.say(rank(order_id, ranking(sight)), by=who)
    yield from client.say(starting.LaunchProject(project_id=project_id), by=who)


def plan(project_id: UUID, chance: Chance, *, items: int | None) -> orders.PlanWorkOrder:
    return orders.PlanWorkOrder(
        project_id=project_id,
        task_id=None,
        items=items,
        answer_within_s=chance.one_of(ANSWER_WITHIN_S),
        deliver_within_s=chance.one_of(DELIVER_WITHIN_S),
    )


def ranking(sight: Sight) -> tuple[UUID, ...]:
    ranked = [organisation(who) for who in PROVIDERS]
    sight.chance.random.shuffle(ranked)
    return tuple(ranked[: sight.chance.random.randint(1, len(ranked))])


def rank(order_id: UUID, provider_ids: tuple[UUID, ...]) -> orders.RankProviders:
    return orders.RankProviders(order_id=order_id, provider_ids=provider_ids, expected_version=None)


def _items(project_id: UUID, items: int) -> projects.AddItems:
    return projects.AddItems(
        project_id=project_id,
        upload_digest="items",
        manifest_digest="manifest",
        after=(),
        items=items,
        problems=0,
        problems_digest="none",
    )
