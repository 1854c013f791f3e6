"""The bundled servers as one thing: started, tended and stopped together, at stable addresses."""

import shutil
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from labelmarket.adapters.embedded.accounts import Account, server_account
from labelmarket.adapters.embedded.addresses import (
    Addresses,
    forget_addresses,
    write_addresses,
)
from labelmarket.adapters.embedded.binaries import Binaries, find_binaries, reachable_binaries
from labelmarket.adapters.embedded.kept import run_to_end, stop_together
from labelmarket.adapters.embedded.locks import FolderLock
from labelmarket.adapters.embedded.postgres import Postgres, postgres
from labelmarket.adapters.embedded.premises import Premises
from labelmarket.adapters.embedded.programs import Spawner
from labelmarket.adapters.embedded.sockets import socket_folder
from labelmarket.adapters.embedded.troubles import DataFolderBusy, ServerUnavailable
from labelmarket.adapters.embedded.valkey import Valkey, valkey

__all__ = ["Addresses", "BundledServers", "DataFolderBusy", "ServerUnavailable"]

START_SECONDS_MAX = 60.0
DEATHS_AT_START_MAX = 4
POLL_SECONDS = 0.02
TRIAL_SECONDS_MAX = 10.0
FOLDERS = ("logs", "locks")


class BundledServers:
    """Call `tend` about every 0.2 s between `start` and `stop`; any thread may call any of them."""

    def __init__(self, data: Path) -> None:
        self._data = data.resolve()
        self._mutex = threading.Lock()
        self._lock: FolderLock | None = None
        self._spawner: Spawner | None = None
        self._premises: Premises | None = None
        self._servers: tuple[Postgres | Valkey, ...] = ()
        self._addresses: Addresses | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> Addresses:
        """Lock the folder, start both servers, and return when both answer.

        Raises DataFolderBusy or ServerUnavailable; then nothing is left running.
        """
        with self._mutex:
            if self._addresses is None:
                try:
                    self._addresses = self._start()
                except OSError as error:
                    self._stop()
                    raise ServerUnavailable(f"cannot use {self._data}: {error}") from error
                except BaseException:
                    self._stop()
                    raise
            return self._addresses

    def tend(self) -> None:
        """Start a server again that has died; never waits for it."""
        with self._mutex:
            for server in self._servers:
                server.kept.tend()

    def stop(self) -> None:
        """End both servers within a bound and let the folder go; harmless when repeated."""
        with self._mutex:
            self._stop()

    def pids(self) -> dict[str, int | None]:
        """Return the process of each server by name, None while it is down."""
        with self._mutex:
            return {server.kept.program.name: server.kept.pid for server in self._servers}

    def _start(self) -> Addresses:
        self._data.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FOLDERS:
            (self._data / name).mkdir(mode=0o700, exist_ok=True)
        lock = FolderLock(folder=self._data, name="locks/servers.lock")
        lock.acquire()
        self._lock = lock
        self._spawner = spawner = Spawner()
        account = server_account(self._data / "postgres")
        self._premises = premises = Premises(
            data=self._data, sockets=socket_folder(self._data, account), account=account
        )
        binaries = self._binaries(account, spawner)
        database = postgres(premises=premises, binaries=binaries, spawner=spawner)
        broker = valkey(premises=premises, binaries=binaries, spawner=spawner)
        self._servers = (database, broker)
        self._wait_for_answers()
        addresses = Addresses(database_url=database.url, redis_url=broker.url)
        write_addresses(self._data, addresses)
        return addresses

    def _binaries(self, account: Account | None, spawner: Spawner) -> Binaries:
        found = find_binaries()
        if account is None:
            return found
        premises = self._premises
        assert premises is not None

        def runs(binary: Path) -> bool:
            trial = premises.trial(binary)
            return run_to_end(program=trial, spawner=spawner, seconds_max=TRIAL_SECONDS_MAX)

        shelves = (Path("/var/lib"), Path(tempfile.gettempdir()))
        return reachable_binaries(found, runs=runs, shelves=shelves)

    def _wait_for_answers(self) -> None:
        deadline = time.monotonic() + START_SECONDS_MAX
        waiting = list(self._servers)
        while waiting:
            for server in waiting:
                server.kept.tend()
                late = time.monotonic() >= deadline
                if late or server.kept.deaths_in_a_row >= DEATHS_AT_START_MAX:
                    raise ServerUnavailable(
                        f"the bundled {server.kept.program.name} does not run: "
                        f"{server.kept.last_words()} (log: {server.kept.program.log})"
                    )
            waiting = [server for server in waiting if not server.answers()]
            if waiting:
                time.sleep(POLL_SECONDS)

    def _stop(self) -> None:
        if self._addresses is not None:
            forget_addresses(self._data)
        stop_together(server.kept for server in self._servers)
        self._servers, self._addresses = (), None
        if self._spawner is not None:
            self._spawner.close()
            self._spawner = None
        if self._premises is not None:
            shutil.rmtree(self._premises.sockets, ignore_errors=True)
            self._premises = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None
