"""The audit on the command line: what is asked, what is printed, how it ends."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from labelmarket.adapters.embedded.addresses import Addresses, write_addresses
from labelmarket.adapters.postgres.feed import ViewFollower, progress
from labelmarket.application.access import MARKET
from labelmarket.application.view import Entry
from labelmarket.application.views.all import VIEWS
from labelmarket.application.views.provider_record import ProviderRecord, ProviderRow
from labelmarket.bootstrap.core import Core, open_core
from labelmarket.cli import main
from tests.adapters.postgres.scene import Launched, Record, append_raw, launch, one, select

TOKEN = uuid4()
SERVERS = ("DATABASE_URL", "REDIS_URL")


@pytest.fixture
def core(database_url: str) -> Iterator[Core]:
    with open_core(database_url, name="test", connections_max=4) as opened:
        yield opened


@pytest.fixture
def scene(core: Core, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Launched:
    """A launched project whose views are up to date, and one token more."""
    for name in SERVERS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABASE_URL", database_url)
    launched = launch(core)
    core.market.handle(Record(ids=(TOKEN,)), by=MARKET)
    for view in VIEWS:
        follower = ViewFollower(core.pool, view, core.mapper)
        follower.register()
        while follower.advance():
            pass
    return launched


class Shell:
    """Runs the program in this process, and gives what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def run(self, *words: str, code: int = 0) -> str:
        assert main(words) == code, self._capsys.readouterr()
        out, self.err = self._capsys.readouterr()
        return out

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self.run(*words, "--json", code=code))


@pytest.fixture
def shell(scene: Launched, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def test_the_log_is_one_line_a_fact(shell: Shell, database_url: str) -> None:
    facts = one(database_url, "SELECT count(*) FROM market.facts")

    lines = shell.run("audit", "log").splitlines()

    assert len(lines) == facts
    position, recorded_at, topic, aggregate, version, actor = lines[-1].split()
    assert int(position) == one(database_url, "SELECT max(notification_id) FROM market.facts")
    assert recorded_at.endswith("+00:00")
    assert (topic, aggregate, version) == ("TokenIssued", str(TOKEN), "1")
    assert actor == "market"


def test_the_log_is_narrowed_by_what_is_asked(
    shell: Shell, scene: Launched, database_url: str
) -> None:
    def lines(*words: str) -> list[dict[str, Any]]:
        return [json.loads(x) for x in shell.run("audit", "log", "--json", *words).splitlines()]

    everything = lines()

    assert lines("--after", "3", "--first", "2") == everything[3:5]
    assert lines("--aggregate", str(TOKEN)) == everything[-1:]
    assert {x["projectId"] for x in lines("--project", str(scene.project_id))} == {
        str(scene.project_id)
    }
    both = lines("--type", "ProviderVetted", "--type", "OfferSent")
    assert {x["topic"] for x in both} == {"ProviderVetted", "OfferSent"}
    assert lines("--type", "NoSuchFact") == []


def test_one_fact_is_shown_whole(shell: Shell, database_url: str) -> None:
    head = one(database_url, "SELECT max(notification_id) FROM market.facts")

    shown = shell.json("audit", "show", str(head))

    assert shown["topic"] == "TokenIssued"
    assert shown["envelope"]["actor"] == shown["actor"] == "market"
    assert shown["data"]["name"] == "a test's"
    assert shown["unreadable"] is None
    assert len(bytes.fromhex(shown["chain"])) == 32
    assert json.loads(shell.run("audit", "show", str(head))) == shown


def test_one_stream_is_shown(shell: Shell, scene: Launched) -> None:
    lines = shell.run("audit", "show", str(scene.project_id), "--json").splitlines()

    shown = [json.loads(line) for line in lines]
    assert [fact["version"] for fact in shown] == list(range(1, len(shown) + 1))
    assert shown[0]["data"]["name"] == "street scenes"


def test_what_is_not_there_is_not_shown(shell: Shell) -> None:
    shell.run("audit", "show", "1000000", code=1)
    assert shell.err == "labelmarket: there is no fact of 1000000\n"
    shell.run("audit", "show", str(uuid4()), code=1)


def test_a_sound_log_is_verified(shell: Shell, database_url: str) -> None:
    found = shell.json("audit", "verify")

    head, chain = select(
        database_url,
        "SELECT notification_id, encode(chain, 'hex') FROM market.facts ORDER BY 1 DESC LIMIT 1",
    )[0]
    facts = one(database_url, "SELECT count(*) FROM market.facts")
    assert found == {"sound": True, "facts": facts, "position": head, "chain": chain}
    assert f"chain {chain}" in shell.run("audit", "verify")


def test_a_tampered_log_is_not(shell: Shell, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE market.facts SET topic = 'Mistaken' WHERE notification_id = 5")

    found = shell.json("audit", "verify", code=1)

    assert found["sound"] is False
    assert (found["facts"], found["position"]) == (4, 5)
    assert "the hash chain breaks behind 4" in found["problems"][0]
    assert shell.run("audit", "verify", code=1).startswith("5: the hash chain breaks behind 4")


def test_a_replay_to_the_head_has_the_digests_of_the_views(shell: Shell, database_url: str) -> None:
    head = one(database_url, "SELECT max(notification_id) FROM market.facts")

    live = shell.json("audit", "digests")
    past = shell.json("audit", "replay", "--to", str(head), "--into", "past")

    assert past == {**live, "schema": "past"}
    assert [view["view"] for view in live["views"]] == [view.name for view in VIEWS]


def test_a_replay_that_cannot_be_says_why(shell: Shell) -> None:
    shell.run("audit", "replay", "--to", "1000000", "--into", "past", code=1)
    assert "the log ends at" in shell.err
    shell.run("audit", "replay", "--to", "1", "--into", "views", code=2)
    assert "is no name for a schema" in shell.err


def test_views_are_rebuilt_and_stay_the_same(shell: Shell, database_url: str) -> None:
    before = shell.json("audit", "digests")
    facts = one(database_url, "SELECT count(*) FROM market.facts")

    made = shell.json("audit", "rebuild", "offer_board", "provider_record")

    assert [(view["view"], view["facts"]) for view in made["views"]] == [
        ("offer_board", facts),
        ("provider_record", facts),
    ]
    assert "project_page" in shell.run("audit", "rebuild")
    assert shell.json("audit", "digests") == before


def test_a_view_that_cannot_be_made_anew_holds_up_no_other(shell: Shell, core: Core) -> None:
    damaged = append_raw(core, topic="ProviderVetted", state=b"{}")

    made = shell.json("audit", "rebuild", code=1)

    others = {view.name for view in VIEWS} - {"provider_record"}
    assert {view["view"] for view in made["views"]} == others
    assert f"provider_record cannot take in {damaged}: " in shell.err


def test_a_view_that_does_not_exist_is_named(shell: Shell) -> None:
    shell.run("audit", "rebuild", "offer_bord", code=2)
    assert "there is no view 'offer_bord'; there are batch_sheet, " in shell.err
    shell.run("views", "release", "offer_bord", code=2)


class Fails(ProviderRecord):
    def evolve(self, row: ProviderRow | None, entry: Entry, /) -> ProviderRow | None:
        raise ArithmeticError(f"cannot take {entry} into {row}")


def test_a_quarantined_view_is_released_once(shell: Shell, core: Core) -> None:
    launch(core)
    ViewFollower(core.pool, Fails(), core.mapper).advance()
    quarantined = [p.view for p in progress(core.pool) if p.quarantined_at is not None]
    assert quarantined == ["provider_record"]

    released = shell.json("views", "release", "provider_record")

    assert released == {"view": "provider_record", "released": True}
    assert all(p.quarantined_at is None for p in progress(core.pool))
    assert shell.run("views", "release", "provider_record") == (
        "provider_record was not quarantined\n"
    )


def test_a_running_markets_folder_stands_for_its_address(
    shell: Shell, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    shell.run("audit", "verify", code=2)
    assert "set DATABASE_URL" in shell.err
    shell.run("audit", "verify", "--data", str(tmp_path), code=2)
    assert "no market runs on" in shell.err

    write_addresses(tmp_path, Addresses(database_url=database_url, redis_url="unused"))

    assert shell.json("audit", "verify", "--data", str(tmp_path))["sound"] is True


def test_a_server_that_does_not_answer_is_not_taken_for_a_broken_log(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"host={tmp_path} dbname=nowhere")

    for verb in ("verify", "digests", "rebuild"):
        shell.run("audit", verb, code=2)
        assert shell.err.startswith("labelmarket: ")
        assert "Traceback" not in shell.err
    shell.run("views", "release", "provider_record", code=2)


@pytest.mark.parametrize(
    "words",
    [
        ("log", "--first", "0"),
        ("log", "--after", "-1"),
        ("log", "--aggregate", "x"),
        ("show", "x"),
        ("show", "9" * 30),
        ("replay", "--to", "1"),
        ("undo",),
    ],
)
def test_words_that_make_no_sense_end_with_code_2(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(("audit", *words))

    assert ended.value.code == 2
    assert "usage: labelmarket audit" in capsys.readouterr().err
