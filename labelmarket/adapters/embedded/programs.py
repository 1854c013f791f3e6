"""What a program of ours is, and how it is put on its leash."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from labelmarket.adapters.embedded import leash
from labelmarket.adapters.embedded.accounts import Account

PAUSE_SECONDS_MAX = 5.0
LOG_BYTES_MAX = 10 * 1024 * 1024
TAIL_BYTES = 4096
TAIL_LINES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A command line with its surroundings.

    `alive` is locked by every process of the program, so that nobody starts it beside orphans of
    an earlier one. `stop_signals` are sent in turn, each with the seconds that it has. The pause
    before a restart doubles up to `pause_seconds_max`.
    """

    name: str
    argv: tuple[str, ...]
    folder: Path
    log: Path
    alive: Path
    environment: Mapping[str, str]
    death_signal: signal.Signals
    stop_signals: tuple[tuple[signal.Signals, float], ...]
    account: Account | None = None
    pause_seconds_max: float = PAUSE_SECONDS_MAX


class Spawner:
    """Starts programs from one thread of its own.

    The kernel's death signal comes when the *thread* that started a program ends. This one lives
    until `close`, or to the end of the process, whichever thread asked for the start.
    """

    def __init__(self, *, how: str = "kernel" if sys.platform == "linux" else "pipe") -> None:
        self._how = how
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")

    def spawn(self, program: Program, *, alive: int) -> subprocess.Popen[bytes]:
        """Start the program; it inherits the descriptor `alive` and the lock that comes with it."""
        return self._thread.submit(self._spawn, program, alive).result()

    def _spawn(self, program: Program, alive: int) -> subprocess.Popen[bytes]:
        user = (-1, -1) if program.account is None else (program.account.uid, program.account.gid)
        settings = (self._how, os.getpid(), int(program.death_signal), *user)
        with program.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-I", "-S", leash.__file__, *map(str, settings), *program.argv],
                stdin=subprocess.PIPE if self._how == "pipe" else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=program.folder,
                env=dict(program.environment),
                start_new_session=True,
                pass_fds=(alive,),
            )

    def close(self) -> None:
        self._thread.shutdown(wait=True)


def last_lines(log: Path, *, since_bytes: int) -> str:
    """Return the end of a log, from a byte on, as one line for people."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            start = since_bytes if since_bytes <= size else 0
            file.seek(max(start, size - TAIL_BYTES))
            text = file.read(TAIL_BYTES).decode("utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " | ".join(lines[-TAIL_LINES:])


def keep_bounded(log: Path) -> None:
    """Begin a log anew when it has grown too long, keeping the old one beside it.

    Programs append, so what they write next goes to the new beginning.
    """
    try:
        too_long = log.stat().st_size > LOG_BYTES_MAX
    except FileNotFoundError:
        return
    if too_long:
        old = log.with_name(f"{log.name}.old")
        try:
            old.write_bytes(log.read_bytes()[-LOG_BYTES_MAX:])
        except OSError:
            # On a full disk the old lines are given up first.
            old.unlink(missing_ok=True)
        os.truncate(log, 0)
