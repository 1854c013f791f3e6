"""A stage for the market in memory: who acts in it, and how a play begins."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID, uuid5

from labelmarket.application.access import MARKET, Actor, Viewer
from labelmarket.application.commands.batches import (
    DeliverLabels,
    RecordPart,
    RecordReport,
)
from labelmarket.application.commands.offers import AcceptOffer
from labelmarket.application.commands.orders import PlanWorkOrder, RankProviders
from labelmarket.application.commands.projects import AddItems, CreateProject, DefineClasses
from labelmarket.application.commands.providers import (
    ApplyAsProvider,
    PublishCapabilities,
    PublishRateCard,
    SetAvailability,
    VetProvider,
)
from labelmarket.application.commands.starting import LaunchProject
from labelmarket.application.market import Outcome
from labelmarket.application.work import Command
from labelmarket.domain.access_token import Role
from labelmarket.domain.aggregate import Aggregate
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.offer import Offer
from labelmarket.domain.project_facts import Target
from labelmarket.domain.slots import Ranges
from labelmarket.domain.values import (
    Availability,
    Capability,
    LabelClass,
    Rate,
    Requirement,
    Shift,
    Workforce,
)
from labelmarket.domain.work_order import WorkOrder
from tests.memory_market import MemoryMarket

BOXES = Requirement(task_type="object_detection", geometry="box")
ANSWER_WITHIN_S = 3_600
DELIVER_WITHIN_S = 86_400
NAMES = UUID(int=7)

_ALL = Viewer(role=Role.OPERATOR, organisation_id=NAMES)

A = TypeVar("A", bound=Aggregate)


def actor(role: Role, name: str) -> Actor:
    """Somebody of the organisation of that name, with a token."""
    viewer = Viewer(
        role=role, organisation_id=uuid5(NAMES, name), token_id=uuid5(NAMES, f"{name}'s")
    )
    return Actor(name=name, viewer=viewer)


CUSTOMER = actor(Role.CUSTOMER, "customer")
OTHER_CUSTOMER = actor(Role.CUSTOMER, "other customer")
OPERATOR = actor(Role.OPERATOR, "operator")
AUDITOR = actor(Role.AUDITOR, "auditor")


def open_hours(*, items_per_month: int, accepting: bool = True) -> Availability:
    """Round the clock, every day."""
    shifts = tuple(Shift(weekday=day, start="00:00", end="00:00") for day in range(7))
    return Availability(
        time_zone="UTC", shifts=shifts, items_per_month=items_per_month, accepting=accepting
    )


class Stage:
    def __init__(self, memory: MemoryMarket | None = None) -> None:
        self.memory = memory or MemoryMarket()

    # Saying and seeing.

    def say(self, command: Command, *, by: Actor, key: str | None = None) -> Outcome:
        return self.memory.market.handle(command, by=by, key=key)

    def do(self, command: Command, *, by: Actor) -> UUID:
        """Say what must not be refused; the id of the thing it was about."""
        answer = self.say(command, by=by).answer
        assert answer.refused is None, answer.refused
        assert answer.thing is not None
        return answer.thing

    def refusal(self, command: Command, *, by: Actor) -> str:
        """The code with which a command is refused; nothing may come of it."""
        head = len(self.memory.recorder.log)
        refused = self.say(command, by=by).answer.refused
        assert refused is not None, f"{command} was not refused"
        assert len(self.memory.recorder.log) == head, "a refusal leaves no fact"
        return refused.code

    def get(self, kind: type[A], aggregate_id: UUID) -> A:
        found = self.memory.market.find(kind, aggregate_id)
        assert found is not None
        return found

    def last_offer(self, order_id: UUID) -> Offer:
        offer_id = self.get(WorkOrder, order_id).last_offer_id
        assert offer_id is not None
        return self.get(Offer, offer_id)

    def row(self, view: str, row_id: UUID) -> Any:
        """A row of a view that has heard of everything."""
        self.memory.follow_views()
        return self.memory.views[view].by_ids(_ALL, [row_id])[row_id]

    def topics(self, *, after: int = 0) -> list[str]:
        return [fact.topic for fact in self.memory.recorder.log[after:]]

    def head(self) -> int:
        return len(self.memory.recorder.log)

    def wait(self, *, seconds: float) -> None:
        self.memory.clock.pass_by(timedelta(seconds=seconds))

    # How a play begins.

    def provider(self, name: str, *, items_per_month: int = 10_000, listed: bool = True) -> Actor:
        who = actor(Role.PROVIDER, name)
        capability = Capability(
            task_type=BOXES.task_type, geometries=("box",), units_per_hour=Decimal(100)
        )
        rate = Rate(
            task_type=BOXES.task_type,
            currency="USD",
            setup=Decimal(5),
            per_item=Decimal("0.10"),
        )
        for command in (
            ApplyAsProvider(name=name, workforce=Workforce.STAFF, region="DE", contact="desk"),
            PublishCapabilities(capabilities=(capability,), clearances=()),
            PublishRateCard(rates=(rate,)),
            SetAvailability(availability=open_hours(items_per_month=items_per_month)),
        ):
            self.do(command, by=who)
        if listed:
            self.do(VetProvider(provider_id=organisation(who), note="seen"), by=OPERATOR)
        return who

    def project(
        self, *, items: int = 10, classes: Sequence[str] = ("cat",), by: Actor = CUSTOMER
    ) -> UUID:
        project_id = self.do(
            CreateProject(name="Street scenes", data_type="image", tasks=(BOXES,), target=Target()),
            by=by,
        )
        if classes:
            named = tuple(LabelClass(name=name) for name in classes)
            self.do(DefineClasses(project_id=project_id, classes=named), by=by)
        if items:
            self.do(
                AddItems(
                    project_id=project_id,
                    upload_digest="upload",
                    manifest_digest="manifest",
                    after=(),
                    items=items,
                    problems=0,
                    problems_digest="none",
                ),
                by=by,
            )
        return project_id

    def planned(
        self, project_id: UUID, *providers: Actor, items: int | None = None, by: Actor = CUSTOMER
    ) -> UUID:
        """A planned order with its ranking."""
        order_id = self.do(
            PlanWorkOrder(
                project_id=project_id,
                task_id=None,
                items=items,
                answer_within_s=ANSWER_WITHIN_S,
                deliver_within_s=DELIVER_WITHIN_S,
            ),
            by=by,
        )
        if providers:
            ranked = tuple(organisation(p) for p in providers)
            rank = RankProviders(order_id=order_id, provider_ids=ranked, expected_version=None)
            self.do(rank, by=by)
        return order_id

    def launched(self, *providers: Actor, items: int = 10) -> UUID:
        """An order whose first provider was asked."""
        project_id = self.project(items=items)
        order_id = self.planned(project_id, *providers)
        self.do(LaunchProject(project_id=project_id), by=CUSTOMER)
        return order_id

    def accepted(self, order_id: UUID, *, by: Actor) -> LabelBatch:
        """The batch of the provider that takes the order's open offer."""
        self.do(AcceptOffer(offer_id=self.last_offer(order_id).id), by=by)
        return self.batch(order_id)

    def batch(self, order_id: UUID) -> LabelBatch:
        """The order's newest batch."""
        *_, batch_id = self.get(WorkOrder, order_id).assigned
        return self.get(LabelBatch, batch_id)

    def delivered(self, batch: LabelBatch, slots: Ranges, *, digest: str = "file") -> LabelBatch:
        """Labels for these slots arrive, are read, and measured."""
        provider = Actor(
            name="provider",
            viewer=Viewer(role=Role.PROVIDER, organisation_id=batch.provider_id),
        )
        deliver = DeliverLabels(batch_id=batch.id, upload_digest=digest, size_bytes=100)
        part = self.say(deliver, by=provider).answer.notes["part"]
        assert isinstance(part, int)
        self.do(part_read(batch.id, part=part, covered=slots), by=MARKET)
        parts = len(self.get(LabelBatch, batch.id).measured)
        self.do(merged(batch.id, parts=parts), by=MARKET)
        return self.get(LabelBatch, batch.id)


def organisation(who: Actor) -> UUID:
    assert who.viewer is not None
    return who.viewer.organisation_id


def part_read(batch_id: UUID, *, part: int, covered: Ranges) -> RecordPart:
    """What a worker says of a part."""
    return RecordPart(
        batch_id=batch_id,
        part=part,
        labels_digest=f"labels {part}",
        sums_digest=f"sums {part}",
        labels=3,
        covered=covered,
        problems=0,
        problems_digest="none",
    )


def merged(batch_id: UUID, *, parts: int) -> RecordReport:
    """What a worker says of the parts together."""
    return RecordReport(
        batch_id=batch_id,
        parts=parts,
        report_digest=f"report {parts}",
        items=parts,
        labels=3 * parts,
        problems=0,
        gold_right=0,
        gold_checked=0,
        gold_files=0,
    )
