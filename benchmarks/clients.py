"""Fifty clients who change something at a steady pace; a process beside the market.

Run as `python -m benchmarks.clients ADDRESS OPERATOR-TOKEN`; it prints one JSON object.
"""

import asyncio
import re
import sys
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

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


@dataclass
class Connection:
    """One kept connection that speaks just enough HTTP to ask little and often."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, token: str, document: str, **variables: Any) -> Any:  # noqa: ANN401 - JSON
        body = orjson.dumps({"query": document, "variables": variables})
        head = (
            "POST /graphql HTTP/1.1\r\nhost: market\r\ncontent-type: application/json\r\n"
            f"authorization: Bearer {token}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        self.writer.write(head.encode() + body)
        async with asyncio.timeout(TIMEOUT_S):
            answered = await self.reader.readuntil(b"\r\n\r\n")
            assert answered.startswith(b"HTTP/1.1 200 "), answered
            length = re.search(rb"(?i)content-length: (\d+)", answered)
            assert length is not None, answered
            return orjson.loads(await self.reader.readexactly(int(length[1])))


async def _connect(address: str) -> Connection:
    to = urlsplit(address)
    return Connection(*await asyncio.open_connection(to.hostname, to.port))


async def _one(connection: Connection, token: str, *, first_s: float, times_ms: list[float]) -> int:
    """Change a project of one's own at one's own beat; the number of errors."""
    made = await connection.ask(token, PROJECT)
    project_id = made["data"]["createProject"]["project"]["id"]
    errors = 0
    beat_s = CLIENTS / PER_S
    for number in range(SECONDS * PER_S // CLIENTS):
        due_s = first_s + number * beat_s
        await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
        target = {"accuracy": 0.5 + number / 1_000}
        # From the moment it was due: a late start is the market's fault as well.
        answer = await connection.ask(
            token, CHANGE, input={"projectId": project_id, "target": target}
        )
        times_ms.append(1_000 * (time.perf_counter() - due_s))
        errors += bool(answer.get("errors") or answer["data"]["reviseTarget"]["errors"])
    return errors


async def main() -> None:
    address, operator = sys.argv[1:]
    connections = [await _connect(address) for _ in range(CLIENTS)]
    tokens = []
    for connection in connections:
        made = await connection.ask(operator, NEW_CUSTOMER)
        tokens.append(made["data"]["createToken"]["secret"])
    times_ms: list[float] = []
    start_s = time.perf_counter() + 1
    errors = await asyncio.gather(
        *(
            _one(connection, token, first_s=start_s + n / PER_S, times_ms=times_ms)
            for n, (connection, token) in enumerate(zip(connections, tokens, strict=True))
        )
    )
    cpu_s = time.process_time()
    found = {"times_ms": times_ms, "errors": sum(errors), "cpu_s": cpu_s}
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    asyncio.run(main())
