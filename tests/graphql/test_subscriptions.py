"""Subscriptions over real websockets: in order, without a gap, only what may be seen."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import ANY

import httpx
import pytest
from starlette.applications import Starlette

from labelmarket.domain.access_token import Role
from labelmarket.graphql import hearing, websocket
from labelmarket.graphql.positions import Positions
from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice
from tests.graphql.played_project import Played
from tests.graphql.served_market import Closed, Socket, opened, serving

EVENTS = """subscription($id: ID!, $after: Position) {
    projectEvents(projectId: $id, after: $after) { position type } }"""
OFFERS = "subscription($after: Position) { offerEvents(after: $after) { type data } }"
PROGRESS = """subscription($id: ID!, $after: Position) {
    batchProgress(batchId: $id, after: $after) { status } }"""


@pytest.fixture
def served(app: Starlette) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture
def played(market: MemoryOffice, customer: Client, operator: Client) -> Played:
    played = Played(market, customer, operator)
    played.add_provider("First")
    played.launch()
    return played


@contextmanager
def socket(served: str, token: str) -> Iterator[Socket]:
    with opened(served) as connected:
        connected.send_json({"type": "connection_init", "payload": {"token": token}})
        assert connected.receive_json() == {"type": "connection_ack"}
        yield connected


def subscribe(socket: Socket, document: str, **variables: Any) -> None:
    payload = {"query": document, "variables": variables}
    socket.send_json({"id": "1", "type": "subscribe", "payload": payload})


def heard(socket: Socket) -> dict[str, Any]:
    message = socket.receive_json()
    assert message["type"] == "next", message
    (fact,) = message["payload"]["data"].values()
    return dict(fact)


def refused(socket: Socket) -> str:
    """The code of the error that ends an operation."""
    message = socket.receive_json()
    payload = message["payload"]
    errors = payload if message["type"] == "error" else payload["errors"]
    return str(errors[0]["extensions"]["code"])


def beginning(played: Played) -> str:
    """The position of the log's first fact."""
    nodes = played.operator.ask("{ events(first: 1) { nodes { position } } }")["events"]["nodes"]
    return str(nodes[0]["position"])


def test_what_was_missed_comes_first_and_then_what_happens_each_once(
    played: Played, served: str
) -> None:
    log = played.market.play.recorder.log
    with socket(served, played.customer.token) as talking:
        subscribe(talking, EVENTS, id=played.project_id, after=beginning(played))
        first = heard(talking)
        played.accept(played.providers[0])
        own = [fact.topic for fact in log if fact.project_id is not None]
        assert [first["type"], *(heard(talking)["type"] for _ in own[1:])] == own


def test_a_subscriber_resumes_behind_the_last_fact_it_heard(played: Played, served: str) -> None:
    with socket(served, played.customer.token) as talking:
        subscribe(talking, EVENTS, id=played.project_id, after=beginning(played))
        seen = [heard(talking) for _ in range(3)]
    with socket(served, played.customer.token) as talking:
        subscribe(talking, EVENTS, id=played.project_id, after=seen[-1]["position"])
        seen += [heard(talking) for _ in range(3)]
    topics = [fact.topic for fact in played.market.play.recorder.log if fact.project_id]
    assert [fact["type"] for fact in seen] == topics[:6]


def test_a_provider_hears_of_its_own_offers_without_ranks(played: Played, served: str) -> None:
    stranger = played.market.token(Role.PROVIDER)
    with (
        socket(served, played.providers[0].token) as own,
        socket(served, stranger) as others,
    ):
        subscribe(own, OFFERS, after=beginning(played))
        subscribe(others, OFFERS, after=beginning(played))
        sent = heard(own)
        assert sent["type"] == "OfferSent"
        assert {"round", "rank"}.isdisjoint(sent["data"])
        batch = played.accept(played.providers[0])
        assert [heard(own)["type"], heard(own)["type"]] == ["ProviderAccepted", "BatchOpened"]
        subscribe_again = {"query": PROGRESS, "variables": {"id": batch}}
        others.send_json({"id": "2", "type": "subscribe", "payload": subscribe_again})
        # Nothing was heard before this answer: the stranger's own offers are none.
        assert refused(others) == "NOT_FOUND"


def test_a_batch_is_shown_as_it_stands_after_each_fact(played: Played, served: str) -> None:
    batch = played.accept(played.providers[0])
    with socket(served, played.customer.token) as talking:
        after = played.customer.ask("{ position }")["position"]
        subscribe(talking, PROGRESS, id=batch, after=after)
        played.providers[0].done("startWork", batchId=batch)
        played.market.settle()
        assert heard(talking) == {"status": "STARTED"}


def test_a_provider_may_not_follow_a_project(played: Played, served: str) -> None:
    with socket(served, played.providers[0].token) as talking:
        subscribe(talking, EVENTS, id=played.project_id)
        assert refused(talking) == "NOT_FOUND"


def test_a_revoked_token_ends_the_stream(
    played: Played, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "ASK_FOR_TOKEN_EVERY_S", 0.05)
    with socket(served, played.customer.token) as talking:
        subscribe(talking, OFFERS, after=beginning(played))
        assert heard(talking)["type"] == "OfferSent"
        played.market.revoke(played.customer.token)
        assert refused(talking) == "UNAUTHENTICATED"
        assert talking.receive_json() == {"type": "complete", "id": "1"}


def test_a_wrong_token_opens_nothing(served: str) -> None:
    with opened(served) as talking:
        talking.send_json({"type": "connection_init", "payload": {"token": "nonsense"}})
        with pytest.raises(Closed) as closed:
            talking.receive_json()
    assert closed.value.code == 4403


def test_a_socket_that_never_says_who_it_is_is_closed_however_much_it_says(
    market: MemoryOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "INIT_WITHIN", timedelta(seconds=0.3))
    with serving(market.web()) as served, opened(served) as talking:
        for _ in range(3):
            talking.send_json({"type": "ping"})
            assert talking.receive_json() == {"type": "pong"}
        with pytest.raises(Closed) as closed:
            talking.receive_json()
    assert closed.value.code == 4408


def test_whoever_asks_before_saying_who_it_is_is_closed(served: str) -> None:
    with opened(served) as talking:
        subscribe(talking, "{ __typename }")
        with pytest.raises(Closed) as closed:
            talking.receive_json()
    assert closed.value.code == 4401


@pytest.mark.parametrize(
    "message",
    [
        "[]",
        "{",
        '{"type": 5}',
        '{"type": "subscribe", "id": "1", "payload": "x"}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
        '{"type": "subscribe", "payload": {"query": "{a}"}}',
        '{"type": "complete", "id": {}}',
        '{"type": "shout"}',
    ],
    ids=range(8),
)
def test_what_is_no_message_closes_the_socket(served: str, customer: Client, message: str) -> None:
    with socket(served, customer.token) as talking:
        talking.send_text(message)
        with pytest.raises(Closed) as closed:
            talking.receive_json()
    assert closed.value.code == 4400


def test_a_bad_document_ends_its_own_operation_alone(served: str, customer: Client) -> None:
    with socket(served, customer.token) as talking:
        subscribe(talking, "{")
        assert refused(talking) == "BAD_REQUEST"
        subscribe(talking, "{ viewer { role } }")
        assert heard(talking) == {"role": "CUSTOMER"}


def test_a_socket_carries_twenty_operations(served: str, customer: Client) -> None:
    with socket(served, customer.token) as talking:
        for number in range(21):
            payload = {"query": OFFERS}
            talking.send_json({"id": str(number), "type": "subscribe", "payload": payload})
        message = talking.receive_json()
    assert (message["type"], message["id"]) == ("error", "20")


def test_events_are_sent_to_whoever_accepts_a_stream(customer: Client) -> None:
    document = "{ viewer { role } }"
    answer = customer.send(
        "POST",
        "/graphql",
        json={"query": document},
        headers={
            "accept": "text/event-stream",
            "authorization": f"Bearer {customer.token}",
        },
    )
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text == (
        'event: next\ndata: {"data":{"viewer":{"role":"CUSTOMER"}}}\n\nevent: complete\ndata:\n\n'
    )


def test_a_subscription_comes_as_events_too(played: Played, served: str) -> None:
    address = served.replace("ws://", "http://")
    asked = {"query": EVENTS, "variables": {"id": played.project_id, "after": beginning(played)}}
    headers = {
        "accept": "text/event-stream",
        "authorization": f"Bearer {played.customer.token}",
    }
    with (
        httpx.Client(trust_env=False) as client,
        client.stream("POST", address, json=asked, headers=headers) as answer,
    ):
        lines = answer.iter_lines()
        assert [next(lines), json.loads(next(lines).removeprefix("data: "))["data"]] == [
            "event: next",
            {"projectEvents": {"position": ANY, "type": "ProjectCreated"}},
        ]


@pytest.mark.parametrize(
    ("method", "document", "status"),
    [
        ("POST", "query A { position } query B { viewer { role } }", 400),
        ("POST", "fragment F on Query { position }", 400),
        ("GET", 'mutation { createUpload(input: {name: "a", bytes: 1}) { position } }', 405),
    ],
    ids=["two operations", "no operation", "a mutation by GET"],
)
def test_what_cannot_be_streamed_is_refused_before_a_stream_begins(
    customer: Client, method: str, document: str, status: int
) -> None:
    asked: dict[str, Any] = {"query": document}
    answer = customer.send(
        method,
        "/graphql",
        headers={
            "accept": "text/event-stream",
            "authorization": f"Bearer {customer.token}",
        },
        **({"json": asked} if method == "POST" else {"params": asked}),
    )
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "document",
    ["query A { position } query B { viewer { role } }", "fragment F on Query { position }"],
    ids=["two operations", "no operation"],
)
def test_an_operation_that_is_not_named_is_refused_on_a_socket(
    customer: Client, served: str, document: str
) -> None:
    with socket(served, customer.token) as talking:
        subscribe(talking, document)
        assert refused(talking) == "BAD_REQUEST"


def test_a_position_behind_the_end_of_the_log_is_of_another_database(
    played: Played, served: str
) -> None:
    office = played.market.office
    beyond = Positions(office.log.identity()).encode(office.log.head() + 1)
    with socket(served, played.customer.token) as talking:
        subscribe(talking, EVENTS, id=played.project_id, after=beyond)
        assert refused(talking) == "POSITION_UNKNOWN"
    events = "query($after: Position) { events(after: $after) { nodes { type } } }"
    assert played.customer.code(events, after=beyond) == "POSITION_UNKNOWN"


def test_the_end_of_the_log_is_a_place_to_begin(played: Played, served: str) -> None:
    office = played.market.office
    end = Positions(office.log.identity()).encode(office.log.head())
    events = "query($after: Position) { events(after: $after) { nodes { type } } }"
    assert played.customer.ask(events, after=end) == {"events": {"nodes": []}}
