"""Verbs on a database: which one they find, and what they say when it does not answer."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from labelmarket.adapters.embedded.addresses import Addresses, write_addresses
from labelmarket.cli import main
from tests.bootstrap.up_runs import free_port
from tests.databases import Databases

VERBS = (["migrate"], ["serve"], ["follow"], ["work"], ["token", "create"], ["token", "list"])


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """Some verbs listen to signals, and these are the test run's own."""
    heard = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in heard.items():
        signal.signal(number, handler)


@pytest.fixture
def market_folder(
    tmp_path: Path, database_url: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    """A data folder that a market runs on, and nothing in the environment."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    write_addresses(tmp_path, Addresses(database_url=database_url, redis_url=redis_url))
    return str(tmp_path)


def test_a_lost_token_is_replaced_with_nothing_but_the_data_folder(
    market_folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["token", "create", "--data", market_folder, "--name", "second"]) == 0
    token = capsys.readouterr().out.strip()

    assert main(["token", "list", "--data", market_folder]) == 0
    listed = capsys.readouterr().out.split()
    assert listed[1:3] == ["operator", "good"]
    assert listed[-1] == "second"
    assert listed[0].replace("-", "") == token.split("_")[1]


def test_a_revoked_token_is_listed_as_such(
    market_folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["token", "create", "--data", market_folder])
    token = capsys.readouterr().out.strip()

    assert main(["token", "revoke", token, "--data", market_folder]) == 0

    capsys.readouterr()
    main(["token", "list", "--data", market_folder])
    assert "revoked" in capsys.readouterr().out


def test_an_unknown_token_is_not_revoked(
    market_folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["token", "revoke", "f" * 32, "--data", market_folder]) == 1
    assert capsys.readouterr().err.startswith("labelmarket: ")


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_a_database_that_does_not_answer_is_one_line(
    words: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("labelmarket.bootstrap.database.PATIENCE_S", 0.0)
    monkeypatch.setenv("DATABASE_URL", f"postgresql://nobody@127.0.0.1:{free_port()}/market")
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{free_port()}")
    monkeypatch.setenv("LABELMARKET_DATA", str(tmp_path))
    monkeypatch.setattr("labelmarket.workers.kernels.warm_for_work", lambda: None)

    assert main(words) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("labelmarket: ")
    assert "refused" in line


def test_up_on_a_database_that_does_not_answer_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"postgresql://nobody@127.0.0.1:{free_port()}/market")
    monkeypatch.setenv("REDIS_URL", f"redis://127.0.0.1:{free_port()}")

    assert main(["up", "--data", str(tmp_path / "market"), "--port", str(free_port())]) == 1

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("labelmarket: ")


def test_a_database_without_a_market_says_what_to_do(
    databases: Databases, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", databases.servers_url)

    assert main(["token", "list"]) == 1

    assert "labelmarket migrate" in capsys.readouterr().err
