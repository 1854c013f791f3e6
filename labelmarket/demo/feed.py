"""Facts as they happen: a subscription that resumes where it broke."""

import time
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit, urlunsplit

import orjson
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from labelmarket.demo.refusals import Json

PROTOCOL: Final = "graphql-transport-ws"
OPEN_TIMEOUT_S: Final = 2.0
CLOSE_TIMEOUT_S: Final = 1.0
RECONNECT_S: Final = 0.5
MESSAGE_BYTES_MAX: Final = 1 << 20


class Feed:
    """One subscription over graphql-transport-ws, for one thread. Use it in a `with` block.

    `after` is the position of the last fact that was given; a broken socket is opened
    again from there, so that nothing is missed or given twice.
    """

    def __init__(
        self, *, address: str, token: str, document: str, variables: Json, after: str | None
    ) -> None:
        self.after = after
        self._address = _websocket_address(address)
        self._token = token
        self._document = document
        self._variables = variables
        self._socket: ClientConnection | None = None
        self._closing = ExitStack()
        self._connect_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._drop()

    @property
    def is_connected(self) -> bool:
        return self._socket is not None

    def next(self, *, timeout_s: float) -> Json | None:
        """Give the next fact, or None when none came within the time or the socket broke.

        Returns early only with a fact or just after the socket broke; the caller then
        looks at the truth by a query, which a subscription never replaces.
        """
        until = time.monotonic() + timeout_s
        while (left_s := until - time.monotonic()) > 0:
            if self._socket is None:
                wait_s = self._connect_at - time.monotonic()
                if wait_s > 0:
                    time.sleep(min(wait_s, left_s))
                    continue
                self._open()
                continue
            try:
                return self._receive(self._socket, timeout_s=left_s)
            except TimeoutError:
                return None
            except (WebSocketException, OSError, orjson.JSONDecodeError):
                self._drop()
                return None
        return None

    def _open(self) -> None:
        """Connect and subscribe; a server that is down is tried again a little later."""
        self._connect_at = time.monotonic() + RECONNECT_S
        try:
            self._socket = self._closing.enter_context(
                connect(
                    self._address,
                    subprotocols=[Subprotocol(PROTOCOL)],
                    additional_headers={"Authorization": f"Bearer {self._token}"},
                    open_timeout=OPEN_TIMEOUT_S,
                    close_timeout=CLOSE_TIMEOUT_S,
                    max_size=MESSAGE_BYTES_MAX,
                    proxy=None,
                )
            )
            self._greet(self._socket)
        except (WebSocketException, OSError, orjson.JSONDecodeError):
            self._drop()

    def _greet(self, socket: ClientConnection) -> None:
        _send(
            socket,
            {"type": "connection_init", "payload": {"authorization": f"Bearer {self._token}"}},
        )
        answer = orjson.loads(socket.recv(timeout=OPEN_TIMEOUT_S))
        if answer.get("type") != "connection_ack":
            raise WebSocketException(f"no acknowledgement but {answer.get('type')}")
        variables = {**self._variables, "after": self.after}
        payload = {"query": self._document, "variables": variables}
        _send(socket, {"id": "1", "type": "subscribe", "payload": payload})

    def _receive(self, socket: ClientConnection, *, timeout_s: float) -> Json:
        until = time.monotonic() + timeout_s
        while True:
            message = orjson.loads(socket.recv(timeout=max(0.0, until - time.monotonic())))
            kind = message.get("type")
            if kind == "next" and message["payload"].get("data"):
                (fact,) = message["payload"]["data"].values()
                self.after = fact["position"]
                return dict(fact)
            if kind == "ping":
                _send(socket, {"type": "pong"})
            elif kind != "pong":
                raise WebSocketException(f"the subscription ended: {kind}")

    def _drop(self) -> None:
        self._socket = None
        with suppress(WebSocketException, OSError):
            self._closing.close()


def _send(socket: ClientConnection, message: dict[str, Any]) -> None:
    socket.send(orjson.dumps(message).decode())


def _websocket_address(address: str) -> str:
    parts = urlsplit(address)
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/") + "/graphql", "", ""))
