"""`up` as a process: it brings the market up, keeps it up, and takes it down without a trace."""

import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from labelmarket.adapters.embedded.servers import BundledServers
from tests.bootstrap.up_runs import CHILDREN, Up, eventually, free_port, living_on

Start = Callable[..., Up]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("made") / "market"
    with BundledServers(data):
        pass
    yield data
    shutil.rmtree(data)


@pytest.fixture
def data(made: Path) -> Iterator[Path]:
    """One market for all tests, since to copy a database takes a while; its logs begin anew."""
    yield made
    for log in (made / "logs").iterdir():
        log.unlink()


@pytest.fixture
def fresh(made: Path, tmp_path: Path) -> Iterator[Path]:
    """A market that nobody ran yet, too large to be left behind."""
    yield shutil.copytree(made, tmp_path / "fresh")
    shutil.rmtree(tmp_path)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def running(made: Path) -> Iterator[Up]:
    data = shutil.copytree(made, made.with_name("running"))
    up = Up(data, port=free_port(), children=CHILDREN, environment={})
    up.hears("labelmarket is ready")
    yield up
    up.process.terminate()
    up.process.wait(timeout=30)
    shutil.rmtree(data)


@pytest.fixture
def start(data: Path, port: int) -> Iterator[Start]:
    started: list[Up] = []

    def start(
        on: Path = data,
        *,
        children: Mapping[str, list[str]] = CHILDREN,
        environment: Mapping[str, str] = {},
    ) -> Up:
        up = Up(on, port=port, children=children, environment=environment)
        started.append(up)
        return up

    yield start
    for up in started:
        if up.process.poll() is None:
            up.process.terminate()
            up.process.wait(timeout=30)


def test_up_says_the_token_of_an_empty_market_and_the_address_when_the_market_answers(
    start: Start, fresh: Path, port: int
) -> None:
    up = start(fresh)
    up.hears(f"labelmarket is ready at http://127.0.0.1:{port}")
    up.process.terminate()
    assert up.ends() == 0
    assert up.lines == [
        "operator token, shown this once: lm_secret",
        f"labelmarket is ready at http://127.0.0.1:{port}",
    ]


def test_ctrl_c_in_a_terminal_stops_all_in_order_and_without_a_traceback(
    start: Start, data: Path
) -> None:
    up = start()
    up.hears("labelmarket is ready")
    assert eventually(lambda: len(up.pids("follow")) == 1, seconds_max=10)
    assert set(up.pids("serve") + up.pids("follow")) < living_on(data)
    os.killpg(up.process.pid, signal.SIGINT)
    assert up.ends() == 0
    assert living_on(data) == set()
    logs = "".join(log.read_text(encoding="utf-8") for log in (data / "logs").iterdir())
    assert "Traceback" not in "\n".join((*up.lines, logs))
    last = (data / "logs" / "postgres.log").read_text(encoding="utf-8").splitlines()[-1]
    assert "database system is shut down" in last


def test_a_process_that_dies_is_started_again(running: Up) -> None:
    assert eventually(lambda: len(running.pids("follow")) == 1, seconds_max=10)
    os.kill(running.pids("follow")[0], signal.SIGKILL)
    assert eventually(lambda: len(running.pids("follow")) == 2, seconds_max=10)


def test_a_server_that_dies_is_started_again(running: Up) -> None:
    pid_file = running.data / "postgres" / "postmaster.pid"

    def server() -> str:
        return pid_file.read_text(encoding="utf-8") if pid_file.exists() else ""

    killed = server().partition("\n")[0]
    os.kill(int(killed), signal.SIGKILL)
    assert eventually(
        lambda: "ready" in server() and server().partition("\n")[0] != killed, seconds_max=10
    )


def test_a_killed_up_takes_all_along_and_the_next_one_carries_on(start: Start, data: Path) -> None:
    first = start()
    first.hears("labelmarket is ready")
    first.process.kill()
    first.ends()
    assert eventually(lambda: living_on(data) == set(), seconds_max=5)
    second = start()
    second.hears("labelmarket is ready")
    assert not any("lm_secret" in line for line in second.lines)


def test_an_up_right_after_everything_was_killed_carries_on(start: Start, data: Path) -> None:
    first = start()
    first.hears("labelmarket is ready")
    for pid in living_on(data):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    second = start()
    second.hears("labelmarket is ready")


def test_a_taken_port_is_told_in_one_line_before_servers_start(
    start: Start, data: Path, port: int
) -> None:
    with socket.create_server(("127.0.0.1", port)):
        up = start()
        assert up.ends() == 2
    assert up.lines == [f"PortTaken: port {port} is taken; try --port N"]
    assert list((data / "logs").iterdir()) == []


def test_a_second_up_on_the_same_data_is_refused(start: Start, running: Up) -> None:
    second = start(running.data)
    assert second.ends() == 2
    assert second.lines == [
        f"DataFolderBusy: {running.data} is in use by another labelmarket "
        f"(process {running.process.pid}); stop it, or choose another data folder"
    ]


def test_a_process_that_never_comes_up_ends_all_with_its_last_words(
    start: Start, data: Path
) -> None:
    broken = [sys.executable, "-S", "-c", "import sys; sys.exit('no such table')"]
    up = start(children={"serve": broken})
    assert up.ends() == 1
    assert "serve keeps ending: no such table" in up.lines
    assert up.lines[-1] == "giving up; last lines: serve: no such table"
    assert living_on(data) == set()


def test_outside_servers_are_used_when_both_are_named(
    start: Start, made: Path, tmp_path: Path
) -> None:
    data = tmp_path / "market"
    with BundledServers(made) as outside:
        addresses = outside.start()
        up = start(
            data,
            environment={
                "DATABASE_URL": addresses.database_url,
                "REDIS_URL": addresses.redis_url,
            },
        )
        up.hears("labelmarket is ready")
        said = (data / "logs" / "serve.log").read_text(encoding="utf-8")
        up.process.terminate()
        assert up.ends() == 0
        assert {path.name for path in data.iterdir()} == {"logs", "locks"}
        assert said.split()[2:4] == [addresses.database_url, addresses.redis_url]
        assert outside.pids().keys() == {"postgres", "valkey"}
