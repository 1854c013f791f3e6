"""GraphQL over HTTP: statuses, media types, and what strangers get."""

import json
import logging
import select
import socket
from threading import Event
from typing import Any

import pytest
from starlette.applications import Starlette

from labelmarket.graphql import http
from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice
from tests.graphql.served_market import serving

NEW = "application/graphql-response+json"
MINE = "{ viewer { role } }"
BYTE_EVERY_S = 0.02
BYTES_SENT_MAX = 400
"""Fewer than were announced: more time would not make it a whole body."""


def raw(client: Client, body: object, **headers: str) -> Any:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    credentials = {"authorization": f"Bearer {client.token}"} if client.token else {}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = {"content-type": "application/json"}
    return client.send(
        "POST", "/graphql", content=content, headers={**kind, **credentials, **given}
    )


def test_strangers_may_ask_what_they_are_talking_to_and_nothing_else(nobody: Client) -> None:
    assert nobody.ask("{ __typename }") == {"__typename": "Query"}
    for document in (
        MINE,
        "{ __schema { types { name } } }",
        "{ __typename position }",
        "{ ...F } fragment F on Query { position }",
        'mutation { revokeToken(input: {tokenId: "x"}) { position } }',
        "{ nonsense }",
    ):
        assert nobody.code(document) == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    "document",
    [
        "{ viewr { role } }",
        "{ __typename viewr }",
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Offer") { fields { name } } }',
        "query($one: Offr) { __typename }",
        "query @inclde(if: true) { __typename }",
        "{ __typename @skp(if: true) }",
        "{ __typename(of: 1) }",
        "{ __typename { nme } }",
        "mutation { createProjct { position } }",
    ],
)
def test_strangers_are_not_helped_to_spell(nobody: Client, document: str) -> None:
    (error,) = nobody.post(document)["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert "Did you mean" not in error["message"]


def test_nothing_to_ask_with_is_shown_in_a_browser(nobody: Client) -> None:
    answer = nobody.send("GET", "/graphql", headers={"accept": "text/html,*/*;q=0"})
    assert (answer.status_code, answer.content) == (406, b"")


@pytest.mark.parametrize("token", ["nonsense", "lm_x_y", f"lm_{'0' * 32}_{'a' * 40}", "x" * 10_000])
def test_whoever_sends_a_wrong_token_is_a_stranger(app: Starlette, token: str) -> None:
    assert Client(app, token).code(MINE) == "UNAUTHENTICATED"


def test_a_revoked_token_is_refused_at_once(market: MemoryOffice, customer: Client) -> None:
    assert customer.ask(MINE) == {"viewer": {"role": "CUSTOMER"}}
    market.revoke(customer.token)
    assert customer.code(MINE) == "UNAUTHENTICATED"


@pytest.mark.parametrize(
    ("document", "media", "status"),
    [
        (MINE, "application/json", 200),
        (MINE, NEW, 200),
        ("{ nonsense }", "application/json", 200),
        ("{ nonsense }", NEW, 400),
        ("{", NEW, 400),
        ("{ report { digest } }", NEW, 200),
        (MINE, "text/html", 406),
    ],
)
def test_the_newer_media_type_tells_by_its_status(
    customer: Client, document: str, media: str, status: int
) -> None:
    answer = raw(customer, {"query": document}, accept=media)
    assert answer.status_code == status
    if status != 406:
        assert answer.headers["content-type"] == f"{media}; charset=utf-8"


def test_a_stranger_s_status_is_401_in_the_newer_media_type(nobody: Client) -> None:
    assert raw(nobody, {"query": MINE}, accept=NEW).status_code == 401


def test_a_request_that_was_not_carried_out_has_no_data(customer: Client) -> None:
    assert "data" not in raw(customer, {"query": "{ nonsense }"}).json()


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b"\xff", 400), (b" " * ((1 << 20) + 1), 413)],
    ids=range(4),
)
def test_a_body_that_is_none_has_a_status_and_a_code(
    customer: Client, body: bytes, status: int
) -> None:
    answer = raw(customer, body)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["extensions"]["code"] in {"BAD_REQUEST", "TOO_LARGE"}


def test_a_query_may_be_asked_by_get_and_a_mutation_may_not(customer: Client) -> None:
    bearer = {"authorization": f"Bearer {customer.token}"}
    found = customer.send("GET", "/graphql", params={"query": MINE}, headers=bearer)
    assert found.json()["data"] == {"viewer": {"role": "CUSTOMER"}}
    change = 'mutation { createUpload(input: {name: "a", bytes: 1}) { position } }'
    refused = customer.send("GET", "/graphql", params={"query": change}, headers=bearer)
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert customer.send("DELETE", "/graphql").status_code == 405


def test_an_operation_that_cannot_be_told_is_a_bad_request(customer: Client) -> None:
    two = "query A { position } query B { position }"
    assert raw(customer, {"query": two, "operationName": "C"}).status_code == 400
    subscription = "subscription { offerEvents { type } }"
    assert raw(customer, {"query": subscription}).status_code == 400


@pytest.mark.parametrize(
    "document",
    [
        "{" + "a{" * 1_300 + "b" + "}" * 1_301,
        "{ a(b: " + "[" * 1_900 + "]" * 1_900 + ") }",
        "{" + " position" * 3_999 + "}",
        "{" + " position" * 10_000 + "}",
    ],
    ids=range(4),
)
def test_a_monstrous_document_is_refused_without_a_crash(customer: Client, document: str) -> None:
    assert customer.code(document) in {"TOO_COSTLY", "BAD_REQUEST"}


@pytest.mark.parametrize("text", ["a\0b", "\0"])
def test_text_that_cannot_be_kept_is_refused_wherever_it_stands(
    customer: Client, text: str
) -> None:
    document = "query($id: ID!) { project(id: $id) { id } }"
    assert customer.code(document, id=text) == "INVALID_INPUT"
    escaped = json.dumps(text)
    assert customer.code(f"{{ project(id: {escaped}) {{ id }} }}") == "INVALID_INPUT"
    assert customer.code('{ project(id: "\\ud800") { id } }') in {"INVALID_INPUT", "BAD_REQUEST"}


def test_a_wrong_variable_is_invalid_input(customer: Client) -> None:
    document = "query($first: Int!) { projects(first: $first) { nodes { id } } }"
    assert customer.code(document, first="many") == "INVALID_INPUT"
    assert customer.code(document, first=1 << 40) == "INVALID_INPUT"


def test_what_nobody_foresaw_is_masked_and_logged_once_with_its_trace(
    market: MemoryOffice,
    customer: Client,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def breaks() -> int:
        raise RuntimeError("the secret is 12345")

    monkeypatch.setattr(market.log, "head", breaks)
    with caplog.at_level(logging.ERROR):
        answer = customer.post("{ position }", headers={"x-request-id": "trace-me"})
    (error,) = answer["errors"]
    assert error["message"] == "internal error"
    assert error["extensions"] == {"code": "INTERNAL", "traceId": "trace-me"}
    assert [record.getMessage() for record in caplog.records] == [
        "request trace-me failed at ['position']"
    ]


def test_while_tokens_cannot_be_looked_at_clients_are_told_to_ask_again(
    market: MemoryOffice, customer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise ConnectionError("the database is away")

    monkeypatch.setattr(market.play.recorder, "select_events", away)
    answer = raw(customer, {"query": MINE})
    assert answer.status_code == 503
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAVAILABLE"


def test_an_operation_that_takes_too_long_is_given_up(
    market: MemoryOffice, customer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = Event()
    monkeypatch.setattr(http, "DEADLINE_S", 0.05)
    monkeypatch.setattr(market.log, "head", lambda: go_on.wait(10))
    try:
        assert customer.code("{ position }") == "UNAVAILABLE"
    finally:
        go_on.set()


def test_a_long_document_is_answered_like_a_short_one(customer: Client) -> None:
    padding = " " * 30_000
    assert customer.ask(f"{{ viewer {{ role }} {padding} }}") == {"viewer": {"role": "CUSTOMER"}}
    assert customer.code(f"{{ nonsense {padding} }}") == "BAD_REQUEST"


def test_every_answer_keeps_browsers_safe(nobody: Client) -> None:
    for path in ("/", "/graphql", "/healthz", "/metrics", "/nowhere", "/schema.graphql"):
        headers = nobody.send("GET", path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_readiness_is_what_health_finds(market: MemoryOffice, nobody: Client) -> None:
    assert nobody.send("GET", "/readyz").status_code == 200
    market.found = {"ready": False, "database": "OperationalError"}
    answer = nobody.send("GET", "/readyz")
    assert (answer.status_code, answer.json()) == (503, market.found)
    assert nobody.send("GET", "/healthz").status_code == 200


def test_the_numbers_are_told_in_prometheus_text(market: MemoryOffice, nobody: Client) -> None:
    market.found = {
        "ready": True,
        "head": 7,
        "views": [{"view": "offer_board", "position": 5, "quarantinedAt": 6}],
        "reactions": [],
        "setAside": [{"reaction": "offer_next_provider", "position": 3}],
        "jobs": {"ready": 2},
        "quarantinedJobs": [],
        "valkey": "ok",
    }
    nobody.send("GET", "/nowhere")
    lines = nobody.send("GET", "/metrics").text.splitlines()
    for line in (
        "labelmarket_facts_head 7",
        'labelmarket_view_position{view="offer_board"} 5',
        'labelmarket_view_quarantined{view="offer_board"} 1',
        'labelmarket_jobs{state="ready"} 2',
        "labelmarket_reactions_set_aside 1",
        "labelmarket_valkey_answers 1",
        'labelmarket_requests_total{status="404"} 1',
        "labelmarket_subscriptions 0",
    ):
        assert line in lines


def test_a_body_that_comes_by_drops_is_given_up(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BODY_WITHIN_S", 0.2)
    with serving(app) as address:
        host, _, port = address.removeprefix("ws://").partition("/")[0].partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as slow:
            slow.sendall(
                b"POST /graphql HTTP/1.1\r\nhost: market\r\ncontent-type: application/json\r\n"
                b"content-length: 100\r\n\r\n{"
            )
            said = b""
            while more := slow.recv(4_096):
                said += more
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"BAD_REQUEST" in said


def test_a_body_that_never_stops_coming_a_byte_at_a_time_is_given_up(
    app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "BODY_WITHIN_S", 0.3)
    with serving(app) as address:
        host, _, port = address.removeprefix("ws://").partition("/")[0].partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as slow:
            slow.sendall(
                b"POST /graphql HTTP/1.1\r\nhost: market\r\ncontent-type: application/json\r\n"
                b"content-length: 1000\r\n\r\n"
            )
            answered, sent = False, 0
            while not answered and sent < BYTES_SENT_MAX:
                slow.sendall(b" ")
                sent += 1
                answered = bool(select.select([slow], [], [], BYTE_EVERY_S)[0])
            said = slow.recv(4_096)
    assert said.startswith(b"HTTP/1.1 408 ")
    assert sent > 1
