"""The market outlives the death of any of its processes, and of all of them."""

from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg

from labelmarket.adapters.embedded.servers import BundledServers
from tests.whole.tree import Tree, free_port, until

READY = "labelmarket is ready"
PROJECT = """mutation($k: String!) { createProject(input: {idempotencyKey: $k, name: "kept",
  dataType: "image", tasks: [{taskType: "object_detection"}]}) {
  project { id } errors { code } } }"""


def test_the_demo_ends_well_though_postgresql_and_the_api_are_killed_in_its_middle(
    tmp_path: Path,
) -> None:
    # Given a demo whose first offer is out
    port = str(free_port())
    once = ("demo", "--once", "--json", "--data", str(tmp_path), "--port", port)
    with Tree(*once, stream="stderr") as demo:
        demo.line_with("sees the offer")
        # When PostgreSQL is killed, and later the API
        demo.kill("postgres", "-D")
        demo.line_with("declines")
        demo.kill("labelmarket.cli", "serve")
        # Then it still ends as it should
        assert demo.process.wait(timeout=120) == 0, demo.said[-20:]
        until(lambda: "".join(demo.out), within_s=5)
    summary = orjson.loads(demo.out[-1])
    outcomes = [offer["outcome"] for offer in summary["offers"]]
    assert outcomes[:2] == ["expired", "declined"]
    assert "accepted" in outcomes
    assert summary["batch"]["items"] == summary["report"]["images"]
    # And what was acknowledged happened once
    facts = _facts(tmp_path)
    assert facts["ProviderAccepted"] == facts["SliceFilled"] == facts["BatchOpened"] == 1
    assert facts["BatchApproved"] == facts["ProjectCompleted"] == 1
    assert facts["OfferSent"] == sum(
        facts[end] for end in ("OfferExpired", "ProviderDeclined", "ProviderAccepted")
    )


def test_up_carries_on_after_any_child_and_after_everything_was_killed(tmp_path: Path) -> None:
    # Given a market with one project
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    words = ("up", "--data", str(tmp_path), "--port", str(port))
    with Tree(*words) as up:
        up.line_with(READY)
        token = up.line_with("operator token").split()[-1]
        customer = _customer(address, token)
        made = _ask(address, customer, PROJECT, k="first")["createProject"]
        # When each child is killed in turn
        for child in (
            ("labelmarket.cli", "serve"),
            ("labelmarket.cli", "follow"),
            ("labelmarket.cli", "work"),
            ("valkey-server",),
            ("postgres", "-D"),
        ):
            killed = up.kill(*child)
            until(lambda: _other_runs(up, child, killed), within_s=30)  # noqa: B023
            until(lambda: _ready(address), within_s=30)
        # Then the same request has the same answer
        assert _ask(address, customer, PROJECT, k="first")["createProject"] == made
        up.kill_all()
    # And when everything was killed, a second start finds it all
    with Tree(*words) as again:
        again.line_with(READY)
        names = _ask(address, customer, "{ projects { nodes { id name } } }")["projects"]["nodes"]
        assert names == [{"id": made["project"]["id"], "name": "kept"}]
        assert not [line for line in again.said if "operator token" in line]


def test_a_second_start_on_the_same_folder_and_a_taken_port_are_one_clear_line_each(
    tmp_path: Path,
) -> None:
    port = free_port()
    with Tree("up", "--data", str(tmp_path / "a"), "--port", str(port)) as first:
        first.line_with(READY)
        for words, told in (
            (("--data", str(tmp_path / "a"), "--port", str(free_port())), "in use"),
            (("--data", str(tmp_path / "b"), "--port", str(port)), f"port {port} is taken"),
        ):
            with Tree("up", *words, stream="stderr") as second:
                assert second.process.wait(timeout=30) == 2
                assert told in second.line_with("labelmarket:", within_s=5)
                assert len(second.said) == 1


def _facts(data: Path) -> Counter[str]:
    with (
        BundledServers(data) as servers,
        psycopg.connect(servers.start().database_url) as connection,
    ):
        rows = connection.execute("SELECT topic, count(*) FROM market.facts GROUP BY topic")
        return Counter(dict(rows.fetchall()))


def _customer(address: str, operator: str) -> str:
    document = """mutation { createToken(input: {name: "c", role: CUSTOMER}) { secret } }"""
    return str(_ask(address, operator, document)["createToken"]["secret"])


def _ask(address: str, token: str, document: str, **variables: str) -> dict[str, Any]:
    answer = httpx.post(
        f"{address}/graphql",
        json={"query": document, "variables": variables},
        headers={"authorization": f"Bearer {token}"},
        trust_env=False,
        timeout=10,
    ).json()
    assert "errors" not in answer, answer
    found: dict[str, Any] = answer["data"]
    return found


def _ready(address: str) -> str:
    try:
        answer = httpx.get(f"{address}/readyz", trust_env=False, timeout=2)
    except httpx.TransportError:
        return ""
    return "ready" if answer.status_code == 200 else ""


def _other_runs(up: Tree, words: tuple[str, ...], killed: int) -> str:
    try:
        return "" if up.pid_of(*words) == killed else "another"
    except AssertionError:
        return ""
