"""Running a program to its end, within a bound, and taking what it wrote."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tools.checkout import Checkout

TIMED_OUT = 124


def finish(
    checkout: Checkout, command: Sequence[str], *, timeout_s: float, **settings: str
) -> "subprocess.CompletedProcess[str]":
    """Run at the checkout's root; a program that takes too long fails with code 124."""
    try:
        return subprocess.run(
            command,
            check=False,
            cwd=checkout.root,
            env=checkout.inherited(**settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout_s,
        )
    except subprocess.TimeoutExpired:
        line = f"{Path(command[0]).name} took more than {timeout_s:.0f} s\n"
        return subprocess.CompletedProcess(list(command), TIMED_OUT, "", line)
