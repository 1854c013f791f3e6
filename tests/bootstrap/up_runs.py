"""A running `up`, the small programs under it, and what an outsider can see of them."""

import json
import os
import queue
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

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


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


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
