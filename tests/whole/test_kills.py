"""The market outlives the death of any of its processes, and of all of them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import psycopg
import pytest

from labelmarket.adapters.embedded.servers import BundledServers
from tests.whole.tree import Tree, free_port, until

READY, OPERATOR = "labelmarket is ready", "operator token"
PROJECT = """mutation($k: String!) { createProject(input: {idempotencyKey: $k, name: "kept",
  dataType: "image", tasks: [{taskType: "object_detection"}]}) {
  project { id } errors { code } } }"""
CUSTOMER = """mutation { createToken(input: {name: "c", role: CUSTOMER}) { secret } }"""


class Market:
    """A market that `up` keeps; whoever kills all of it starts it again."""

    def __init__(self, data: Path, trees: ExitStack) -> None:
        self.data, self.port = data, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._trees = trees
        self.start()
        self._operator = self.up.line_with(OPERATOR).split()[-1]

    def start(self) -> None:
        words = ("up", "--data", str(self.data), "--port", str(self.port))
        self.up = self._trees.enter_context(Tree(*words))
        self.up.line_with(READY)

    def customer(self) -> str:
        """The token of somebody new, who sees only what is its own."""
        return str(_ask(self.address, self._operator, CUSTOMER)["createToken"]["secret"])


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with ExitStack() as trees:
        yield Market(tmp_path_factory.mktemp("market"), trees)


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
        demo.kill("labelmarket.web.demonstration")
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


def test_up_carries_on_after_any_child_was_killed(market: Market) -> None:
    # Given a project
    customer = market.customer()
    made = _ask(market.address, customer, PROJECT, k="first")["createProject"]
    # When each child is killed in turn
    for child in (
        ("labelmarket.cli", "serve"),
        ("labelmarket.cli", "follow"),
        ("labelmarket.cli", "work"),
        ("valkey-server",),
        ("postgres", "-D"),
    ):
        killed = market.up.kill(*child)
        until(lambda: _other_runs(market.up, child, killed), within_s=30)  # noqa: B023
        until(lambda: _ready(market.address), within_s=30)
    # Then the same request has the same answer
    assert _ask(market.address, customer, PROJECT, k="first")["createProject"] == made


def test_up_finds_everything_after_everything_was_killed(market: Market) -> None:
    # Given a project
    customer = market.customer()
    made = _ask(market.address, customer, PROJECT, k="first")["createProject"]
    # When everything is killed, and started a second time
    market.up.kill_all()
    market.start()
    # Then it is all there, and no new operator is made
    names = _ask(market.address, customer, "{ projects { nodes { id name } } }")["projects"]
    assert names["nodes"] == [{"id": made["project"]["id"], "name": "kept"}]
    assert not [line for line in market.up.said if OPERATOR in line]


@pytest.mark.parametrize("taken", ["folder", "port"])
def test_a_second_start_on_what_is_taken_is_one_clear_line(
    market: Market, tmp_path: Path, taken: str
) -> None:
    folder, port, told = {
        "folder": (market.data, free_port(), "in use"),
        "port": (tmp_path, market.port, f"port {market.port} is taken"),
    }[taken]
    words = ("up", "--data", str(folder), "--port", str(port))
    with Tree(*words, stream="stderr") as second:
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
