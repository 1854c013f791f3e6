"""A long log made quickly: one play of a whole market, copied under ever new ids."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256
from itertools import chain, count, islice
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow

from labelmarket.application.access import Actor
from labelmarket.application.commands.batches import ApproveBatch, RequestRework, StartWork
from labelmarket.application.commands.offers import DeclineOffer
from labelmarket.application.commands.orders import CancelProject
from labelmarket.application.commands.starting import LaunchProject
from labelmarket.application.ports import StoredFact
from labelmarket.domain.offer import DeclineReason
from tests.application.stage import ANSWER_WITHIN_S, CUSTOMER, Stage, organisation
from tests.memory_log import BEGINNING

PROVIDERS, PROJECTS, ORDERS = 12, 12, 5
ITEMS, ITEMS_AN_ORDER = 1_000, 200
AT_ONCE = 8
"""So many copies take turns, as projects do that run at the same time."""

RECORDED_AT = BEGINNING
NO_HASH = bytes(32)

COPY = """
COPY market.facts (originator_id, originator_version, topic, state, notification_id, project_id,
    provider_id, organisation_id, recorded_at, chain) FROM STDIN (FORMAT binary)
"""
TYPES = ("uuid", "int8", "text", "bytea", "int8", "uuid", "uuid", "uuid", "timestamptz", "bytea")
ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def fill(connection: psycopg.Connection[TupleRow], *, facts: int) -> None:
    """Put so many facts in an empty log, without hashes, which no view looks at."""
    play = _play()
    with connection.cursor().copy(COPY) as copy:
        copy.set_types(TYPES)
        for position, fact in enumerate(islice(_copies(play), facts), start=1):
            copy.write_row(_columns(fact, position))
    connection.execute("SELECT setval('market.facts_notification_id_seq', %s)", (facts,))
    connection.execute("ANALYZE market.facts")


def _play() -> Sequence[StoredFact]:
    """Offers are declined, expire, and are accepted; labels come in parts, again, and in time."""
    stage = Stage()
    providers = [stage.provider(f"provider {n}") for n in range(PROVIDERS)]
    for number in range(PROJECTS):
        _project(stage, number, providers)
    return stage.memory.recorder.log


def _project(stage: Stage, number: int, providers: Sequence[Actor]) -> None:
    by_id = {organisation(p): p for p in providers}
    project_id = stage.project(items=ITEMS, classes=("car", "cyclist", "pedestrian"))
    turned = [*providers[number:], *providers[:number]]
    planned = [
        stage.planned(project_id, *turned[n : n + 4], items=ITEMS_AN_ORDER) for n in range(ORDERS)
    ]
    stage.do(LaunchProject(project_id=project_id), by=CUSTOMER)
    no = partial(DeclineOffer, reason=DeclineReason.CAPACITY, note="")
    for place, order_id in enumerate(planned):
        if place % 2:
            offer = stage.last_offer(order_id)
            stage.do(no(offer_id=offer.id), by=by_id[offer.provider_id])
    stage.memory.settle()
    stage.wait(seconds=ANSWER_WITHIN_S + 1)
    stage.memory.settle()
    for order_id in planned[:-1]:
        _labeled(stage, order_id, by_id)
    if number % 3 == 0:
        stage.do(CancelProject(project_id=project_id, reason="over"), by=CUSTOMER)
    stage.memory.settle()


def _labeled(stage: Stage, order_id: UUID, by_id: dict[UUID, Actor]) -> None:
    provider = by_id[stage.last_offer(order_id).provider_id]
    batch = stage.accepted(order_id, by=provider)
    stage.do(StartWork(batch_id=batch.id, team="red", lease_s=3_600), by=provider)
    middle, end = batch.slots[0][0] + 10, batch.slots[-1][1]
    stage.delivered(batch, ((batch.slots[0][0], middle),), digest="first")
    batch = stage.delivered(batch, ((middle, end),), digest="second")
    rework = RequestRework(batch_id=batch.id, reason="blurred", deliver_within_s=3_600)
    stage.do(rework, by=CUSTOMER)
    batch = stage.delivered(batch, batch.slots, digest="third")
    stage.do(ApproveBatch(batch_id=batch.id), by=CUSTOMER)


def _copies(play: Sequence[StoredFact]) -> Iterator[StoredFact]:
    """Endless; the facts of a few copies at a time take turns."""
    for number in count(step=AT_ONCE):
        some = [_copied(play, _Names(number + n)) for n in range(AT_ONCE)]
        yield from chain.from_iterable(zip(*some, strict=True))


class _Names(dict[UUID, UUID]):
    """What the ids of the play are called in one of its copies: as random as real ones."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number.to_bytes(8, "big")

    def __missing__(self, known: UUID) -> UUID:
        digest = sha256(known.bytes + self._number).digest()
        self[known] = UUID(bytes=digest[:16], version=4)
        return self[known]

    def maybe(self, known: UUID | None) -> UUID | None:
        return None if known is None else self[known]


def _copied(play: Sequence[StoredFact], names: _Names) -> Iterator[StoredFact]:
    written: dict[bytes, bytes] = {}

    def write(match: re.Match[bytes]) -> bytes:
        if (known := match[0]) not in written:
            written[known] = str(names[UUID(known.decode())]).encode()
        return written[known]

    for fact in play:
        yield replace(
            fact,
            state=ID.sub(write, fact.state),
            originator_id=names[fact.originator_id],
            project_id=names.maybe(fact.project_id),
            provider_id=names.maybe(fact.provider_id),
            organisation_id=names.maybe(fact.organisation_id),
        )


def _columns(fact: StoredFact, position: int) -> tuple[object, ...]:
    return (
        fact.originator_id,
        fact.originator_version,
        fact.topic,
        fact.state,
        position,
        fact.project_id,
        fact.provider_id,
        fact.organisation_id,
        RECORDED_AT,
        NO_HASH,
    )
