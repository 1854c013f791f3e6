"""Plain pages: what this is, and the schema as text."""

from typing import Final

import strawberry
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

FRONT: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>labelmarket</title></head>
<body>
<h1>labelmarket</h1>
<p>A marketplace for data labeling. This is its server.</p>
<ul>
<li><a href="/schema.graphql">The GraphQL schema</a>; the API itself answers at
<code>/graphql</code> over HTTP, websockets (graphql-transport-ws) and server-sent events, with
a token as <code>Authorization: Bearer …</code>.</li>
<li><a href="/readyz">Whether it is ready</a>, and <a href="/metrics">its numbers</a>.</li>
</ul>
</body>
</html>
"""


async def front_page(_request: Request) -> Response:
    return HTMLResponse(FRONT)


async def schema_text(schema: strawberry.Schema, _request: Request) -> Response:
    return PlainTextResponse(schema.as_str() + "\n")
