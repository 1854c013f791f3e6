"""The web application behind a real server on loopback, and sockets to it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from labelmarket.web.process import SERVING

WITHIN_S = 10.0


class Closed(Exception):
    """The server closed the socket."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


@dataclass(slots=True)
class Socket:
    connection: ClientConnection

    def send_json(self, message: object) -> None:
        self.connection.send(orjson.dumps(message).decode())

    def send_text(self, text: str) -> None:
        self.connection.send(text)

    def receive_json(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = orjson.loads(self.connection.recv(timeout=WITHIN_S))
        except ConnectionClosed as closed:
            raise Closed(closed.rcvd.code if closed.rcvd else 1006) from None
        return found


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """Serve the application; gives the address of its websocket."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(app, **{**SERVING, "timeout_graceful_shutdown": 1})
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + WITHIN_S
        while not server.started:
            assert time.monotonic() < until, "the server does not start"
            time.sleep(0.005)
        try:
            yield f"ws://127.0.0.1:{listening.getsockname()[1]}/graphql"
        finally:
            server.should_exit = True
            thread.join(timeout=WITHIN_S)


@contextmanager
def opened(address: str) -> Iterator[Socket]:
    with connect(
        address, subprotocols=[Subprotocol("graphql-transport-ws")], proxy=None, close_timeout=1
    ) as connection:
        yield Socket(connection)
