"""A small market on a real database, and commands that only tests give."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID, uuid4

import psycopg
from eventsourcing.persistence import StoredEvent

from labelmarket.application.access import MARKET, Actor, Viewer
from labelmarket.application.commands import orders, projects, providers, starting
from labelmarket.application.ports import Along, Said
from labelmarket.application.work import Answer, Command, Work
from labelmarket.bootstrap.core import Core
from labelmarket.domain.access_token import AccessToken, Role
from labelmarket.domain.project_facts import Target
from labelmarket.domain.values import (
    Availability,
    Capability,
    LabelClass,
    Rate,
    Requirement,
    Shift,
    Workforce,
)

T = TypeVar("T")
TASK = "object_detection"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Records one fact for each id, and what else is asked for."""

    ids: tuple[UUID, ...] = field(default_factory=lambda: (uuid4(),))
    timer: str | None = None
    timer_in_s: float = 3600
    timer_says: str = "ExpireOffer"
    job: str | None = None

    def decide(self, work: Work, /) -> Answer:
        for token_id in self.ids:
            work.add(
                AccessToken.issue(
                    token_id=token_id,
                    name="a test's",
                    role=Role.AUDITOR,
                    organisation_id=token_id,
                    secret_sha256="0" * 64,
                    expires_at=work.at + timedelta(days=1),
                    at=work.at,
                )
            )
        if self.timer is not None:
            due_at = work.at + timedelta(seconds=self.timer_in_s)
            work.set_timer(
                self.timer, due_at=due_at, command=self.timer_says, offer_id=str(self.ids[0])
            )
        if self.job is not None:
            work.start_job(self.job, kind="read_part", queue="parts", part=1)
        return Answer(thing=self.ids[0] if self.ids else None, notes={"facts": len(self.ids)})


def actor(role: Role, organisation_id: UUID | None = None) -> Actor:
    viewer = Viewer(role=role, organisation_id=organisation_id or uuid4(), token_id=uuid4())
    return Actor(name="test", viewer=viewer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Launched:
    """A project whose order is being offered down a ranking of providers."""

    customer: Actor
    providers: tuple[Actor, ...]
    project_id: UUID
    order_id: UUID


def do(core: Core, command: Command, by: Actor = MARKET) -> UUID:
    """Give a command that must be carried out, and return the thing that it names."""
    outcome = core.market.handle(command, by=by)
    assert outcome.answer.refused is None, outcome.answer.refused
    assert outcome.answer.thing is not None
    return outcome.answer.thing


def list_provider(core: Core, name: str) -> Actor:
    organisation_id = uuid4()
    provider = actor(Role.PROVIDER, organisation_id)
    all_day = tuple(Shift(weekday=day, start="00:00", end="00:00") for day in range(7))
    for command in (
        providers.ApplyAsProvider(
            name=name, workforce=Workforce.STAFF, region="DE", contact="a@b.example"
        ),
        providers.PublishCapabilities(
            capabilities=(
                Capability(task_type=TASK, geometries=("box",), units_per_hour=Decimal(100)),
            ),
            clearances=(),
        ),
        providers.PublishRateCard(
            rates=(Rate(task_type=TASK, currency="USD", setup=Decimal(1), per_item=Decimal(1)),)
        ),
        providers.SetAvailability(
            availability=Availability(
                time_zone="Europe/Berlin", shifts=all_day, items_per_month=10_000
            )
        ),
    ):
        do(core, command, provider)
    do(core, providers.VetProvider(provider_id=organisation_id, note=""), actor(Role.OPERATOR))
    return provider


def launch(core: Core, *, ranked: int = 2, answer_within_s: int = 600) -> Launched:
    customer = actor(Role.CUSTOMER)
    ranking = tuple(list_provider(core, f"provider {number}") for number in range(ranked))
    project_id = do(
        core,
        projects.CreateProject(
            name="street scenes",
            data_type="image",
            tasks=(Requirement(task_type=TASK),),
            target=Target(),
        ),
        customer,
    )
    car = (LabelClass(name="car"),)
    do(core, projects.DefineClasses(project_id=project_id, classes=car), customer)
    add = projects.AddItems(
        project_id=project_id,
        upload_digest="a" * 64,
        manifest_digest="b" * 64,
        after=(),
        items=100,
        problems=0,
        problems_digest="",
    )
    do(core, add, customer)
    plan = orders.PlanWorkOrder(
        project_id=project_id,
        task_id=None,
        answer_within_s=answer_within_s,
        deliver_within_s=86_400,
    )
    order_id = do(core, plan, customer)
    ids = tuple(provider.viewer.organisation_id for provider in ranking if provider.viewer)
    rank = orders.RankProviders(order_id=order_id, provider_ids=ids, expected_version=0)
    do(core, rank, customer)
    do(core, starting.LaunchProject(project_id=project_id), customer)
    return Launched(customer=customer, providers=ranking, project_id=project_id, order_id=order_id)


def append_raw(core: Core, *, topic: str, state: bytes, key: str | None = None) -> int:
    """Store a line that no mapper has checked, and give its position."""
    token_id = uuid4()
    said = Said(key=key or f"raw:{token_id}", fingerprint=b"", answer=b"")
    along = Along(said=(said,), audiences=((None, None),))
    stored = [StoredEvent(token_id, 1, topic, state)]
    positions = core.market.recorder.insert_events(stored, along=along)
    assert positions is not None
    return positions[0]


def select(database_url: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What a statement gives, on a connection of its own."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode(), values)
        return cursor.fetchall() if cursor.description is not None else []


def one(database_url: str, statement: str, *values: object) -> Any:
    rows = select(database_url, statement, *values)
    assert len(rows) == 1, rows
    return rows[0][0]


def all_at_once(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """What the tasks give, each begun in a thread of its own at the same moment."""
    gate = threading.Barrier(len(tasks))

    def run(task: Callable[[], T]) -> T:
        gate.wait(timeout=20)
        return task()

    with ThreadPoolExecutor(max_workers=len(tasks)) as threads:
        return list(threads.map(run, tasks))


def eventually(condition: Callable[[], bool], *, within_s: float = 10.0) -> bool:
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.01)
    return True
