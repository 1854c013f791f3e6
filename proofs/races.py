"""A crowd accepts each of many offers at the same moment; each is won once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from labelmarket.application.access import Actor
from labelmarket.application.commands import orders, starting
from labelmarket.application.commands.offers import AcceptOffer
from labelmarket.application.commands.projects import AddItems, CreateProject, DefineClasses
from labelmarket.application.market import Outcome
from labelmarket.bootstrap.core import Core
from labelmarket.domain.access_token import Role
from labelmarket.domain.project_facts import Target
from labelmarket.domain.values import LabelClass, Requirement
from labelmarket.domain.work_order import WorkOrder
from tests.adapters.postgres.scene import TASK, actor, all_at_once, do, list_provider

CROWD = 100
ORDERS_IN_PROJECT = 200
ITEMS = 10
COUNTS = """
SELECT count(*) FILTER (WHERE topic = 'ProviderAccepted'),
    count(DISTINCT originator_id) FILTER (WHERE topic = 'ProviderAccepted'),
    count(*) FILTER (WHERE topic = 'SliceFilled'),
    count(*) FILTER (WHERE topic = 'BatchOpened')
FROM market.facts
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raced:
    """How many acceptances were asked for, and how many there are of each of their facts."""

    orders: int
    asked: int
    won: int
    facts: tuple[int, ...]

    @property
    def held(self) -> bool:
        return self.won == self.orders and set(self.facts) == {self.orders}


def race(core: Core, *, count: int) -> Raced:
    """Launch this many orders, and let a crowd accept each offer under keys of its own."""
    provider = list_provider(core, "the one")
    customer = actor(Role.CUSTOMER)
    offers: list[UUID] = []
    while len(offers) < count:
        some = min(ORDERS_IN_PROJECT, count - len(offers))
        offers += launch_many(core, customer=customer, provider=provider, orders_wanted=some)

    def accept(offer_id: UUID, number: int) -> Outcome:
        command = AcceptOffer(offer_id=offer_id)
        return core.market.handle(command, by=provider, key=f"{offer_id} {number}")

    won = 0
    for offer_id in offers:
        outcomes = all_at_once([partial(accept, offer_id, number) for number in range(CROWD)])
        won += sum(1 for outcome in outcomes if outcome.position is not None)
    with core.pool.connection() as connection:
        row = connection.execute(COUNTS).fetchone()
    assert row is not None
    return Raced(orders=count, asked=count * CROWD, won=won, facts=tuple(row))


def launch_many(core: Core, *, customer: Actor, provider: Actor, orders_wanted: int) -> list[UUID]:
    """One launched project with many orders; the offers that went out for them."""
    planned = plan_many(core, customer=customer, providers=[provider], orders_wanted=orders_wanted)
    found = [core.market.find(WorkOrder, order_id) for order_id in planned]
    offers = [order.last_offer_id for order in found if order and order.last_offer_id]
    assert len(offers) == orders_wanted, "every order asks its first provider at the launch"
    return offers


def plan_many(
    core: Core, *, customer: Actor, providers: Sequence[Actor], orders_wanted: int
) -> list[UUID]:
    """The orders of a launched project; each asks one provider, in turns."""
    task = Requirement(task_type=TASK)
    create = CreateProject(name="races", data_type="image", tasks=(task,), target=Target())
    project_id = do(core, create, customer)
    car = (LabelClass(name="car"),)
    do(core, DefineClasses(project_id=project_id, classes=car), customer)
    items = AddItems(
        project_id=project_id,
        upload_digest="a" * 64,
        manifest_digest="b" * 64,
        after=(),
        items=ITEMS * orders_wanted,
        problems=0,
        problems_digest="",
    )
    do(core, items, customer)
    plan = orders.PlanWorkOrder(
        project_id=project_id,
        task_id=None,
        items=ITEMS,
        answer_within_s=3_600,
        deliver_within_s=86_400,
    )
    planned = [do(core, plan, customer) for _ in range(orders_wanted)]
    ids = [p.viewer.organisation_id for p in providers if p.viewer is not None]
    for number, order_id in enumerate(planned):
        ranked = (ids[number % len(ids)],)
        rank = orders.RankProviders(order_id=order_id, provider_ids=ranked, expected_version=0)
        do(core, rank, customer)
    do(core, starting.LaunchProject(project_id=project_id), customer)
    return planned
