"""Servers that somebody else runs: PostgreSQL and Valkey on loopback ports, with a password.

They are the bundled programs, which nothing in the market knows, or those that are given.
Whoever dies is started again at once, as a service manager would.
"""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from labelmarket.adapters.embedded.accounts import hand_over, server_account
from labelmarket.adapters.embedded.binaries import Binaries, find_binaries, reachable_binaries
from labelmarket.adapters.embedded.kept import KeptProgram, run_to_end, stop_together
from labelmarket.adapters.embedded.postgres import DATABASE, ROLE, postgres, remove_stale_locks
from labelmarket.adapters.embedded.premises import Premises
from labelmarket.adapters.embedded.programs import Program, Spawner
from labelmarket.adapters.embedded.sockets import socket_folder
from labelmarket.adapters.embedded.valkey import valkey
from tests.whole.installed import make_cluster
from tests.whole.tree import free_port

PASSWORD = "open-sesame"  # noqa: S105 - of a server that lives for a test
START_S_MAX = 30.0
PAUSE_S = 0.1
TEND_EVERY_S = 0.05
RULES = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    database_url: str
    redis_url: str
    postgres: KeptProgram
    valkey: KeptProgram


class Tended:
    """Starts whoever died again, from a thread of its own, until it is stopped."""

    def __init__(self) -> None:
        self.kept: list[KeptProgram] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._tend, name="tend", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the programs, those that were added last first."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)
        for kept in reversed(self.kept):
            stop_together([kept])

    def _tend(self) -> None:
        while not self._stopping.wait(TEND_EVERY_S):
            for kept in list(self.kept):
                kept.tend()


@contextmanager
def outside_servers(
    data: Path, *, binaries: Binaries | None = None
) -> Iterator[tuple[Outside, Tended, Spawner]]:
    """Run both; the tended programs may be joined by others, which stop before them.

    As root, a PostgreSQL before 16 needs a folder that its user can reach.
    """
    data.mkdir(mode=0o711, parents=True, exist_ok=True)
    for name in ("logs", "locks"):
        (data / name).mkdir(mode=0o700, exist_ok=True)
    spawner, tended = Spawner(), Tended()
    try:
        outside = _outside(data, spawner, binaries)
        tended.kept += [outside.postgres, outside.valkey]
        tended.start()
        _wait_for(outside)
        yield outside, tended, spawner
    finally:
        tended.stop()
        spawner.close()


def _outside(data: Path, spawner: Spawner, given: Binaries | None) -> Outside:
    account = server_account(data / "postgres")
    premises = Premises(data=data, sockets=socket_folder(data, account), account=account)
    binaries = _reachable(given or find_binaries(), premises, spawner)
    database_port, redis_port = free_port(), free_port()
    folder = data / "postgres"
    if given is not None:
        folder.mkdir(mode=0o700)
        hand_over(folder, account)
        make_cluster(folder, premises=premises, binaries=binaries, spawner=spawner)
    database = postgres(premises=premises, binaries=binaries, spawner=spawner).kept.program
    (folder / "outside_hba.conf").write_text(RULES, encoding="ascii")
    if account is not None:
        os.chown(folder / "outside_hba.conf", account.uid, account.gid)
    listening = {
        "listen_addresses": "127.0.0.1",
        "port": str(database_port),
        "hba_file": f"{premises.as_seen_inside(folder)}/outside_hba.conf",
    }
    settings = [text for key, value in listening.items() for text in ("-c", f"{key}={value}")]
    broker = valkey(premises=premises, binaries=binaries, spawner=spawner).kept.program
    own = ("--port", str(redis_port), "--bind", "127.0.0.1", "--requirepass", PASSWORD)

    def remove_stale() -> None:
        remove_stale_locks(folder=folder, sockets=premises.sockets)

    kept = KeptProgram(program=_with(database, settings), spawner=spawner, prepare=remove_stale)
    _give_password(kept, premises, port=database_port)
    return Outside(
        database_url=f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{database_port}/{DATABASE}",
        redis_url=f"redis://:{PASSWORD}@127.0.0.1:{redis_port}/0",
        postgres=kept,
        valkey=KeptProgram(program=_with(broker, own), spawner=spawner),
    )


def _with(program: Program, arguments: Sequence[str]) -> Program:
    return replace(program, argv=(*program.argv, *arguments), pause_seconds_max=PAUSE_S)


def _reachable(found: Binaries, premises: Premises, spawner: Spawner) -> Binaries:
    if premises.account is None:
        return found
    hand_over(premises.sockets, premises.account)
    return reachable_binaries(
        found,
        runs=lambda binary: run_to_end(
            program=premises.trial(binary), spawner=spawner, seconds_max=START_S_MAX
        ),
        shelves=(Path("/var/lib"), Path("/tmp")),  # noqa: S108 - checked to be root's alone
    )


def _give_password(kept: KeptProgram, premises: Premises, *, port: int) -> None:
    """Over the socket, where everybody who may enter the folder is trusted."""
    deadline = time.monotonic() + START_S_MAX
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(
        sql.Identifier(ROLE), sql.Literal(PASSWORD)
    )
    while True:
        kept.tend()
        try:
            with psycopg.connect(
                host=str(premises.sockets), port=port, user=ROLE, dbname=DATABASE, autocommit=True
            ) as connection:
                connection.execute(statement)
                return
        except psycopg.OperationalError:
            if time.monotonic() >= deadline:
                raise AssertionError(f"PostgreSQL does not run: {kept.last_words()}") from None
            time.sleep(TEND_EVERY_S)


def _wait_for(outside: Outside) -> None:
    deadline = time.monotonic() + START_S_MAX
    with redis.Redis.from_url(outside.redis_url) as client:
        while True:
            try:
                client.ping()
                psycopg.connect(outside.database_url, connect_timeout=2).close()
            except (redis.RedisError, psycopg.OperationalError):
                if time.monotonic() >= deadline:
                    raise
                time.sleep(TEND_EVERY_S)
            else:
                return
