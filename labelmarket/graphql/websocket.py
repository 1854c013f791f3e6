"""GraphQL over websockets: graphql-transport-ws, one token for a socket, many operations."""

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, cast

import orjson
import strawberry
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect
from strawberry.asgi import ASGIWebSocketAdapter, GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import WebSocketDisconnected
from strawberry.schema.base import BaseSchema
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.types.unset import UnsetType

from labelmarket.graphql.asked import BadRequest, read_json
from labelmarket.graphql.context import Api, Context
from labelmarket.graphql.tokens import bearer, from_connection

INIT_WITHIN: Final = timedelta(seconds=10)
SUBSCRIPTIONS_MAX: Final = 20
"""Operations under way on one socket."""


@dataclass(kw_only=True)
class SocketContext(Context):
    """What a socket begins with; every operation gets a context of its own made from it."""

    connection_params: dict[str, object] | None = None


class _Operations:
    """Runs each operation with fresh eyes: what was read, and whether the token is still good."""

    def __init__(self, schema: BaseSchema) -> None:
        self._schema = schema

    async def stream(
        self,
        query: str,
        *,
        context_value: SocketContext,
        **asked: Any,  # noqa: ANN401 - the library's
    ) -> AsyncGenerator[Any, None]:
        context = replace(context_value, request_id=context_value.office.new_id().hex)
        await context.ask_for_token_again()
        return await self._schema.stream(query, context_value=context, **asked)


class _Text(ASGIWebSocketAdapter):
    async def send_json(self, message: Mapping[str, object]) -> None:
        """Send text frames: binary ones are not what clients of this protocol read."""
        try:
            await self.ws.send_text(orjson.dumps(message).decode())
        except (WebSocketDisconnect, RuntimeError) as gone:
            raise WebSocketDisconnected from gone


class _Handler(BaseGraphQLTransportWSHandler[SocketContext, None]):
    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - the library's
        super().__init__(**given)
        self.schema = cast(BaseSchema, _Operations(self.schema))

    async def handle_message(self, message: Any) -> None:  # noqa: ANN401 - from outside
        """Close the socket on a message that is none, and not with a crash."""
        if not _is_message(message):
            await self.handle_invalid_message("this is not a message of the protocol")
            return
        await super().handle_message(message)

    async def handle_ping(self, message: Any) -> None:  # noqa: ANN401 - from outside
        payload = {"payload": message["payload"]} if "payload" in message else {}
        await self.send_message(cast(Any, {"type": "pong", **payload}))

    @staticmethod
    def _get_pre_execution_close_reason(error: GraphQLError) -> str | None:  # noqa: ARG004
        """One bad document ends its own operation, not those beside it."""
        return None


class GraphQLOverWebSocket(GraphQL[SocketContext, None]):
    websocket_adapter_class = _Text
    graphql_transport_ws_handler_class = _Handler

    def __init__(self, api: Api, schema: strawberry.Schema) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=INIT_WITHIN,
            max_subscriptions_per_connection=SUBSCRIPTIONS_MAX,
        )
        self._api = api

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002
    ) -> SocketContext:
        return SocketContext(
            api=self._api,
            viewer=None,
            request_id="",
            token_text=bearer(request.headers.get("authorization")),
        )

    async def on_ws_connect(self, context: SocketContext) -> UnsetType:
        """Take the token from the first message, or else from the handshake's header."""
        context.token_text = from_connection(context.connection_params or {}) or context.token_text
        await context.ask_for_token_again()
        if context.viewer is None:
            raise ConnectionRejectionError
        return UnsetType()

    def decode_json(self, data: str | bytes) -> object:
        try:
            return read_json(data)
        except BadRequest as bad:
            raise json.JSONDecodeError(bad.message, "", 0) from None


def _is_message(message: object) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        return False
    if message["type"] == "complete":
        return isinstance(message.get("id"), str)
    if message["type"] != "subscribe":
        return True
    asked = message.get("payload")
    if not isinstance(message.get("id"), str) or not isinstance(asked, dict):
        return False
    return (
        isinstance(asked.get("query"), str)
        and isinstance(asked.get("variables"), dict | None)
        and isinstance(asked.get("operationName"), str | None)
    )
