"""A program kept alive: started again when it ends, later each time, and stopped within a bound."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from labelmarket.adapters.embedded.locks import POLL_SECONDS, try_lock, wait_until_free
from labelmarket.adapters.embedded.programs import Program, Spawner, keep_bounded, last_lines

PAUSE_SECONDS_MIN = 0.1
HEALTHY_SECONDS = 30.0
ORPHANS_SECONDS_MAX = 10.0


def nothing() -> None:
    """Prepare nothing before a start."""


class KeptProgram:
    """`tend` never waits; call it often, from one thread at a time."""

    def __init__(
        self, *, program: Program, spawner: Spawner, prepare: Callable[[], None] = nothing
    ) -> None:
        self.program = program
        self.deaths_in_a_row = 0
        self._spawner = spawner
        self._prepare = prepare
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = self._start_at = 0.0
        self._pause_seconds = PAUSE_SECONDS_MIN
        self._log_start_bytes = 0
        self._trouble = ""
        self._stopping = False

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def tend(self) -> None:
        """Start the program if it does not run and its pause is over."""
        try:
            keep_bounded(self.program.log)
            if self._process is not None and self._has_ended(self._process):
                self._bury(self._process)
            if self._process is None and not self._stopping and time.monotonic() >= self._start_at:
                self._start()
        except OSError as error:
            # A full disk or process table: the machine may recover, and so do we.
            self._trouble = str(error)
            self._count_death()

    def last_words(self) -> str:
        """Say in one line why the program ended."""
        said = last_lines(self.program.log, since_bytes=self._log_start_bytes)
        return " | ".join(part for part in (said, self._trouble) if part) or "it said nothing"

    def _start(self) -> None:
        alive = try_lock(self.program.alive)
        if alive is None:
            self._trouble = "processes of an earlier run are still ending"
            return
        try:
            self._prepare()
            log = self.program.log
            self._log_start_bytes = log.stat().st_size if log.exists() else 0
            self._process = self._spawner.spawn(self.program, alive=alive)
            self._started_at, self._trouble = time.monotonic(), ""
        finally:
            os.close(alive)

    def _has_ended(self, process: subprocess.Popen[bytes]) -> bool:
        """Look without reaping, so that the pid stays ours until its group is gone."""
        if sys.platform != "linux":
            return process.poll() is not None
        try:
            look = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, process.pid, look) is not None
        except ChildProcessError:
            return True

    def _bury(self, process: subprocess.Popen[bytes]) -> None:
        if sys.platform == "linux":
            self._kill_group(process)
        process.wait()
        if process.stdin is not None:
            process.stdin.close()
        self._process = None
        self._count_death()

    def _count_death(self) -> None:
        now = time.monotonic()
        if now - self._started_at >= HEALTHY_SECONDS:
            self.deaths_in_a_row, self._pause_seconds = 0, PAUSE_SECONDS_MIN
        self.deaths_in_a_row += 1
        self._start_at = now + self._pause_seconds
        self._pause_seconds = min(2 * self._pause_seconds, self.program.pause_seconds_max)

    def _kill_group(self, process: subprocess.Popen[bytes]) -> None:
        # Every program leads a session of its own; macOS denies a group that only holds zombies.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)

    def begin_stop(self) -> None:
        """Send the first of the stop signals and start the program no more."""
        self._stopping = True
        if self._process is not None and not self._has_ended(self._process):
            os.kill(self._process.pid, self.program.stop_signals[0][0])

    def end_stop(self) -> None:
        """Wait, send the harder signals in turn, and return when nothing of the program is left."""
        process = self._process
        if process is None:
            return
        for place, (number, seconds) in enumerate(self.program.stop_signals):
            if place > 0:
                os.kill(process.pid, number)
            if self._wait_end(process, seconds):
                self._bury(process)
                with suppress(OSError):  # somebody may have removed the folder under us
                    wait_until_free(self.program.alive, seconds_max=ORPHANS_SECONDS_MAX)
                return

    def _wait_end(self, process: subprocess.Popen[bytes], seconds_max: float) -> bool:
        deadline = time.monotonic() + seconds_max
        while not self._has_ended(process):
            if time.monotonic() >= deadline:
                return False
            time.sleep(POLL_SECONDS)
        return True


def stop_together(programs: Iterable[KeptProgram]) -> None:
    """Ask all of them first, so that they end side by side."""
    asked = list(programs)
    for kept in asked:
        kept.begin_stop()
    for kept in asked:
        kept.end_stop()


def run_to_end(*, program: Program, spawner: Spawner, seconds_max: float) -> bool:
    """Run a program once and tell whether it ended well; it is killed when it takes too long."""
    if not wait_until_free(program.alive, seconds_max=ORPHANS_SECONDS_MAX):
        return False
    alive = try_lock(program.alive)
    if alive is None:
        return False
    try:
        process = spawner.spawn(program, alive=alive)
    finally:
        os.close(alive)
    try:
        return process.wait(timeout=seconds_max) == 0
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return False
