"""`labelmarket up`: the whole market as one tree of processes, with its own servers if need be."""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from labelmarket.adapters.embedded.locks import FolderLock
from labelmarket.adapters.embedded.servers import Addresses, BundledServers, ServerUnavailable
from labelmarket.bootstrap.address import PortTaken, address_for_people, check_free, is_ready
from labelmarket.bootstrap.processes import Processes, wait_for_orphans

__all__ = ["PortTaken", "up"]

TICK_SECONDS = 0.1
READY_SECONDS_MAX = 60.0
DEATHS_BEFORE_READY_MAX = 5
STOPPED, NEVER_READY = 0, 1
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def up(
    *,
    data: Path,
    port: int,
    announce: Callable[[str], None],
    environment: Mapping[str, str],
    migrate: Callable[[str], None],
    first_run: Callable[[str], str | None],
    children: Mapping[str, Sequence[str]],
    host: str = "127.0.0.1",
) -> int:
    """Run until SIGINT, SIGTERM or SIGHUP, and return the exit code.

    Call it from the main thread. `environment` may name outside servers (DATABASE_URL and
    REDIS_URL, both) and is handed to the children along with the addresses in use. Raises
    PortTaken, DataFolderBusy or ServerUnavailable before any child starts.
    """
    data = data.resolve()
    with ExitStack() as stack:
        stop = stack.enter_context(_stop_asked())
        _lock_folder(data, stack)
        wait_for_orphans(data=data, names=list(children))
        check_free(host=host, port=port)
        servers = _servers(data=data, environment=environment, announce=announce)
        stack.callback(servers.stop)
        addresses = servers.start()
        migrate(addresses.database_url)
        token = first_run(addresses.database_url)
        if token is not None:
            announce(f"operator token, shown this once: {token}")
        processes = Processes(
            children=children,
            data=data,
            environment=_for_children(environment, addresses, data=data, host=host, port=port),
            announce=announce,
        )
        stack.callback(processes.stop)
        ready = _Readiness(host=host, port=port, announce=announce)
        return _tend(servers=servers, processes=processes, ready=ready, stop=stop)


@contextmanager
def _stop_asked() -> Iterator[threading.Event]:
    """Turn the signals into an event, so that every stop is an orderly one.

    A hang-up that is ignored stays so: that is how one asks to outlive the terminal.
    """
    asked = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        asked.set()

    heard = [
        number
        for number in STOP_SIGNALS
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN
    ]
    earlier = {number: signal.signal(number, ask) for number in heard}
    try:
        yield asked
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)


def _lock_folder(data: Path, stack: ExitStack) -> None:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("logs", "locks"):
            (data / name).mkdir(mode=0o700, exist_ok=True)
        lock = FolderLock(folder=data, name="locks/up.lock")
        lock.acquire()
    except OSError as error:
        raise ServerUnavailable(f"cannot use {data}: {error}") from error
    stack.callback(lock.release)


class _OutsideServers:
    """Servers that somebody else runs: there is nothing to start, tend or stop."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    def start(self) -> Addresses:
        return self._addresses

    def tend(self) -> None:
        return

    def stop(self) -> None:
        return


def _servers(
    *, data: Path, environment: Mapping[str, str], announce: Callable[[str], None]
) -> BundledServers | _OutsideServers:
    database_url, redis_url = environment.get("DATABASE_URL"), environment.get("REDIS_URL")
    if database_url and redis_url:
        return _OutsideServers(Addresses(database_url=database_url, redis_url=redis_url))
    if database_url or redis_url:
        only = "DATABASE_URL" if database_url else "REDIS_URL"
        announce(f"only {only} is set: using the bundled servers for both")
    return BundledServers(data)


def _for_children(
    environment: Mapping[str, str], addresses: Addresses, *, data: Path, host: str, port: int
) -> dict[str, str]:
    return {
        **environment,
        "DATABASE_URL": addresses.database_url,
        "REDIS_URL": addresses.redis_url,
        "LABELMARKET_DATA": str(data),
        "LABELMARKET_HOST": host,
        "LABELMARKET_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


class _Readiness:
    """Asks until the market answers, and says so once; says once that it takes long."""

    def __init__(self, *, host: str, port: int, announce: Callable[[str], None]) -> None:
        self.reached = False
        self._host, self._port, self._announce = host, port, announce
        self._late_at: float | None = time.monotonic() + READY_SECONDS_MAX

    def look(self, processes: Processes) -> None:
        if self.reached:
            return
        if is_ready(host=self._host, port=self._port):
            self.reached = True
            at = address_for_people(host=self._host, port=self._port)
            self._announce(f"labelmarket is ready at {at}")
        elif self._late_at is not None and time.monotonic() >= self._late_at:
            self._late_at = None
            self._announce(
                f"not ready after {READY_SECONDS_MAX:.0f} s, still trying; "
                f"last lines: {processes.last_words()}"
            )

    def is_hopeless(self, processes: Processes) -> bool:
        """Tell whether a process keeps ending before the market answered even once."""
        if self.reached or processes.deaths_in_a_row_max() < DEATHS_BEFORE_READY_MAX:
            return False
        self._announce(f"giving up; last lines: {processes.last_words()}")
        return True


def _tend(
    *,
    servers: BundledServers | _OutsideServers,
    processes: Processes,
    ready: _Readiness,
    stop: threading.Event,
) -> int:
    while not stop.is_set():
        servers.tend()
        processes.tend()
        ready.look(processes)
        if ready.is_hopeless(processes):
            return NEVER_READY
        stop.wait(TICK_SECONDS)
    return STOPPED
