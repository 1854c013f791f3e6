"""`./dev prove NAME [--share S] [--seed N]`: try to break a promise, and tell what was tried."""

import argparse
import importlib
import secrets
import sys
import time
from pathlib import Path

LANES = {
    "cascade": "proofs.cascade",
    "crash": "proofs.crash",
    "hostile": "proofs.hostile",
    "simulation": "simulation.proof",
    "whole": "proofs.whole",
}
SUMMARIES = Path("docs") / "proofs"
SEED_BITS = 31


def main() -> int:
    arguments = _parser().parse_args()
    lane = importlib.import_module(LANES[arguments.name])
    began = time.monotonic()
    held, summary = lane.prove(share=arguments.share, seed=arguments.seed)
    spent_s = time.monotonic() - began
    page = _page(arguments.name, summary, held=held, seed=arguments.seed, spent_s=spent_s)
    if arguments.share == 1.0:
        SUMMARIES.mkdir(parents=True, exist_ok=True)
        (SUMMARIES / f"{arguments.name}.md").write_text(page, encoding="utf-8")
    sys.stdout.write(page)
    return 0 if held else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev prove", description=__doc__)
    parser.add_argument("name", choices=tuple(LANES))
    parser.add_argument(
        "--share", type=_share, default=1.0, help="the part of the full counts, 1 by default"
    )
    parser.add_argument("--seed", type=int, default=secrets.randbits(SEED_BITS))
    return parser


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError("a share is above 0 and at most 1")
    return share


def _page(name: str, summary: str, *, held: bool, seed: int, spent_s: float) -> str:
    verdict = "held" if held else "BROKEN"
    return f"# {name}: {verdict}\n\nSeed {seed}; it took {spent_s:.0f} s.\n\n{summary.strip()}\n"


if __name__ == "__main__":
    sys.exit(main())
