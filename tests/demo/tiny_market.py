"""A tiny server that speaks the API's manners, and misbehaves as a test asks."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

READY_S_MAX = 10.0
GOOD: dict[str, Any] = {"data": {"position": "p1"}}


def answer(content: object, status: int = 200, **headers: str) -> Response:
    return Response(orjson.dumps(content), status, {"content-type": "application/json", **headers})


def payload(name: str, *, errors: list[dict[str, Any]] | None = None, **fields: Any) -> Response:
    return answer({"data": {name: {"errors": errors or [], "position": "p2", **fields}}})


def refusal(code: str) -> dict[str, Any]:
    return {"code": code, "message": f"it is {code}", "path": ["input"]}


class TinyMarket:
    """Gives its `answers` one after the other, the last one for ever.

    `facts` are what a subscription gives; each socket is closed after `facts_per_socket`.
    """

    def __init__(self) -> None:
        self.address = ""
        self.reset()

    def reset(self) -> None:
        """Forget what a test asked for and what came."""
        self.answers: list[Response] = [answer(GOOD)]
        self.bodies: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.puts: list[bytes] = []
        self.put_statuses = [201]
        self.facts: list[dict[str, Any]] = []
        self.facts_per_socket = 100
        self.subscribed_after: list[str | None] = []

    async def graphql(self, request: Request) -> Response:
        self.bodies.append(orjson.loads(await request.body()))
        self.tokens.append(request.headers.get("authorization", ""))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def put(self, request: Request) -> Response:
        self.puts.append(await request.body())
        statuses = self.put_statuses
        return answer({}, statuses.pop(0) if len(statuses) > 1 else statuses[0])

    async def subscribe(self, ws: WebSocket) -> None:
        await ws.accept(subprotocol="graphql-transport-ws")
        greeting = await ws.receive_json()
        self.tokens.append(greeting["payload"]["authorization"])
        await ws.send_json({"type": "connection_ack"})
        begun = await ws.receive_json()
        after = begun["payload"]["variables"]["after"]
        self.subscribed_after.append(after)
        await ws.send_json({"type": "ping"})
        positions = [fact["position"] for fact in self.facts]
        first = positions.index(after) + 1 if after in positions else 0
        due = self.facts[first:]
        for fact in due[: self.facts_per_socket]:
            data = {"projectEvents": fact}
            await ws.send_json({"id": "1", "type": "next", "payload": {"data": data}})
        if len(due) > self.facts_per_socket:
            await ws.close(1012)
            return
        with suppress(WebSocketDisconnect):
            while True:
                await ws.receive_text()

    def inputs(self) -> list[dict[str, Any]]:
        """List the inputs of all mutations that came."""
        found = [body["variables"].get("input") for body in self.bodies]
        return [fields for fields in found if fields is not None]


@contextmanager
def running() -> Iterator[TinyMarket]:
    market = TinyMarket()
    app = Starlette(
        routes=[
            Route("/graphql", market.graphql, methods=["POST"]),
            WebSocketRoute("/graphql", market.subscribe),
            Route("/files/{name}", market.put, methods=["PUT"]),
        ]
    )
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        market.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="error", ws="websockets-sansio", lifespan="off")
        server = uvicorn.Server(config)
        thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
        thread.start()
        try:
            yield market
        finally:
            server.should_exit = True
            thread.join(READY_S_MAX)
            assert not thread.is_alive()
