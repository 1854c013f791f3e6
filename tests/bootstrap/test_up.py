"""`up` as a process: it brings the market up, keeps it up, and takes it down without a trace."""

import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from labelmarket.adapters.embedded.servers import BundledServers

DRIVER = """
import json, os, sys
from pathlib import Path
import psycopg
from labelmarket.adapters.embedded.servers import DataFolderBusy, ServerUnavailable
from labelmarket.bootstrap.up import PortTaken, up

def migrate(database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS tokens (token text)")

def first_run(database_url):
    with psycopg.connect(database_url) as connection:
        if connection.execute("SELECT 1 FROM tokens").fetchone() is None:
            connection.execute("INSERT INTO tokens VALUES ('lm_secret')")
            return "lm_secret"

try:
    code = up(
        data=Path(sys.argv[1]), port=int(sys.argv[2]), children=json.loads(sys.argv[3]),
        announce=lambda line: print(line, flush=True), environment=dict(os.environ),
        migrate=migrate, first_run=first_run,
    )
except (PortTaken, DataFolderBusy, ServerUnavailable) as error:
    print(f"{type(error).__name__}: {error}", flush=True)
    code = 2
sys.exit(code)
"""
SERVE = """
import http.server, os

class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()

port = int(os.environ["LABELMARKET_PORT"])
server = http.server.HTTPServer((os.environ["LABELMARKET_HOST"], port), Ready)
print("serving", os.getpid(), os.environ["DATABASE_URL"], os.environ["REDIS_URL"], flush=True)
server.serve_forever()
"""
FOLLOW = "import os, time; print('following', os.getpid(), flush=True); time.sleep(60)"
CHILDREN = {
    "serve": [sys.executable, "-S", "-c", SERVE],
    "follow": [sys.executable, "-S", "-c", FOLLOW],
}


class Up:
    """A running `up` and the lines that it announced."""

    def __init__(
        self,
        data: Path,
        *,
        port: int,
        children: Mapping[str, list[str]],
        environment: Mapping[str, str],
    ) -> None:
        self.data = data
        own = {key: value for key, value in os.environ.items() if not key.endswith("_URL")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(data), str(port), json.dumps(children)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={**own, **environment},
        )
        self.lines: list[str] = []
        self._queue: queue.Queue[str | None] = queue.Queue(maxsize=1000)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as stdout:
            for line in stdout:
                self._queue.put(line.rstrip("\n"))
        self._queue.put(None)

    def hears(self, words: str, *, seconds_max: float = 20) -> str:
        deadline = time.monotonic() + seconds_max
        while (line := self._queue.get(timeout=max(0.1, deadline - time.monotonic()))) is not None:
            self.lines.append(line)
            if words in line:
                return line
        raise AssertionError(f"{words!r} was not said, but {self.lines}")

    def ends(self, *, seconds_max: float = 20) -> int:
        code = self.process.wait(timeout=seconds_max)
        self._reader.join(timeout=5)
        while (line := self._queue.get(timeout=5)) is not None:
            self.lines.append(line)
        return code

    def pids(self, name: str) -> list[int]:
        log = self.data / "logs" / f"{name}.log"
        text = log.read_text(encoding="utf-8") if log.exists() else ""
        return [int(pid) for pid in re.findall(r"^(?:serving|following) (\d+)", text, re.M)]


Start = Callable[..., Up]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("made") / "market"
    with BundledServers(data):
        return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Iterator[Path]:
    yield shutil.copytree(made, tmp_path / "market")
    # A database is too large to be left behind by every test.
    shutil.rmtree(tmp_path)


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def start(data: Path, port: int) -> Iterator[Start]:
    started: list[Up] = []

    def start(
        children: Mapping[str, list[str]] = CHILDREN,
        environment: Mapping[str, str] = {},
    ) -> Up:
        up = Up(data, port=port, children=children, environment=environment)
        started.append(up)
        return up

    yield start
    for up in started:
        if up.process.poll() is None:
            up.process.terminate()
            up.process.wait(timeout=30)


def living_on(data: Path) -> set[int]:
    """Every process of a market holds a lock file of its data folder open."""
    found = set()
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if descriptor.readlink().is_relative_to(data / "locks"):
                found.add(int(descriptor.parts[2]))
    return found


def eventually(condition: Callable[[], bool], *, seconds_max: float) -> bool:
    deadline = time.monotonic() + seconds_max
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.05)
    return True


def test_up_says_the_token_of_an_empty_market_and_the_address_when_the_market_answers(
    start: Start, port: int
) -> None:
    up = start()
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
    assert "database system is shut down" in logs


def test_a_process_that_dies_is_started_again(start: Start) -> None:
    up = start()
    up.hears("labelmarket is ready")
    assert eventually(lambda: len(up.pids("follow")) == 1, seconds_max=10)
    os.kill(up.pids("follow")[0], signal.SIGKILL)
    assert eventually(lambda: len(up.pids("follow")) == 2, seconds_max=10)


def test_a_server_that_dies_is_started_again(start: Start, data: Path) -> None:
    up = start()
    up.hears("labelmarket is ready")
    pid_file = data / "postgres" / "postmaster.pid"

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
    before = (data / "logs" / "postgres.log").read_bytes()
    with socket.create_server(("127.0.0.1", port)):
        up = start()
        assert up.ends() == 2
    assert up.lines == [f"PortTaken: port {port} is taken; try --port N"]
    assert (data / "logs" / "postgres.log").read_bytes() == before
    assert not (data / "logs" / "serve.log").exists()


def test_a_second_up_on_the_same_data_is_refused(start: Start, data: Path) -> None:
    first = start()
    first.hears("labelmarket is ready")
    second = start()
    assert second.ends() == 2
    assert second.lines == [
        f"DataFolderBusy: {data} is in use by another labelmarket "
        f"(process {first.process.pid}); stop it, or choose another data folder"
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
    start: Start, data: Path, made: Path, tmp_path: Path
) -> None:
    with BundledServers(shutil.copytree(made, tmp_path / "outside")) as outside:
        addresses = outside.start()
        shutil.rmtree(data)
        up = start(
            environment={
                "DATABASE_URL": addresses.database_url,
                "REDIS_URL": addresses.redis_url,
            }
        )
        up.hears("labelmarket is ready")
        said = (data / "logs" / "serve.log").read_text(encoding="utf-8")
        up.process.terminate()
        assert up.ends() == 0
        assert {path.name for path in data.iterdir()} == {"logs", "locks"}
        assert said.split()[2:4] == [addresses.database_url, addresses.redis_url]
        assert outside.pids().keys() == {"postgres", "valkey"}
