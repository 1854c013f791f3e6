"""The real process tree of the market, started by a test and killed in parts."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import labelmarket

ROOT = Path(labelmarket.__file__).parents[1]


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Tree:
    """A command of the command line with everything that it starts. Use it in a `with` block."""

    def __init__(self, *arguments: str, stream: str = "stdout") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "labelmarket.cli", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: list[str] = []
        self.out: list[str] = []
        heard = {"stdout": self.said if stream == "stdout" else self.out}
        heard["stderr"] = self.said if stream == "stderr" else self.out
        pipes = {"stdout": self.process.stdout, "stderr": self.process.stderr}
        self._readers = [
            threading.Thread(target=_read, args=(pipes[name], heard[name]), daemon=True)
            for name in pipes
        ]
        for reader in self._readers:
            reader.start()

    def __enter__(self) -> "Tree":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(timeout=5)
        for reader in self._readers:
            reader.join(timeout=5)
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    def line_with(self, words: str, *, within_s: float = 60.0) -> str:
        """The first line that holds these words, as soon as it was said."""
        return until(
            lambda: next((line for line in self.said if words in line), ""), within_s=within_s
        )

    def pid_of(self, *words: str) -> int:
        """The first descendant whose command line holds all the words."""
        for pid in descendants(self.process.pid):
            command = _command(pid)
            if all(word in command for word in words):
                return pid
        raise AssertionError(f"nothing runs that is called {words}")

    def kill(self, *words: str) -> int:
        pid = self.pid_of(*words)
        os.kill(pid, signal.SIGKILL)
        return pid

    def kill_all(self) -> None:
        """Kill the whole tree at once, its root first."""
        pids = [self.process.pid, *descendants(self.process.pid)]
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(timeout=5)


def until(look: Callable[[], str], *, within_s: float) -> str:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come in time")


def descendants(pid: int) -> Sequence[int]:
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = _children(waiting.pop())
        found += children
        waiting += children
    return found


def _children(pid: int) -> list[int]:
    found: list[int] = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            found += [int(child) for child in (task / "children").read_text("ascii").split()]
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _read(pipe: IO[str] | None, into: list[str]) -> None:
    assert pipe is not None
    into.extend(line.rstrip("\n") for line in pipe)
