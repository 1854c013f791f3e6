"""Views are kept in step with the log: folded once, in order, and apart from each other."""

import threading
from collections.abc import Iterable
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from labelmarket.adapters.postgres.feed import Progress, ViewFollower, progress, release
from labelmarket.application.access import MARKET
from labelmarket.application.commands.exports import AskExport
from labelmarket.application.commands.offers import AcceptOffer, DeclineOffer, OfferToNext
from labelmarket.application.exports import Wanted
from labelmarket.application.mapping import FactMapper
from labelmarket.application.view import Entry, View
from labelmarket.application.views.all import VIEWS
from labelmarket.application.views.provider_record import ProviderRecord, ProviderRow
from labelmarket.bootstrap.core import Core
from labelmarket.domain.aggregate import Fact
from labelmarket.domain.facts import FACTS
from labelmarket.domain.label_format import LabelFormat
from labelmarket.domain.offer import DeclineReason
from labelmarket.domain.provider import ProviderVetted
from tests.adapters.postgres.scene import (
    Record,
    all_at_once,
    append_raw,
    do,
    launch,
    list_provider,
    one,
    select,
)

OFFERS = "SELECT originator_id FROM market.facts WHERE topic = 'OfferSent' ORDER BY notification_id"
FORGET = "UPDATE views.progress SET position = 0"
KILL_LEADER = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND state = 'idle in transaction'
"""


def follow(core: Core, view: View[Any], *, batch_max: int = 500) -> ViewFollower:
    follower = ViewFollower(core.pool, view, core.mapper, batch_max=batch_max)
    follower.register()
    return follower


def to_the_end(followers: Iterable[ViewFollower]) -> int:
    taken = 0
    for follower in followers:
        while number := follower.advance():
            taken += number
    return taken


def play(core: Core, database_url: str) -> None:
    """A cascade of which the first provider declines and the second accepts, and an export."""
    scene = launch(core)
    everything = Wanted(format=LabelFormat.COCO, project_id=scene.project_id)
    do(core, AskExport(wanted=everything, selection_digest="a" * 64), scene.customer)
    (first,) = select(database_url, OFFERS)[0]
    decline = DeclineOffer(offer_id=first, reason=DeclineReason.CAPACITY, note="")
    do(core, decline, scene.providers[0])
    do(core, OfferToNext(offer_id=first))
    (second,) = select(database_url, OFFERS)[1]
    do(core, AcceptOffer(offer_id=second), scene.providers[1])


def dump(database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every view, in one order."""
    # The names are our own.
    return {
        view.name: select(database_url, f"SELECT * FROM views.{view.name} ORDER BY id")  # noqa: S608
        for view in VIEWS
    }


def forget(database_url: str) -> None:
    for view in VIEWS:
        select(database_url, "TRUNCATE views." + view.name)
    select(database_url, FORGET)


def of(core: Core, view: str) -> Progress:
    return next(p for p in progress(core.pool) if p.view == view)


def head(database_url: str) -> int:
    position: int = one(database_url, "SELECT max(notification_id) FROM market.facts")
    return position


def test_views_folded_live_equal_views_folded_from_the_start_in_any_batches(
    core: Core, database_url: str
) -> None:
    live = [follow(core, view) for view in VIEWS]
    stop = threading.Event()

    def keep_up() -> None:
        while not stop.is_set():
            to_the_end(live)

    keeping = threading.Thread(target=keep_up)
    keeping.start()
    try:
        play(core, database_url)
    finally:
        stop.set()
        keeping.join(timeout=10)
    to_the_end(live)
    kept_live = dump(database_url)
    assert all(len(rows) > 0 for rows in kept_live.values())

    for batch_max in (1, 2, 7, 500):
        forget(database_url)
        to_the_end(follow(core, view, batch_max=batch_max) for view in VIEWS)
        assert dump(database_url) == kept_live, batch_max


def test_two_followers_take_nothing_in_twice(core: Core, database_url: str) -> None:
    play(core, database_url)
    facts = one(database_url, "SELECT count(*) FROM market.facts")
    pairs = [(view.name, follow(core, view, batch_max=2)) for view in VIEWS for _ in range(2)]

    def work(name: str, follower: ViewFollower) -> int:
        taken = 0
        while of(core, name).position < head(database_url):
            taken += follower.advance()
        return taken

    taken = all_at_once([partial(work, name, follower) for name, follower in pairs])

    by_two = dump(database_url)
    assert sum(taken) == facts * len(VIEWS)
    forget(database_url)
    to_the_end(follow(core, view) for view in VIEWS)
    assert dump(database_url) == by_two


class Fails(ProviderRecord):
    """Cannot take in that a provider was vetted."""

    def evolve(self, row: ProviderRow | None, entry: Entry, /) -> ProviderRow | None:
        if entry.fact.TOPIC == "ProviderVetted":
            raise ArithmeticError("cannot take this in")
        return super().evolve(row, entry)


class CannotTell(ProviderRecord):
    """Cannot tell whose row it is that a provider was vetted."""

    def keys(self, fact: Fact, /) -> tuple[UUID, ...]:
        if fact.TOPIC == "ProviderVetted":
            raise ArithmeticError("cannot tell")
        return super().keys(fact)


@pytest.mark.parametrize("ailing", [Fails(), CannotTell()])
@pytest.mark.parametrize("batch_max", [1, 500])
def test_a_fact_that_cannot_be_folded_stops_its_view_there_and_no_other(
    core: Core, database_url: str, ailing: ProviderRecord, batch_max: int
) -> None:
    play(core, database_url)
    poison = select(
        database_url,
        "SELECT notification_id FROM market.facts WHERE topic = 'ProviderVetted' ORDER BY 1",
    )[0][0]
    others = [follow(core, view) for view in VIEWS if view.name != ailing.name]

    to_the_end([follow(core, ailing, batch_max=batch_max), *others])

    stopped = of(core, ailing.name)
    assert stopped.quarantined_at == poison
    assert stopped.position == poison - 1
    assert stopped.error is not None
    assert stopped.error.startswith("ArithmeticError: cannot t")
    assert all(
        p.quarantined_at is None and p.position == head(database_url)
        for p in progress(core.pool)
        if p.view != ailing.name
    )
    assert one(database_url, "SELECT count(*) FROM views.provider_record WHERE state = 'applied'")


def test_a_released_view_catches_up_after_the_fix(core: Core, database_url: str) -> None:
    play(core, database_url)
    to_the_end([follow(core, Fails())])

    release(core.pool, "provider_record")
    to_the_end(follow(core, view) for view in VIEWS)

    mended = dump(database_url)
    assert of(core, "provider_record").quarantined_at is None
    assert of(core, "provider_record").position == head(database_url)
    forget(database_url)
    to_the_end(follow(core, view) for view in VIEWS)
    assert dump(database_url) == mended


def test_a_view_that_is_released_without_a_fix_stops_at_the_same_fact(
    core: Core, database_url: str
) -> None:
    list_provider(core, "p")
    follower = follow(core, Fails())
    to_the_end([follower])
    stopped = of(core, "provider_record")

    release(core.pool, "provider_record")
    to_the_end([follower])

    assert of(core, "provider_record") == stopped


class Unheard(Fact):
    """A kind of fact that only a newer program knows."""

    TOPIC = "UnheardOfInTests"
    number: int


def test_a_fact_that_is_unknown_stops_every_view_until_a_program_comes_that_knows_it(
    core: Core, database_url: str
) -> None:
    # Nobody can tell whose business it is, so no view may step over it.
    do(core, Record())
    state = b'{"timestamp":"2026-01-01T00:00:00Z","envelope":null,"number":1}'
    unknown = append_raw(core, topic=Unheard.TOPIC, state=state)
    do(core, Record())

    to_the_end(follow(core, view) for view in VIEWS)

    assert {(p.position, p.quarantined_at) for p in progress(core.pool)} == {(unknown - 1, unknown)}
    newer = FactMapper({**FACTS, Unheard.TOPIC: Unheard})
    for view in VIEWS:
        release(core.pool, view.name)
        to_the_end([ViewFollower(core.pool, view, newer)])
    assert {(p.position, p.quarantined_at) for p in progress(core.pool)} == {(unknown + 1, None)}


NEWER = b'{"timestamp":"2026-01-01T00:00:00Z","envelope":null,"note":"","class_version":9}'


def test_a_fact_that_is_damaged_is_named(core: Core, database_url: str) -> None:
    follower = follow(core, ProviderRecord())

    for topic, state in (
        ("ProviderVetted", b"{}"),
        ("ProviderVetted", b"\x00\xff"),
        ("ProviderVetted", NEWER),
        ("os.system", b"{}"),
    ):
        damaged = append_raw(core, topic=topic, state=state)
        to_the_end([follower])

        stopped = of(core, "provider_record")
        assert stopped.quarantined_at == damaged
        assert stopped.error is not None
        assert stopped.error.startswith("FactUnreadable: ")
        select(database_url, "UPDATE views.progress SET position = %s", damaged)
        release(core.pool, "provider_record")


@pytest.mark.parametrize("state", [b"{}", b"\x00\xff", NEWER])
@pytest.mark.parametrize("batch_max", [1, 500])
def test_a_fact_that_is_damaged_stops_only_whom_it_concerns(
    core: Core, database_url: str, state: bytes, batch_max: int
) -> None:
    do(core, Record())
    damaged = append_raw(core, topic="ProviderVetted", state=state)
    do(core, Record())

    to_the_end(follow(core, view, batch_max=batch_max) for view in VIEWS)

    stopped = [p for p in progress(core.pool) if p.quarantined_at is not None]
    assert [(p.view, p.position, p.quarantined_at) for p in stopped] == [
        ("provider_record", damaged - 1, damaged)
    ]
    others = [p.position for p in progress(core.pool) if p.quarantined_at is None]
    assert others == [head(database_url)] * (len(VIEWS) - 1)


def test_a_connection_that_is_lost_inside_a_batch_loses_and_repeats_nothing(
    core: Core, database_url: str
) -> None:
    play(core, database_url)
    cuts = iter([True])

    class Cut(ProviderRecord):
        def evolve(self, row: ProviderRow | None, entry: Entry, /) -> ProviderRow | None:
            if isinstance(entry.fact, ProviderVetted) and next(cuts, False):
                assert select(database_url, KILL_LEADER) == [(True,)]
            return super().evolve(row, entry)

    follower = follow(core, Cut())
    with pytest.raises(psycopg.OperationalError):
        follower.advance()
    before = of(core, "provider_record").position

    to_the_end([follower, *(follow(core, v) for v in VIEWS if v.name != "provider_record")])

    mended = dump(database_url)
    assert before == 0
    assert of(core, "provider_record").quarantined_at is None
    forget(database_url)
    to_the_end(follow(core, view) for view in VIEWS)
    assert dump(database_url) == mended


def test_a_view_never_passes_the_head_of_the_log(core: Core, database_url: str) -> None:
    follower = follow(core, ProviderRecord())
    seen = []

    for _ in range(5):
        core.market.handle(Record(), by=MARKET)
        to_the_end([follower])
        seen.append((of(core, "provider_record").position, head(database_url)))

    assert all(position == end for position, end in seen)
    assert seen == sorted(seen)
