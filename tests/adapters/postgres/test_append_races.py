"""Many at once: one winner, one order of facts, and every reader sees all of them."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from labelmarket.adapters.postgres.log import PostgresLog
from labelmarket.application.access import MARKET
from labelmarket.application.commands.offers import AcceptOffer
from labelmarket.application.market import Outcome
from labelmarket.application.work import Answer, Work
from labelmarket.bootstrap.core import Core
from labelmarket.domain.offer import Offer
from labelmarket.domain.work_order import WorkOrder
from labelmarket.domain.work_order_facts import OfferPlaced
from tests.adapters.postgres.scene import Launched, Record, all_at_once, do, launch, select

CROWD = 100
WRITERS, EACH = 8, 250
OFFERS = "SELECT originator_id FROM market.facts WHERE topic = 'OfferSent'"
ACCEPTANCES = "SELECT originator_id FROM market.facts WHERE topic = 'ProviderAccepted'"
WON = """
SELECT notification_id FROM market.facts
WHERE topic IN ('ProviderAccepted', 'SliceFilled', 'BatchOpened', 'CapacityCommitted')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferToAnother:
    """Asks a second provider while the first one has not answered, as no command may."""

    order_id: UUID
    first_offer_id: UUID
    provider_id: UUID

    def decide(self, work: Work, /) -> Answer:
        order = work.get(WorkOrder, self.order_id)
        first = work.get(Offer, self.first_offer_id)
        offer_id = work.new_id()
        order.record(
            OfferPlaced,
            at=work.at,
            round=order.round,
            rank=2,
            offer_id=offer_id,
            provider_id=self.provider_id,
            slots=first.slots,
        )
        work.add(
            Offer.send(
                offer_id=offer_id,
                order_id=order.id,
                project_id=order.project_id,
                organisation_id=order.organisation_id,
                provider_id=self.provider_id,
                round_number=order.round,
                rank=2,
                slots=first.slots,
                terms=first.terms,
                task_type=first.task_type,
                classes=first.classes,
                instructions_version=0,
                answer_by=first.answer_by,
                deliver_by=first.deliver_by,
                at=work.at,
            )
        )
        return Answer(thing=offer_id)


def accept(core: Core, scene: Launched, offer_id: UUID, number: int, key: str | None) -> Outcome:
    by = scene.providers[number]
    return core.market.handle(AcceptOffer(offer_id=offer_id), by=by, key=key)


def test_a_hundred_acceptances_of_one_offer_are_one(core: Core, database_url: str) -> None:
    scene = launch(core)
    (offer_id,) = select(database_url, OFFERS)[0]

    outcomes = all_at_once(
        [partial(accept, core, scene, offer_id, 0, f"key {n}") for n in range(CROWD)]
    )

    winners = [o for o in outcomes if o.position is not None]
    others = [o for o in outcomes if o.position is None]
    assert len(winners) == 1
    assert all(o.answer == winners[0].answer for o in others)
    assert select(database_url, ACCEPTANCES) == [(offer_id,)]
    positions = sorted(row[0] for row in select(database_url, WON))
    assert positions[-1] - positions[0] < 10
    assert len(select(database_url, "SELECT key FROM market.commands WHERE key LIKE 'key %%'")) == (
        CROWD
    )


def test_a_hundred_acceptances_under_one_key_have_one_answer(core: Core, database_url: str) -> None:
    scene = launch(core)
    (offer_id,) = select(database_url, OFFERS)[0]

    outcomes = all_at_once([partial(accept, core, scene, offer_id, 0, "k")] * CROWD)

    assert outcomes[0].position is not None
    assert outcomes == [outcomes[0]] * CROWD
    assert select(database_url, ACCEPTANCES) == [(offer_id,)]


def test_two_offers_of_one_order_cannot_both_win(core: Core, database_url: str) -> None:
    scene = launch(core)
    (first,) = select(database_url, OFFERS)[0]
    viewer = scene.providers[1].viewer
    assert viewer is not None
    second = do(
        core,
        OfferToAnother(
            order_id=scene.order_id, first_offer_id=first, provider_id=viewer.organisation_id
        ),
    )

    outcomes = all_at_once(
        [partial(accept, core, scene, (first, second)[n % 2], n % 2, f"key {n}") for n in range(20)]
    )

    accepted = [row[0] for row in select(database_url, ACCEPTANCES)]
    assert len(accepted) == 1
    lost = 1 if accepted == [first] else 0
    codes = {o.answer.refused.code if o.answer.refused else None for o in outcomes[lost::2]}
    assert codes <= {"OFFER_CLOSED", "ORDER_NOT_OPEN"}
    assert all(o.answer.refused is None for o in outcomes[1 - lost :: 2])


def test_a_reader_behind_eight_writers_misses_nothing(core: Core, database_url: str) -> None:
    log = PostgresLog(core.pool)
    read: list[int] = []
    written = threading.Event()

    def follow() -> None:
        while True:
            last_look = written.is_set()
            page = log.read(after=read[-1] if read else 0, limit=100)
            read.extend(fact.position for fact in page)
            if last_look and not page:
                return

    def write() -> None:
        for _ in range(EACH):
            core.market.handle(Record(), by=MARKET)

    with ThreadPoolExecutor(max_workers=1) as threads:
        reader = threads.submit(follow)
        try:
            all_at_once([write] * WRITERS)
        finally:
            written.set()
        reader.result(timeout=20)

    stored = select(database_url, "SELECT notification_id FROM market.facts ORDER BY 1")
    assert len(stored) == WRITERS * EACH
    assert read == [row[0] for row in stored]
