"""What is compiled, compiled once for all processes that tests, proofs and benchmarks start."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
# Where `./dev demo` keeps them, too.
CACHE = ROOT / ".labelmarket" / "cache" / "numba"
COMPILE_S_MAX = 300.0
KERNELS = "from labelmarket.workers.kernels import warmth\nfor one in warmth.{}: one()"
TESTS = ("-m", "pytest", "--collect-only", "-qq", "tests")
REWRITTEN = "test_*-pytest-*.pyc"


def use_cache() -> None:
    """Go before the first import of the compiler, which reads its settings once."""
    os.environ.setdefault("NUMBA_CACHE_DIR", str(CACHE))


def compile_once() -> None:
    """Fill the caches by a process each. Nothing is left to do when they have it all."""
    commands: list[tuple[str, ...]] = [
        ("-c", KERNELS.format(half)) for half in ("WORKED", "COMPARED")
    ]
    if next((ROOT / "tests").rglob(REWRITTEN), None) is None:
        commands.append(TESTS)
    compilers = [
        subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=subprocess.DEVNULL)
        for command in commands
    ]
    for compiler in compilers:
        assert compiler.wait(COMPILE_S_MAX) == 0, "something does not compile"
