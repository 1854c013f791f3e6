"""GraphQL over HTTP: one operation in, one answer out, or a stream of events."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

import orjson
import strawberry
from graphql import GraphQLError, get_operation_ast
from graphql import OperationType as Kind
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from labelmarket.application.access import Viewer
from labelmarket.graphql.asked import Asked, BadRequest, from_address, from_body
from labelmarket.graphql.context import Api, Context
from labelmarket.graphql.errors import UNAUTHENTICATED, UNAVAILABLE, unavailable
from labelmarket.graphql.gate import read_document
from labelmarket.graphql.media import GRAPHQL_TYPE, STREAM_TYPE, preferred, wants_stream
from labelmarket.graphql.mishaps import presentable
from labelmarket.graphql.tokens import bearer

DEADLINE_S: Final = 10.0
BODY_WITHIN_S: Final = 10.0
STREAM_SILENT_S_MAX: Final = 15.0
_log = logging.getLogger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_TRACE = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_BY_GET = frozenset({OperationType.QUERY})
_BY_POST = frozenset({OperationType.QUERY, OperationType.MUTATION})


@dataclass(frozen=True, slots=True)
class GraphQLOverHttp:
    """Answers `/graphql`. One operation has `DEADLINE_S` seconds, if it does not ask for more."""

    api: Api
    schema: strawberry.Schema

    async def answer(self, request: Request) -> Response:
        accept = request.headers.get("accept")
        media = preferred(accept)
        if request.method not in ("GET", "POST"):
            return Response(status_code=405, headers={"allow": "GET, POST"})
        if media is None and not wants_stream(accept):
            return Response(status_code=406)
        media = media or GRAPHQL_TYPE
        try:
            asked = (
                from_address(request.query_params)
                if request.method == "GET"
                else await _from_body_in_time(request)
            )
            context = await self._context(request)
            if wants_stream(accept):
                return self._stream(asked, context, by_get=request.method == "GET")
            return _answer(await self._execute(asked, context, method=request.method), media)
        except BadRequest as bad:
            return _refusal(bad, media)
        except ClientDisconnect:
            return Response(status_code=400)

    async def _context(self, request: Request) -> Context:
        text = bearer(request.headers.get("authorization"))
        given, trace = request.headers.get("x-request-id", ""), request.headers.get("traceparent")
        viewer = await self._viewer(text) if text else None
        return Context(
            api=self.api,
            viewer=viewer,
            token_text=text,
            request_id=given if _REQUEST_ID.fullmatch(given) else self.api.office.new_id().hex,
            traceparent=trace if trace and _TRACE.fullmatch(trace) else None,
        )

    async def _viewer(self, text: str) -> Viewer | None:
        """Who sends this token. When nobody can tell just now, the client may ask again."""
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await self.api.threads.call(self.api.office.authenticate, text)
        except Exception:
            # Whatever keeps the log from answering ends here: no operation has begun.
            _log.exception("a token could not be looked at")
            raise BadRequest("ask again in a moment", status=503, code=UNAVAILABLE) from None

    async def _execute(self, asked: Asked, context: Context, *, method: str) -> ExecutionResult:
        began = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(began + DEADLINE_S) as deadline:
                context.allow_s = lambda seconds: deadline.reschedule(began + seconds)
                result = await self.schema.execute(
                    asked.query,
                    variable_values=asked.variables,
                    context_value=context,
                    operation_name=asked.operation_name,
                    allowed_operation_types=_BY_GET if method == "GET" else _BY_POST,
                )
        except TimeoutError:
            return ExecutionResult(data=None, errors=[unavailable()])
        except CannotGetOperationTypeError:
            raise BadRequest("name one of the document's operations") from None
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.SUBSCRIPTION:
                raise BadRequest(
                    "subscribe over a websocket, or accept text/event-stream"
                ) from None
            raise BadRequest("send mutations by POST", status=405) from None

        # What went wrong around the operation has not passed the gate yet.
        result.errors = [
            presentable(error, request_id=context.request_id, executing=False)
            for error in result.errors or ()
        ]
        return result

    def _stream(self, asked: Asked, context: Context, *, by_get: bool) -> Response:
        _check_operation(asked, by_get=by_get)
        allowed = {OperationType.SUBSCRIPTION, OperationType.QUERY}
        return StreamingResponse(
            self._events(asked, context, allowed if by_get else {*allowed, *_BY_POST}),
            media_type=STREAM_TYPE,
            headers={"cache-control": "no-store", "x-accel-buffering": "no"},
        )

    async def _events(
        self, asked: Asked, context: Context, allowed: set[OperationType]
    ) -> AsyncIterator[str]:
        """Frames end in a single LF LF, at which every client splits them."""
        results = await self.schema.stream(
            asked.query,
            variable_values=asked.variables,
            context_value=context,
            operation_name=asked.operation_name,
            allowed_operation_types=allowed,
        )
        coming: asyncio.Task[Any] | None = None
        try:
            while True:
                coming = coming or asyncio.ensure_future(anext(results, None))
                done, _ = await asyncio.wait({coming}, timeout=STREAM_SILENT_S_MAX)
                if not done:
                    yield ": still here\n\n"
                    continue
                result, coming = coming.result(), None
                if result is None:
                    break
                yield f"event: next\ndata: {orjson.dumps(_body(result)).decode()}\n\n"
            yield "event: complete\ndata:\n\n"
        finally:
            if coming is not None:
                coming.cancel()
                await asyncio.wait({coming})
            await results.aclose()


async def _from_body_in_time(request: Request) -> Asked:
    """Read the body; whoever sends it drop by drop is given up."""
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            return await from_body(request.headers, request.stream())
    except TimeoutError:
        raise BadRequest(
            f"the body did not come within {BODY_WITHIN_S:.0f} seconds", status=408
        ) from None


def _check_operation(asked: Asked, *, by_get: bool) -> None:
    """Refuse before a stream begins what could not have a status any more afterwards."""
    try:
        document = read_document(asked.query)
    except (GraphQLError, RecursionError):
        return  # the stream tells what is wrong with a document that cannot be read
    operation = get_operation_ast(document, asked.operation_name)
    if operation is None:
        raise BadRequest("name one of the document's operations")
    if by_get and operation.operation is Kind.MUTATION:
        raise BadRequest("send mutations by POST", status=405)


def _is_request_error(result: ExecutionResult) -> bool:
    """Whether nothing was carried out at all, so that there is no data to speak of."""
    if isinstance(result, PreExecutionError):
        return True
    return result.data is None and all(error.path is None for error in result.errors or ())


def _body(result: ExecutionResult) -> dict[str, Any]:
    body: dict[str, Any] = {} if _is_request_error(result) else {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    return body


def _answer(result: ExecutionResult, media: str) -> Response:
    """Say 200 in plain JSON, as older clients expect; the newer type has real status codes."""
    status = 200
    if media == GRAPHQL_TYPE and _is_request_error(result):
        status = 401 if UNAUTHENTICATED in map(_code, result.errors or ()) else 400
    return _json(_body(result), status=status, media=media)


def _refusal(bad: BadRequest, media: str) -> Response:
    body = {"errors": [{"message": bad.message, "extensions": {"code": bad.code}}]}
    headers = {405: {"allow": "POST"}, 408: {"connection": "close"}}.get(bad.status)
    return _json(body, status=bad.status, media=media, headers=headers)


def _json(
    body: dict[str, Any], *, status: int, media: str, headers: dict[str, str] | None = None
) -> Response:
    return Response(
        orjson.dumps(body),
        status_code=status,
        media_type=f"{media}; charset=utf-8",
        headers={"cache-control": "no-store", "vary": "accept, authorization", **(headers or {})},
    )


def _code(error: GraphQLError) -> object:
    return (error.extensions or {}).get("code")
