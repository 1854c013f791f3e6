"""Puts the routes together: the API, files, health, metrics, and the console."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route, WebSocketRoute

from labelmarket.application.file_desk import FileDesk
from labelmarket.application.office import Office
from labelmarket.graphql.context import Api, TokenSecrets
from labelmarket.graphql.http import GraphQLOverHttp
from labelmarket.graphql.hub import Hub
from labelmarket.graphql.positions import Positions
from labelmarket.graphql.schema import make_schema
from labelmarket.graphql.threads import Threads
from labelmarket.graphql.websocket import GraphQLOverWebSocket
from labelmarket.web.console import Console
from labelmarket.web.files import FileRoutes
from labelmarket.web.manners import Manners, Tally
from labelmarket.web.pages import schema_text
from labelmarket.web.sign_ins import ADDRESS, DemoSignIns
from labelmarket.web.state import Health, StateRoutes


def create_web(
    office: Office,
    *,
    files: FileDesk,
    health: Health,
    token_secrets: TokenSecrets,
    sign_ins: Path | None = None,
) -> Starlette:
    """The web application on an open office; call it when the database answers.

    `sign_ins` is the file of a demo's accounts; without it nobody is offered any.
    """
    threads = Threads()
    api = Api(
        office=office,
        positions=Positions(office.log.identity()),
        threads=threads,
        hub=Hub(office, threads),
        token_secrets=token_secrets,
    )
    schema, tally = make_schema(), Tally()
    graphql, sockets = GraphQLOverHttp(api, schema), GraphQLOverWebSocket(api, schema)
    file_routes = FileRoutes(desk=files, threads=threads)
    state = StateRoutes(health=health, threads=threads, hub=api.hub, tally=tally)
    return Starlette(
        routes=[
            Route("/graphql", graphql.answer, methods=["GET", "POST"]),
            WebSocketRoute("/graphql", sockets),
            Route("/schema.graphql", partial(schema_text, schema)),
            Route("/files/uploads/{upload_id}", file_routes.put, methods=["PUT"]),
            Route("/files/{digest}", file_routes.get, methods=["GET"]),
            Route("/healthz", state.alive),
            Route("/readyz", state.ready),
            Route("/metrics", state.metrics),
            *([Route(ADDRESS, DemoSignIns(sign_ins).answer)] if sign_ins else []),
            *Console(sign_ins=ADDRESS if sign_ins else None).routes(),
        ],
        middleware=[Middleware(Manners, tally=tally)],
        lifespan=partial(_following, api),
    )


@asynccontextmanager
async def _following(api: Api, _app: Starlette) -> AsyncIterator[None]:
    """Follow the log as long as the application lives."""
    await api.hub.open()
    following = asyncio.create_task(api.hub.follow(), name="hub")
    try:
        yield
    finally:
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        api.threads.close()
