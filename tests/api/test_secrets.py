"""A token's secret is known to whoever holds it, and is written down nowhere."""

import logging
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from tests.api.people import People
from tests.api.running import RunningMarket
from tests.graphql.served_market import Closed, opened

VIEWER = "{ viewer { role } }"
MISTAKES = (
    "{ viewer { role } ",
    "{ viewr }",
    "query($id: ID!) { project(id: $id) { id } }",
    'mutation { revokeToken(input: {tokenId: "x"}) { position errors { message } } }',
)
TABLES = """
SELECT format('SELECT t::text FROM %I.%I t', schemaname, tablename) FROM pg_tables
WHERE schemaname IN ('market', 'views')
"""


def ask_in_every_way(market: RunningMarket, token: str) -> list[str]:
    """What is answered to a token over HTTP, in streams, on sockets and where files go."""
    headers = {"authorization": f"Bearer {token}"}
    with httpx.Client(base_url=market.address, headers=headers, trust_env=False) as client:
        answers = [
            client.post("/graphql", json={"query": document}, headers=accept)
            for document in (VIEWER, *MISTAKES)
            for accept in ({}, {"accept": "text/event-stream"})
        ]
        answers += [
            client.get("/graphql", params={"query": VIEWER, "token": token}),
            client.put("/files/uploads/x", content=b"x"),
            client.get("/files/x", params={"token": token}),
            client.get(f"/{token}"),
        ]
    return [answer.text for answer in answers] + list(_said_on_sockets(market, token))


def _said_on_sockets(market: RunningMarket, token: str) -> Iterator[str]:
    address = f"{market.address.replace('http', 'ws', 1)}/graphql"
    for payload in ({"token": token}, {"Authorization": f"Bearer {token}"}, {"tokn": token}):
        with opened(f"{address}?token={token}") as talking, suppress(Closed):
            talking.send_json({"type": "connection_init", "payload": payload})
            yield str(talking.receive_json())
            asked = {"query": MISTAKES[2], "variables": {}}
            talking.send_json({"id": "1", "type": "subscribe", "payload": asked})
            yield str(talking.receive_json())


def test_a_secret_stands_in_no_answer_no_log_and_no_table(
    people: People, market: RunningMarket, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a good token, one that was revoked, and one with a slip of the pen
    made = [
        people.operator.mutate(
            "createToken", {"name": "x", "role": "CUSTOMER"}, select="secret token { id }"
        )
        for _ in range(2)
    ]
    good, revoked = (str(one["secret"]) for one in made)
    gone = {"tokenId": made[1]["token"]["id"]}
    people.operator.mutate("revokeToken", gone, select="token { id }")
    wrong = good[:-1] + ("a" if good[-1] != "a" else "b")
    # When each is used, rightly and wrongly, at the level that the processes log at
    with caplog.at_level(logging.INFO):
        told = [ask_in_every_way(market, token) for token in (good, revoked, wrong)]
    # Then whoever reads answers, logs or the database learns none of them
    with market.core.pool.connection() as connection:
        tables = [row[0] for row in connection.execute(TABLES).fetchall()]
        kept = [row[0] for table in tables for row in connection.execute(table.encode())]
    assert len(kept) > 1
    # What the clients of this test write down themselves is not the market's.
    logged = [record.getMessage() for record in caplog.records if record.name != "httpx"]
    texts = "\n".join([*(text for texts in told for text in texts), *logged, *kept])
    for token in (good, revoked, wrong):
        secret = token.split("_", 2)[2]
        assert secret not in texts
        assert secret.encode().hex() not in texts
