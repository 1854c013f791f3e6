"""A market of single processes, as many as wanted, on servers that somebody else runs."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from labelmarket.adapters.embedded.binaries import Binaries
from labelmarket.adapters.embedded.kept import KeptProgram
from labelmarket.adapters.embedded.programs import Program
from labelmarket.bootstrap.tokens import issue_token
from labelmarket.migrations.runner import migrate
from tests.kernel_cache import CACHE
from tests.whole.outside import PAUSE_S, Outside, outside_servers
from tests.whole.tree import free_port

ROOT = Path(__file__).resolve().parents[2]
STOP_SIGNALS = ((signal.SIGTERM, 8.0), (signal.SIGKILL, 5.0))
READY_S_MAX = 60.0
LOOK_EVERY_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    outside: Outside
    processes: Mapping[str, KeptProgram]
    address: str
    operator: str
    data: Path


@contextmanager
def ground(
    data: Path, *, counts: Mapping[str, int], binaries: Binaries | None = None
) -> Iterator[Ground]:
    """Run so many processes of each verb; a second one of a verb is called `follow 2`.

    The servers are the bundled ones, or those that are given.
    """
    servers = outside_servers(data / "servers", binaries=binaries)
    with servers as (outside, tended, spawner):
        migrate(outside.database_url)
        operator = issue_token(outside.database_url, name="operator")
        port = free_port()
        environment = _environment(outside, data=data, port=port)
        processes = {
            name: KeptProgram(
                program=_program(name, data=data / "servers", environment=environment),
                spawner=spawner,
            )
            for verb, count in counts.items()
            for name in [verb, *(f"{verb} {number}" for number in range(2, count + 1))]
        }
        tended.kept += processes.values()
        address = f"http://127.0.0.1:{port}"
        _wait_until_ready(address)
        yield Ground(
            outside=outside, processes=processes, address=address, operator=operator, data=data
        )


def _environment(outside: Outside, *, data: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": outside.database_url,
        "REDIS_URL": outside.redis_url,
        "LABELMARKET_DATA": str(data / "market"),
        "LABELMARKET_HOST": "127.0.0.1",
        "LABELMARKET_PORT": str(port),
        "NUMBA_CACHE_DIR": str(CACHE),
    }


def _program(name: str, *, data: Path, environment: Mapping[str, str]) -> Program:
    file = name.replace(" ", "-")
    return Program(
        name=name,
        argv=(sys.executable, "-m", "labelmarket.cli", name.split(maxsplit=1)[0]),
        folder=ROOT,
        log=data / "logs" / f"{file}.log",
        alive=data / "locks" / f"{file}.alive",
        environment=environment,
        death_signal=signal.SIGTERM,
        stop_signals=STOP_SIGNALS,
        pause_seconds_max=PAUSE_S,
    )


def _wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + READY_S_MAX
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/readyz", trust_env=False, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(LOOK_EVERY_S)
    raise AssertionError("the market did not become ready")
