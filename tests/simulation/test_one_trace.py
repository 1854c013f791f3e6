"""A seed has one trace, whoever plays it."""

import os
import subprocess
import sys

from simulation.run import run

SEED = 7
STEPS = 400
RUN_S_MAX = 60


def played(*, hash_seed: str) -> str:
    """What another process says of the seed; the digest of the trace is in it."""
    command = [sys.executable, "-m", "simulation", "--seed", str(SEED), "--steps", str(STEPS)]
    return subprocess.run(
        command,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        timeout=RUN_S_MAX,
        check=True,
    ).stdout


def test_two_processes_that_hash_differently_leave_one_trace() -> None:
    assert played(hash_seed="1") == played(hash_seed="2")


def test_another_seed_has_another_trace() -> None:
    assert run(SEED, steps=STEPS).digest != run(SEED + 1, steps=STEPS).digest
