"""The demo's subscription: nothing missed and nothing twice, however often the socket breaks."""

import socket
import time
from typing import Any

from labelmarket.demo.documents import PROJECT_EVENTS
from labelmarket.demo.feed import Feed
from tests.demo.tiny_market import TinyMarket

FACTS = [{"position": f"p{number}", "type": "OfferSent"} for number in range(5)]
WITHIN_S = 10.0
ME = "t"


def feed(address: str, *, after: str | None = None) -> Feed:
    return Feed(
        address=address,
        token=ME,
        document=PROJECT_EVENTS,
        variables={"projectId": "x"},
        after=after,
    )


def gathered(following: Feed, *, count: int) -> list[dict[str, Any]]:
    until = time.monotonic() + WITHIN_S
    facts: list[dict[str, Any]] = []
    while len(facts) < count and time.monotonic() < until:
        fact = following.next(timeout_s=0.2)
        if fact is not None:
            facts.append(fact)
    return facts


def test_facts_come_in_their_order(market: TinyMarket) -> None:
    market.facts = FACTS
    with feed(market.address) as following:
        assert gathered(following, count=5) == FACTS
        assert following.after == "p4"
    assert market.tokens == ["Bearer t"]


def test_a_broken_socket_resumes_after_the_last_fact(market: TinyMarket) -> None:
    # Given
    market.facts, market.facts_per_socket = FACTS, 2
    # When
    with feed(market.address) as following:
        facts = gathered(following, count=5)
    # Then
    assert facts == FACTS
    assert market.subscribed_after == [None, "p1", "p3"]


def test_a_feed_begins_where_it_is_told(market: TinyMarket) -> None:
    market.facts = FACTS
    with feed(market.address, after="p2") as following:
        assert gathered(following, count=2) == FACTS[3:]


def test_a_quiet_feed_gives_nothing_within_its_time(market: TinyMarket) -> None:
    with feed(market.address) as following:
        assert following.next(timeout_s=0.3) is None
        assert following.is_connected


def test_a_server_that_is_down_costs_only_the_time_that_was_given() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        began = time.monotonic()
        with feed(f"http://127.0.0.1:{bound.getsockname()[1]}") as following:
            assert following.next(timeout_s=0.3) is None
            assert not following.is_connected
    assert 0.25 < time.monotonic() - began < 5
