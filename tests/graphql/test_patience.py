"""Connections on which no request comes are given up, and no others."""

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.applications import Starlette

from labelmarket.web import patience
from tests.graphql.conftest import Client
from tests.graphql.served_market import opened, serving

BYTE_EVERY_S = 0.02
BYTES_SENT_MAX = 1_000
ASKED = b"GET /healthz HTTP/1.1\r\nhost: market\r\n\r\n"
ANSWERED = b"\r\n\r\nalive\n"
BEGUN = b"GET /healthz HTTP/1.1\r\nhost: market\r\nx: "


@pytest.fixture
def served(app: Starlette, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(patience, "HEAD_WITHIN_S", 0.3)
    with serving(app) as address:
        yield address


@contextmanager
def connected(served: str) -> Iterator[socket.socket]:
    host, _, port = served.removeprefix("ws://").partition("/")[0].partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        yield connection


def is_given_up(connection: socket.socket, *, drop: bytes) -> bool:
    """Whether the server hangs up, without a word, while drops still come."""
    for _ in range(BYTES_SENT_MAX):
        if select.select([connection], [], [], BYTE_EVERY_S)[0]:
            return connection.recv(4_096) == b""
        connection.sendall(drop)
    return False


@pytest.mark.parametrize(("begun", "drop"), [(b"", b""), (BEGUN, b""), (BEGUN, b"x")])
def test_a_head_that_does_not_end_is_given_up(served: str, begun: bytes, drop: bytes) -> None:
    with connected(served) as connection:
        connection.sendall(begun)
        assert is_given_up(connection, drop=drop)


def test_a_second_head_that_does_not_end_is_given_up_too(served: str) -> None:
    with connected(served) as connection:
        connection.sendall(ASKED)
        said = b""
        while not said.endswith(ANSWERED):
            more = connection.recv(4_096)
            assert more, said
            said += more
        connection.sendall(BEGUN)
        assert is_given_up(connection, drop=b"x")


def test_a_socket_that_was_opened_stays(served: str, customer: Client) -> None:
    with opened(served) as talking, connected(served) as silent:
        talking.send_json({"type": "connection_init", "payload": {"token": customer.token}})
        assert talking.receive_json() == {"type": "connection_ack"}
        assert is_given_up(silent, drop=b"")
        talking.send_json({"type": "ping"})
        assert talking.receive_json() == {"type": "pong"}
