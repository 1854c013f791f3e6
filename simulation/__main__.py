"""`python -m simulation`: play seeds, count what happened, and keep the trace of a failure."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from simulation.run import STEPS, Ended, run
from simulation.tally import Tally

SEEDS = 300
TRACES = Path(".labelmarket") / "traces"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many seeds to play")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--steps", type=int, default=STEPS, help="port calls in each")
    parser.add_argument("--seed", type=int, help="play this one alone")
    parser.add_argument("--trace", action="store_true", help="print its whole trace")
    parser.add_argument("--traces", type=Path, default=TRACES, help="where a failure's trace goes")
    asked = parser.parse_args()
    if asked.seed is not None:
        return _one(asked.seed, steps=asked.steps, whole_trace=asked.trace)
    seeds = range(asked.first, asked.first + asked.seeds)
    return _many(seeds, steps=asked.steps, traces=asked.traces)


def _one(seed: int, *, steps: int, whole_trace: bool) -> int:
    ended = run(seed, steps=steps, whole_trace=whole_trace)
    if whole_trace:
        sys.stdout.writelines(f"{line}\n" for line in ended.lines)
    sys.stdout.write(f"seed {seed}: {ended.failure or 'no violation'}, trace {ended.digest}\n")
    return 1 if ended.failure else 0


def _many(seeds: range, *, steps: int, traces: Path) -> int:
    tally = Tally()
    for ended in _played(seeds, steps=steps):
        tally.add(ended)
    sys.stdout.write(tally.summary())
    if tally.failures:
        first = run(tally.failures[0].seed, steps=steps, whole_trace=True)
        sys.stdout.write(f"trace of the first: {_kept(first, traces)}\n")
    return 1 if tally.failures else 0


def _played(seeds: range, *, steps: int) -> Iterator[Ended]:
    for seed in seeds:
        ended = run(seed, steps=steps)
        if ended.failure:
            sys.stdout.write(f"seed {seed}: {ended.failure}\n")
            sys.stdout.flush()
        yield ended


def _kept(ended: Ended, traces: Path) -> Path:
    traces.mkdir(parents=True, exist_ok=True)
    path = traces / f"seed-{ended.seed}.txt"
    path.write_text("\n".join((*ended.lines, str(ended.failure))) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main())
