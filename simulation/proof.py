"""The proof by simulation: many seeds without a broken promise, and each with one trace."""

from simulation.run import STEPS, run
from simulation.tally import Tally

SEEDS = 300
HOURS_MIN = 2_000
FAULTS_MIN = 30_000
TWICE_EVERY = 20


def prove(*, share: float, seed: int) -> tuple[bool, str]:
    """Play a share of all seeds from `seed` on, one of twenty twice; success, and a summary.

    A full share must also reach the hours and faults that make a proof worth its name.
    """
    count = max(1, round(SEEDS * share))
    tally, differing, twice = Tally(), list[int](), 0
    for number in range(seed, seed + count):
        ended = run(number)
        tally.add(ended)
        if number % TWICE_EVERY == seed % TWICE_EVERY:
            twice += 1
            if run(number).digest != ended.digest:
                differing.append(number)
    enough = tally.hours >= HOURS_MIN * share and tally.faults >= FAULTS_MIN * share
    happy = not tally.failures and not differing and enough
    told = [
        f"Seeds {seed} to {seed + count - 1}, {STEPS:,} steps each.",
        "",
        tally.summary(),
        f"Played twice: {twice} seeds, of which {len(differing)} had another trace {differing}.",
        "" if enough else f"Too few hours or faults: {HOURS_MIN:,} h and {FAULTS_MIN:,} wanted.",
    ]
    return happy, "\n".join(told).rstrip() + "\n"
