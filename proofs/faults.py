"""Blows to a market of real processes: kills, standstills, cut connections, a wiped broker."""

import os
import random
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import psycopg
import redis

from labelmarket.adapters.embedded.kept import KeptProgram
from proofs.counts import share_of
from tests.whole.outside import Outside
from tests.whole.tree import descendants

FULL = {
    "kill PostgreSQL": 30,
    "kill the worker": 30,
    "kill the feed": 30,
    "kill the API": 10,
    "wipe Valkey": 10,
    "stand still for 5 s": 10,
    "cut a connection at its commit": 10,
}
STANDSTILL_S = 5.0
PID_S_MAX = 10.0
CUT_S_MAX = 8.0
# A backend that waits for its commit to reach the disk has committed in a moment, cut or not.
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE application_name = 'labelmarket serve' AND state = 'active' AND query LIKE '%%market.append%%'
  AND (wait_event = ANY(%s) OR %s) LIMIT 1
"""
AT_THE_DISK = ["WalSync", "WalWrite", "WALSync", "WALWrite"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Struck:
    """When a blow had fallen, and what exactly it was."""

    fault: str
    detail: str
    at_s: float


@dataclass(slots=True, kw_only=True)
class Blows:
    """Strikes one fault after the other. The processes are named serve, follow and work."""

    outside: Outside
    processes: Mapping[str, KeptProgram]
    chance: random.Random

    def strike(self, fault: str) -> Struck:
        blows: dict[str, Callable[[], str]] = {
            "kill PostgreSQL": lambda: self._kill(self.outside.postgres),
            "kill the worker": lambda: self._kill(self.processes["work"]),
            "kill the feed": lambda: self._kill(self.processes["follow"]),
            "kill the API": lambda: self._kill(self.processes["serve"]),
            "wipe Valkey": self._wipe,
            "stand still for 5 s": self._stand_still,
            "cut a connection at its commit": self._cut,
        }
        detail = blows[fault]()
        return Struck(fault=fault, detail=detail, at_s=time.monotonic())

    def _kill(self, kept: KeptProgram) -> str:
        os.kill(_pid(kept), signal.SIGKILL)
        return kept.program.name

    def _wipe(self) -> str:
        with redis.Redis.from_url(self.outside.redis_url, socket_timeout=5) as client:
            client.flushall()
        return "FLUSHALL"

    def _stand_still(self) -> str:
        name = self.chance.choice(["postgres", "serve", "follow", "work"])
        root = _pid(self.outside.postgres if name == "postgres" else self.processes[name])
        stopped = [root, *descendants(root)]
        try:
            for pid in stopped:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGSTOP)
            time.sleep(STANDSTILL_S)
        finally:
            for pid in stopped:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
        return name

    def _cut(self) -> str:
        """Wait for an append of the API at its commit; in the end any append will do."""
        deadline = time.monotonic() + CUT_S_MAX
        with psycopg.connect(self.outside.database_url, autocommit=True) as connection:
            while (left_s := deadline - time.monotonic()) > 0:
                any_append = left_s < CUT_S_MAX / 2
                if connection.execute(CUT, (AT_THE_DISK, any_append)).fetchone():
                    return "in an append" if any_append else "at the disk"
        return "missed"


def _pid(kept: KeptProgram) -> int:
    deadline = time.monotonic() + PID_S_MAX
    while (pid := kept.pid) is None:
        assert time.monotonic() < deadline, f"{kept.program.name} is not started again"
        time.sleep(0.01)
    return pid


def drawn(*, share: float, chance: random.Random) -> list[str]:
    """Every fault as often as its share asks, in an order of the seed."""
    faults = [name for name, full in FULL.items() for _ in range(share_of(full, share=share))]
    chance.shuffle(faults)
    return faults
