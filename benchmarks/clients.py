"""Fifty clients who change something at a steady pace; a process beside the market.

Run as `python -m benchmarks.clients ADDRESS OPERATOR-TOKEN`; it prints one JSON object.
"""

import asyncio
import sys
import time
from typing import Any

import httpx
import orjson

CLIENTS = 50
PER_S = 200
SECONDS = 15
TIMEOUT_S = 10.0

NEW_CUSTOMER = """mutation {
    createToken(input: {name: "c", role: CUSTOMER, expiresInSeconds: 3600}) {
        secret errors { code } } }"""
PROJECT = """mutation { createProject(input: {name: "b", dataType: "image",
    tasks: [{taskType: "object_detection"}]}) { project { id } errors { code } } }"""
CHANGE = """mutation($input: ReviseTargetInput!) { reviseTarget(input: $input) {
    project { id } errors { code } } }"""


async def _ask(client: httpx.AsyncClient, token: str, document: str, **variables: Any) -> Any:  # noqa: ANN401 - JSON
    answer = await client.post(
        "/graphql",
        content=orjson.dumps({"query": document, "variables": variables}),
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
    )
    return orjson.loads(answer.content)


async def _one(
    client: httpx.AsyncClient, token: str, *, first_s: float, times_ms: list[float]
) -> int:
    """Change a project of one's own at one's own beat; the number of errors."""
    made = await _ask(client, token, PROJECT)
    project_id = made["data"]["createProject"]["project"]["id"]
    errors = 0
    beat_s = CLIENTS / PER_S
    for number in range(SECONDS * PER_S // CLIENTS):
        due_s = first_s + number * beat_s
        await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
        target = {"accuracy": 0.5 + number / 1_000}
        # From the moment it was due: a late start is the market's fault as well.
        answer = await _ask(
            client, token, CHANGE, input={"projectId": project_id, "target": target}
        )
        times_ms.append(1_000 * (time.perf_counter() - due_s))
        errors += bool(answer.get("errors") or answer["data"]["reviseTarget"]["errors"])
    return errors


async def main() -> None:
    address, operator = sys.argv[1:]
    # Shorter than the server keeps an idle connection, so that none is used as it closes.
    limits = httpx.Limits(max_connections=CLIENTS, keepalive_expiry=2.0)
    async with httpx.AsyncClient(
        base_url=address, trust_env=False, timeout=TIMEOUT_S, limits=limits
    ) as client:
        made = [await _ask(client, operator, NEW_CUSTOMER) for _ in range(CLIENTS)]
        tokens = [answer["data"]["createToken"]["secret"] for answer in made]
        times_ms: list[float] = []
        start_s = time.perf_counter() + 3
        errors = await asyncio.gather(
            *(
                _one(client, token, first_s=start_s + n / PER_S, times_ms=times_ms)
                for n, token in enumerate(tokens)
            )
        )
    sys.stdout.buffer.write(orjson.dumps({"times_ms": times_ms, "errors": sum(errors)}))


if __name__ == "__main__":
    asyncio.run(main())
