"""Where the bundled servers live: their data, logs, locks and sockets, and whom they run as."""

import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from labelmarket.adapters.embedded.accounts import Account
from labelmarket.adapters.embedded.programs import Program

# All that works here waits for its servers, so they come back sooner than other programs do.
PAUSE_SECONDS_MAX = 1.0
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Premises:
    data: Path
    sockets: Path
    account: Account | None

    def as_seen_inside(self, folder: Path) -> str:
        """Name a folder for the server that stands in it.

        Under another account the way to the folder may be barred, say below root's home. A
        process that is put into the folder before it gives up its rights needs no way.
        """
        inside = self.account is not None and sys.platform == "linux"
        return "/proc/self/cwd" if inside else str(folder)

    def program(
        self,
        *,
        name: str,
        argv: tuple[str, ...],
        folder: Path,
        death_signal: signal.Signals,
        stop_signals: tuple[tuple[signal.Signals, float], ...],
    ) -> Program:
        return Program(
            name=name,
            argv=argv,
            folder=folder,
            log=self.data / "logs" / f"{name}.log",
            alive=self.data / "locks" / f"{name}.alive",
            environment=ENVIRONMENT,
            death_signal=death_signal,
            stop_signals=stop_signals,
            account=self.account,
            pause_seconds_max=PAUSE_SECONDS_MAX,
        )

    def trial(self, binary: Path) -> Program:
        """Ask a binary for its version, which tells whether the account can run it."""
        return Program(
            name="trial",
            argv=(str(binary), "--version"),
            folder=Path("/"),
            log=Path(os.devnull),
            alive=self.data / "locks" / "trial.alive",
            environment=ENVIRONMENT,
            death_signal=signal.SIGKILL,
            stop_signals=((signal.SIGKILL, 5.0),),
            account=self.account,
        )
