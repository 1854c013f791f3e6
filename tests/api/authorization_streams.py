"""Listens for several callers at once, over server-sent events, for a bounded while."""

import asyncio
from dataclasses import dataclass, field

import httpx
import orjson

from tests.api.authorization_judging import refusal_letter
from tests.api.authorization_scene import Caller, Json

PATIENCE_S = 15.0
"""For what is to come."""
SILENCE_S = 0.4
"""For what must not come."""


@dataclass(slots=True)
class Heard:
    """What a subscriber was told, and the code that ended it, as a letter, if one did."""

    messages: list[Json] = field(default_factory=list)
    code: str | None = None


def heard_by_all(questions: dict[Caller, str], *, counts: dict[str, int]) -> dict[str, Heard]:
    """What each caller hears, until it has as many messages as it should, and no more come."""
    return asyncio.run(_all(questions, counts))


async def _all(questions: dict[Caller, str], counts: dict[str, int]) -> dict[str, Heard]:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        found = await asyncio.gather(
            *(_one(client, c, question, counts[c.name]) for c, question in questions.items())
        )
    return dict(zip((c.name for c in questions), found, strict=True))


async def _one(client: httpx.AsyncClient, caller: Caller, question: str, count: int) -> Heard:
    heard = Heard()
    headers = {"accept": "text/event-stream"}
    if caller.token:
        headers["authorization"] = f"Bearer {caller.token}"
    address = f"{caller.address}/graphql"
    async with client.stream(
        "POST", address, json={"query": question}, headers=headers
    ) as response:
        lines = response.aiter_lines()
        while heard.code is None:
            patience_s = PATIENCE_S if len(heard.messages) < count else SILENCE_S
            try:
                async with asyncio.timeout(patience_s):
                    line = await anext(lines)
            except (TimeoutError, StopAsyncIteration):
                break
            if line.startswith("data: "):
                _take(heard, caller, line.removeprefix("data: "))
    return heard


def _take(heard: Heard, caller: Caller, text: str) -> None:
    caller.heard.append(text)
    content: Json = orjson.loads(text)
    heard.code = refusal_letter(content)
    if heard.code is None:
        heard.messages.extend(content["data"].values())
