"""Clients of a market in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import anyio
import httpx
import pytest
from starlette.applications import Starlette

from labelmarket.domain.access_token import Role
from tests.graphql.memory_office import MemoryOffice

Json = dict[str, Any]


@dataclass(slots=True)
class Client:
    """Asks as one token; each call is a whole event loop of its own."""

    app: Starlette
    token: str

    def send(self, method: str, path: str, **how: Any) -> httpx.Response:
        async def sending() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://market") as client:
                return await client.request(method, path, **how)

        return anyio.run(sending)

    def post(self, document: str, headers: dict[str, str] | None = None, **variables: Any) -> Json:
        """The whole answer to one operation."""
        credentials = {"authorization": f"Bearer {self.token}"} if self.token else {}
        answer = self.send(
            "POST",
            "/graphql",
            json={"query": document, "variables": variables},
            headers={**credentials, **(headers or {})},
        )
        found: Json = answer.json()
        return found

    def ask(self, document: str, **variables: Any) -> Json:
        answer = self.post(document, **variables)
        assert "errors" not in answer, answer["errors"]
        data: Json = answer["data"]
        return data

    def code(self, document: str, **variables: Any) -> str:
        """The code of the first error."""
        return str(self.post(document, **variables)["errors"][0]["extensions"]["code"])

    def do(self, name: str, select: str = "position", /, **fields: Any) -> Json:
        """The payload of a mutation, refused or not."""
        kind = name[0].upper() + name[1:]
        document = (
            f"mutation($input: {kind}Input!) {{ {name}(input: $input) "
            f"{{ {select} errors {{ __typename code message path }} }} }}"
        )
        payload: Json = self.ask(document, input=fields)[name]
        return payload

    def done(self, name: str, select: str = "position", /, **fields: Any) -> Json:
        payload = self.do(name, select, **fields)
        assert payload["errors"] == []
        return payload


@pytest.fixture
def market(tmp_path: Path) -> MemoryOffice:
    return MemoryOffice(tmp_path)


@pytest.fixture
def app(market: MemoryOffice) -> Starlette:
    return market.web()


@pytest.fixture
def as_role(market: MemoryOffice, app: Starlette) -> Callable[[Role], Client]:
    """Somebody new of a role."""
    return lambda role: Client(app, market.token(role))


@pytest.fixture
def operator(as_role: Callable[[Role], Client]) -> Client:
    return as_role(Role.OPERATOR)


@pytest.fixture
def customer(as_role: Callable[[Role], Client]) -> Client:
    return as_role(Role.CUSTOMER)


@pytest.fixture
def nobody(app: Starlette) -> Client:
    return Client(app, "")


@pytest.fixture
def key() -> str:
    return uuid4().hex
