"""The kernels, compiled once for all processes that tests, proofs and benchmarks start."""

import os
import subprocess
import sys
from pathlib import Path

# Where `./dev demo` keeps them, too.
CACHE = Path(__file__).parents[1] / ".labelmarket" / "cache" / "numba"
COMPILE_S_MAX = 300.0
COMPILE = "from labelmarket.workers.kernels import warmth\nfor one in warmth.{}: one()"


def use_cache() -> None:
    """Go before the first import of the compiler, which reads its settings once."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(CACHE))


def compile_once() -> None:
    """Fill the cache by two processes. Nothing is left to do when it has them all."""
    halves = [
        subprocess.Popen([sys.executable, "-c", COMPILE.format(half)])
        for half in ("WORKED", "COMPARED")
    ]
    for half in halves:
        assert half.wait(COMPILE_S_MAX) == 0, "the kernels do not compile"
