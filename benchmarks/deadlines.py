"""Deadlines: how soon the next provider is asked, one by one and when they all pass at once."""

import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from benchmarks.rows import Row
from labelmarket.adapters.clock import new_id, pause_jittered
from labelmarket.adapters.postgres.recorder import PostgresRecorder
from labelmarket.application.commands import orders, projects, starting
from labelmarket.application.deciding import Asked
from labelmarket.application.market import Market
from labelmarket.application.saving import fingerprint_of
from labelmarket.application.work import Command
from labelmarket.bootstrap.core import Core, open_core
from labelmarket.demo.client import Client
from labelmarket.demo.feed import Feed
from labelmarket.domain.access_token import Role
from labelmarket.domain.project_facts import Target
from labelmarket.domain.values import LabelClass, Requirement
from proofs.counts import percentile
from tests.adapters.postgres.scene import TASK, actor, list_provider
from tests.whole.ground import Ground, ground

PROJECTS = 500
SPREAD, AT_ONCE = 4, 20
"""Orders of each project: two thousand whose deadlines are spread, ten thousand of one instant."""
PER_S = 100
SPREAD_S = PROJECTS * SPREAD // PER_S
ANSWER_WITHIN_S = 900
"""Longer than all of it takes, so that no second offer expires meanwhile."""
AT_ONCE_WITHIN_S = ANSWER_WITHIN_S + SPREAD_S + 5
WITHIN_S = [ANSWER_WITHIN_S + number * PROJECTS // PER_S for number in range(SPREAD)]
LAUNCH_S = 15
AT_ONCE_S = 10.0
MESSAGES, PACE_S = 150, 0.05
WAIT_S_MAX, LOOK_EVERY_S = 120.0, 0.1
ITEMS, ITEMS_AN_ORDER = 200, 10
DAY_S = 86_400
EVENTS = """subscription($projectId: ID!, $after: Position) {
    projectEvents(projectId: $projectId, after: $after) { position recordedAt } }"""
MOVED_ON = """
WITH sent AS (
    SELECT notification_id, recorded_at, convert_from(state, 'UTF8')::jsonb AS fact
    FROM market.facts WHERE topic = 'OfferSent'
), firsts AS (
    SELECT fact -> 'order_id' AS work_order, (fact ->> 'answer_by')::timestamptz AS answer_by
    FROM sent WHERE fact ->> 'rank' = '1'
), nexts AS (
    SELECT fact -> 'order_id' AS work_order, recorded_at, notification_id
    FROM sent WHERE fact ->> 'rank' = '2'
)
SELECT answer_by, recorded_at FROM firsts JOIN nexts USING (work_order)
WHERE answer_by >= %s AND answer_by < %s ORDER BY notification_id
"""
# Looked at often, while others are at work: cheap.
OPEN_TIMERS = """
SELECT count(*) FROM market.timers WHERE due_at >= %s AND due_at < %s
"""
BEHIND = """
SELECT (SELECT max(notification_id) FROM market.facts) - least(
    (SELECT min(position) FROM market.reactions), (SELECT min(position) FROM views.progress))
"""


@dataclass(slots=True)
class SteppingClock:
    """Goes on by a step with each look, so that deadlines are as far apart as is wanted."""

    at: datetime
    step: timedelta = timedelta()

    def __call__(self) -> datetime:
        self.at += self.step
        return self.at


def deadline_rows() -> Iterator[Row]:
    with (
        tempfile.TemporaryDirectory() as folder,
        ground(Path(folder), counts={"serve": 1, "follow": 1}) as market,
        psycopg.connect(market.outside.database_url, autocommit=True) as connection,
    ):
        yield _fact_to_message(market)
        with open_core(market.outside.database_url, name="bench", connections_max=4) as core:
            shop = _Shop(core)
            planning = datetime.now(UTC)
            spread, at_once = shop.plan(WITHIN_S), shop.plan([AT_ONCE_WITHIN_S] * AT_ONCE)
            _wait(lambda: _one(connection, BEHIND) == 0)
            # How long the launches take is told by how long it took to plan, on any machine.
            ready = datetime.now(UTC)
            first_at = ready + 2 * (ready - planning) + timedelta(seconds=LAUNCH_S)
            began = first_at - timedelta(seconds=ANSWER_WITHIN_S)
            shop.launch(spread, began, apart=timedelta(seconds=1) / PER_S)
            shop.launch(at_once, began, apart=timedelta(microseconds=1))
        _wait(lambda: _one(connection, BEHIND) == 0)
        assert datetime.now(UTC) < first_at, "all were launched before the first deadline"
        yield _spread(connection, first_at)
        yield _at_once(connection, began)


def _fact_to_message(market: Ground) -> Row:
    """From the moment that a fact is recorded with until a subscriber has it."""
    with _client(market, market.operator) as operator:
        fields = {"name": "c", "role": "CUSTOMER", "expiresInSeconds": 3_600}
        secret = operator.mutate("createToken", fields, select="secret")["secret"]
    with _client(market, secret) as customer:
        fields = {"name": "b", "dataType": "image", "tasks": [{"taskType": TASK}]}
        made = customer.mutate("createProject", fields, select="project { id }")
        project = {"projectId": made["project"]["id"]}
        feed = Feed(
            address=market.address,
            token=secret,
            document=EVENTS,
            variables=project,
            after=made["position"],
        )
        taken_ms: list[float] = []
        ear = threading.Thread(target=_listen, args=(feed, taken_ms))
        ear.start()
        for number in range(MESSAGES):
            target = {**project, "target": {"accuracy": 0.5 + number / 1_000}}
            customer.mutate("reviseTarget", target, select="project { id }")
            _wait(lambda: bool(taken_ms))
            time.sleep(PACE_S)
        ear.join(WAIT_S_MAX)
    assert len(taken_ms) == MESSAGES, "every fact is heard of"
    # The first one waited for the subscription.
    return Row(
        work="fact → subscription message, p95",
        value=percentile(taken_ms[1:], percent=95),
        unit="ms",
    )


def _listen(feed: Feed, taken_ms: list[float]) -> None:
    with feed:
        while len(taken_ms) < MESSAGES:
            fact = feed.next(timeout_s=WAIT_S_MAX)
            if fact is not None:
                since = datetime.now(UTC) - datetime.fromisoformat(fact["recordedAt"])
                taken_ms.append(1_000 * since.total_seconds())


def _client(market: Ground, token: str) -> Client:
    return Client(address=market.address, token=token, patience_s=5.0)


class _Shop:
    """A customer of many projects, each order of which may be offered to two providers."""

    def __init__(self, core: Core) -> None:
        self._clock = SteppingClock(datetime.now(UTC) - timedelta(seconds=ANSWER_WITHIN_S))
        self._market = Market(
            PostgresRecorder(core.pool), now=self._clock, new_id=new_id, pause=pause_jittered
        )
        self._customer = actor(Role.CUSTOMER)
        listed = [list_provider(replace(core, market=self._market), n) for n in ("one", "two")]
        self._ranking = tuple(p.viewer.organisation_id for p in listed if p.viewer is not None)

    def plan(self, answers_within_s: Sequence[int]) -> list[UUID]:
        """Projects with an order for each of these spans, not launched yet."""
        tasks, car = (Requirement(task_type=TASK),), (LabelClass(name="car"),)
        create = projects.CreateProject(name="b", data_type="image", tasks=tasks, target=Target())
        ids = self._each([create] * PROJECTS)
        self._each([projects.DefineClasses(project_id=one, classes=car) for one in ids])
        self._each([_items(one) for one in ids])
        planned: list[UUID] = []
        for within_s in answers_within_s:
            planned += self._each([_order(one, within_s) for one in ids])
        ranking = self._ranking
        self._each(
            [
                orders.RankProviders(order_id=one, provider_ids=ranking, expected_version=0)
                for one in planned
            ]
        )
        return ids

    def launch(self, project_ids: Sequence[UUID], at: datetime, *, apart: timedelta) -> None:
        """Launch one after the other, the first one at this moment whenever that is."""
        self._clock.at, self._clock.step = at, apart
        self._each([starting.LaunchProject(project_id=one) for one in project_ids])

    def _each(self, commands: Sequence[Command]) -> list[UUID]:
        asked = [
            Asked(
                command=command,
                by=self._customer,
                key=f"bench:{new_id()}",
                fingerprint=fingerprint_of(command),
            )
            for command in commands
        ]
        made = []
        for outcome in self._market.handle_each(asked):
            assert not isinstance(outcome, Exception), outcome
            assert outcome.answer.thing is not None, outcome.answer
            made.append(outcome.answer.thing)
        return made


def _items(project_id: UUID) -> projects.AddItems:
    return projects.AddItems(
        project_id=project_id,
        upload_digest="a" * 64,
        manifest_digest="b" * 64,
        after=(),
        items=ITEMS,
        problems=0,
        problems_digest="",
    )


def _order(project_id: UUID, within_s: int) -> orders.PlanWorkOrder:
    return orders.PlanWorkOrder(
        project_id=project_id,
        task_id=None,
        items=ITEMS_AN_ORDER,
        answer_within_s=within_s,
        deliver_within_s=DAY_S,
    )


def _spread(connection: psycopg.Connection[TupleRow], first_at: datetime) -> Row:
    count = PROJECTS * SPREAD
    # The clock steps for a decision that is made again, too: the last ones are a little later.
    until = first_at + timedelta(seconds=SPREAD_S + 2)
    moved = _moved_on(connection, first_at, until, count=count)
    late_ms = [1_000 * (sent_at - answer_by).total_seconds() for answer_by, sent_at in moved]
    return Row(
        work=f"deadline → next offer, {AT_ONCE * PROJECTS:,} open, {PER_S}/s, p95",
        value=percentile(late_ms, percent=95),
        unit="ms",
    )


def _at_once(connection: psycopg.Connection[TupleRow], began: datetime) -> Row:
    count = PROJECTS * AT_ONCE
    at = began + timedelta(seconds=AT_ONCE_WITHIN_S)
    moved = _moved_on(connection, at, at + timedelta(seconds=1), count=count)
    taken_s = (max(sent_at for _, sent_at in moved) - at).total_seconds()
    deadlines = [answer_by for answer_by, _ in moved]
    in_order = deadlines == sorted(deadlines)
    return Row(
        work=f"{count:,} due at one instant: all moved on, in order",
        value=taken_s,
        unit="s",
        peer=f"{AT_ONCE_S:g} s",
        ratio=AT_ONCE_S / taken_s if in_order else 0.0,
        floor=None if in_order else 1.0,  # the order must hold, the time is reported
        goal=1.0,
    )


def _moved_on(
    connection: psycopg.Connection[TupleRow], first: datetime, last: datetime, *, count: int
) -> list[tuple[datetime, datetime]]:
    """Deadlines between two moments, and when the next offer was recorded, in its order."""
    time.sleep(max(0.0, (last - datetime.now(UTC)).total_seconds()))
    _wait(lambda: _one(connection, OPEN_TIMERS, first, last) == 0)
    _wait(lambda: _one(connection, BEHIND) == 0)
    moved = connection.execute(MOVED_ON, (first, last)).fetchall()
    assert len(moved) == count, f"{len(moved)} of {count} moved on"
    return [(row[0], row[1]) for row in moved]


def _one(connection: psycopg.Connection[TupleRow], statement: str, *values: object) -> int:
    row = connection.execute(statement.encode(), values).fetchone()
    assert row is not None
    return int(row[0])


def _wait(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_S_MAX
    while not condition():
        assert time.monotonic() < until, "the market is as far as it should be"
        time.sleep(LOOK_EVERY_S)
