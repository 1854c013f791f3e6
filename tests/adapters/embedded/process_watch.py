"""Looks at processes by pid, the way an outsider does."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

SUPERVISOR = """
import json, sys, time
from pathlib import Path
from labelmarket.adapters.embedded.servers import BundledServers

servers = BundledServers(Path(sys.argv[1]))
addresses = servers.start()
told = {"pids": servers.pids(), "database": addresses.database_url, "redis": addresses.redis_url}
print(json.dumps(told), flush=True)
deadline = time.monotonic() + 120
while time.monotonic() < deadline:
    servers.tend()
    time.sleep(0.05)
"""


def is_alive(pid: int) -> bool:
    """A zombie is dead: it only waits for its parent to hear of it."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return text.rpartition(")")[2].split()[0] not in {"Z", "X"}


def with_children(pids: Iterable[int]) -> set[int]:
    found = set(pids)
    for pid in tuple(found):
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        found.update(int(child) for child in text.split())
    return found


def eventually(condition: Callable[[], bool], *, seconds_max: float) -> bool:
    deadline = time.monotonic() + seconds_max
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True


def start_supervisor(
    data: Path, *, environment: Mapping[str, str] | None = None
) -> tuple[subprocess.Popen[str], dict[str, str], dict[str, int]]:
    """Start servers under another process; returns it, their addresses and their pids."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(data)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the supervisor did not start"
    told = json.loads(line)
    return process, {"database": told["database"], "redis": told["redis"]}, told["pids"]


def sockets_of(redis_url: str) -> Path:
    return Path(redis_url.removeprefix("unix://").partition("?")[0]).parent


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(timeout=10)
    if process.stdout is not None:
        process.stdout.close()
