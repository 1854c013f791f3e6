"""The bundled PostgreSQL: a cluster made at once or not at all, and a server on a socket alone."""

import os
import shutil
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from labelmarket.adapters.embedded.accounts import hand_over
from labelmarket.adapters.embedded.binaries import Binaries
from labelmarket.adapters.embedded.kept import KeptProgram, run_to_end
from labelmarket.adapters.embedded.premises import Premises
from labelmarket.adapters.embedded.programs import Spawner, last_lines
from labelmarket.adapters.embedded.troubles import ServerUnavailable

ROLE = "labelmarket"
DATABASE = "postgres"
INITDB_SECONDS_MAX = 120.0
CONNECT_SECONDS_MAX = 2
STOP_SIGNALS = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "shared_buffers": "128MB",
    "max_connections": "200",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "logging_collector": "off",
}
INITDB_OPTIONS = (
    f"--username={ROLE}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    kept: KeptProgram
    url: str

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=CONNECT_SECONDS_MAX).close()
        except psycopg.OperationalError:
            return False
        return True


def postgres(*, premises: Premises, binaries: Binaries, spawner: Spawner) -> Postgres:
    """Make the cluster if there is none and return the server, not yet started."""
    folder = premises.data / "postgres"
    if not (folder / "PG_VERSION").exists():
        _make_cluster(folder=folder, premises=premises, binaries=binaries, spawner=spawner)
    hand_over(folder, premises.account)
    settings = [text for key, value in SETTINGS.items() for text in ("-c", f"{key}={value}")]
    program = premises.program(
        name="postgres",
        argv=(
            str(binaries.postgres),
            *("-D", premises.as_seen_inside(folder)),
            *("-k", str(premises.sockets)),
            *settings,
        ),
        folder=folder,
        death_signal=signal.SIGQUIT,
        stop_signals=STOP_SIGNALS,
    )

    def remove_stale() -> None:
        remove_stale_locks(folder=folder, sockets=premises.sockets)

    kept = KeptProgram(program=program, spawner=spawner, prepare=remove_stale)
    url = f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(premises.sockets), safe='')}"
    return Postgres(kept=kept, url=url)


def _make_cluster(
    *, folder: Path, premises: Premises, binaries: Binaries, spawner: Spawner
) -> None:
    """Run initdb beside the final place and rename: a kill in between leaves nothing half-made."""
    if folder.exists() and any(folder.iterdir()):
        raise ServerUnavailable(f"{folder} holds no database, but other files; move them away")
    fresh = folder.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    hand_over(fresh, premises.account)
    program = premises.program(
        name="postgres",
        argv=(str(binaries.initdb), "-D", premises.as_seen_inside(fresh), *INITDB_OPTIONS),
        folder=fresh,
        death_signal=signal.SIGKILL,
        stop_signals=STOP_SIGNALS,
    )
    start_bytes = program.log.stat().st_size if program.log.exists() else 0
    if not run_to_end(program=program, spawner=spawner, seconds_max=INITDB_SECONDS_MAX):
        said = last_lines(program.log, since_bytes=start_bytes)
        raise ServerUnavailable(f"PostgreSQL could not make its database in {fresh}: {said}")
    fresh.rename(folder)
    parent = os.open(folder.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def remove_stale_locks(*, folder: Path, sockets: Path) -> None:
    """Forget the pid files of a dead server, whose number may belong to somebody else by now.

    In a container the numbers come again at each start, and PostgreSQL would refuse for ever. The
    caller holds the server's `alive` lock, so no server of ours lives; one started by hand stands
    in the folder, and then the file stays and PostgreSQL itself refuses.
    """
    for lock in sockets.glob(".s.PGSQL.*"):
        lock.unlink()
    pid_file = folder / "postmaster.pid"
    if sys.platform != "linux" or not pid_file.exists():
        return
    pid = pid_file.read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip()
    with suppress(FileNotFoundError, PermissionError):
        if pid.isdecimal() and Path(f"/proc/{pid}/cwd").samefile(folder):
            return
    pid_file.unlink()
