"""Seeds that found something once, and some that never did, hold every promise."""

from pathlib import Path

import pytest

from simulation.run import run

FIXED_STEPS = 500
FIXED_SEEDS = range(1_000, 1_010)


def kept() -> list[tuple[int, int]]:
    """The seeds of the file beside this one, each with its steps."""
    lines = Path(__file__).with_name("seeds.txt").read_text(encoding="utf-8").splitlines()
    parts = [line.split(maxsplit=2) for line in lines if line and not line.startswith("#")]
    return [(int(seed), int(steps)) for seed, steps, _ in parts]


@pytest.mark.parametrize(
    ("seed", "steps"), [*kept(), *((seed, FIXED_STEPS) for seed in FIXED_SEEDS)]
)
def test_a_seed_ends_without_a_broken_promise(seed: int, steps: int) -> None:
    ended = run(seed, steps=steps)

    assert ended.failure is None
    assert ended.steps >= steps
