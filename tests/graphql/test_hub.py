"""The hub: one read for all, bounded queues, and no fact lost when things go wrong."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import anyio
import pytest

from labelmarket.adapters.token_secrets import DerivedSecrets
from labelmarket.application.access import EVERYTHING, Viewer
from labelmarket.application.ports import StoredFact
from labelmarket.domain.access_token import Role
from labelmarket.graphql import hub as hubs
from labelmarket.graphql.context import Api, Context
from labelmarket.graphql.errors import CodedError
from labelmarket.graphql.hearing import hear
from labelmarket.graphql.hub import WAITING_MAX, Hub, Listener
from labelmarket.graphql.positions import Positions
from labelmarket.graphql.threads import Threads
from tests.graphql.memory_office import MemoryOffice

WITHIN_S = 5.0


@asynccontextmanager
async def following(market: MemoryOffice) -> AsyncIterator[Hub]:
    hub = Hub(market.office, Threads())
    await hub.open()
    task = asyncio.create_task(hub.follow())
    try:
        yield hub
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def run(play: Callable[[], Coroutine[Any, Any, None]]) -> None:
    anyio.run(play)


async def heard(listener: Listener) -> int:
    async with asyncio.timeout(WITHIN_S):
        return (await listener.waiting.get()).position


def test_listeners_share_one_read_of_the_log(market: MemoryOffice) -> None:
    async def play() -> None:
        async with following(market) as hub:
            listeners = [hub.join(EVERYTHING, lambda _: True) for _ in range(50)]
            before = market.log.reads
            market.token(Role.CUSTOMER)
            market.bell.ring()
            assert {await heard(one) for one in listeners} == {1}
            assert market.log.reads - before <= 2

    run(play)


def test_a_lost_bell_costs_a_moment_and_no_fact(
    market: MemoryOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "LOOK_EVERY_S", 0.02)

    async def play() -> None:
        async with following(market) as hub:
            listener = hub.join(EVERYTHING, lambda _: True)
            market.token(Role.CUSTOMER)
            assert await heard(listener) == 1

    run(play)


def test_a_listener_hears_only_what_came_after_it_joined(market: MemoryOffice) -> None:
    market.token(Role.CUSTOMER)

    async def play() -> None:
        async with following(market) as hub:
            listener = hub.join(EVERYTHING, lambda _: True)
            assert listener.start == 1
            market.token(Role.CUSTOMER)
            market.bell.ring()
            assert await heard(listener) == 2

    run(play)


def test_the_hub_goes_on_where_it_was_when_the_database_comes_back(
    market: MemoryOffice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(hubs, "LOOK_EVERY_S", 0.02)
    real = market.log.visible
    breaks = 3

    def sometimes(*given: Any, **more: Any) -> Any:
        nonlocal breaks
        if breaks:
            breaks -= 1
            raise ConnectionError("the database is away")
        return real(*given, **more)

    async def play() -> None:
        async with following(market) as hub:
            listener = hub.join(EVERYTHING, lambda _: True)
            monkeypatch.setattr(market.log, "visible", sometimes)
            market.token(Role.CUSTOMER)
            market.token(Role.CUSTOMER)
            assert [await heard(listener), await heard(listener)] == [1, 2]

    run(play)
    assert "the log could not be read" in caplog.text


def test_a_slow_listener_is_told_and_the_others_are_not_held_up(market: MemoryOffice) -> None:
    market.token(Role.CUSTOMER)
    (fact,) = market.play.recorder.log
    listener = Listener(viewer=EVERYTHING, wanted=lambda _: True, start=0)
    for _ in range(WAITING_MAX + 5):
        listener.tell(fact)
    assert listener.overrun
    assert listener.waiting.qsize() == WAITING_MAX
    listener.waiting.get_nowait()
    listener.tell(fact)
    assert listener.waiting.qsize() == WAITING_MAX - 1, "nothing is told behind a gap"


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.PROVIDER])
def test_facts_of_others_are_not_heard(market: MemoryOffice, role: Role) -> None:
    stranger = Viewer(role=role, organisation_id=market.play.new_id())

    async def play() -> None:
        async with following(market) as hub:
            own, all_seeing = (
                hub.join(stranger, lambda _: True),
                hub.join(EVERYTHING, lambda _: True),
            )
            market.revoke(market.token(Role.OPERATOR))
            market.bell.ring()
            assert [await heard(all_seeing), await heard(all_seeing)] == [1, 2]
            assert own.waiting.empty()

    run(play)


async def _until_it_ends(facts: AsyncGenerator[StoredFact, None], seen: list[int]) -> None:
    while True:
        seen.append((await anext(facts)).position)


def test_a_slow_subscriber_gets_what_is_whole_and_then_the_reason(
    market: MemoryOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "WAITING_MAX", 3)
    positions = Positions(market.log.identity())

    async def play() -> None:
        async with following(market) as hub:
            api = Api(
                office=market.office,
                positions=positions,
                threads=Threads(),
                hub=hub,
                token_secrets=DerivedSecrets(b"never used here"),
            )
            context = Context(api=api, viewer=EVERYTHING, request_id="a test")
            facts = hear(context, wanted=lambda _: True, after=None)
            first = asyncio.ensure_future(anext(facts))
            await asyncio.sleep(0)
            for _ in range(5):
                market.token(Role.CUSTOMER)
            market.bell.ring()
            seen = [(await first).position]
            with pytest.raises(CodedError) as slow:
                await _until_it_ends(facts, seen)
            assert seen == list(range(1, len(seen) + 1))
            assert len(seen) in (3, 4)
            assert slow.value.extensions == {"code": "TOO_SLOW"}
            assert hub.listeners == 0

    run(play)
