"""The load generator as a process beside the market, started and ended by a proof."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from tests.whole.ground import ROOT, Ground

ENDS_S_MAX = 120.0


class Load:
    """The load generator, a process like any client."""

    def __init__(self, market: Ground, journal: Path, *, seed: int) -> None:
        command = [sys.executable, "-m", "proofs.load", market.address, market.operator]
        self._process = subprocess.Popen(
            [*command, str(journal), str(seed)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )

    def end(self) -> dict[str, int]:
        """Let it finish what it began, and give what it counted."""
        self._process.send_signal(signal.SIGTERM)
        try:
            said, _ = self._process.communicate(timeout=ENDS_S_MAX)
        finally:
            self.kill()
        counts: dict[str, int] = json.loads(said)
        return counts

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(timeout=5)
