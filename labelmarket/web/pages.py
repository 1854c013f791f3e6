"""The schema as text."""

import strawberry
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response


async def schema_text(schema: strawberry.Schema, _request: Request) -> Response:
    return PlainTextResponse(schema.as_str() + "\n")
