"""Tables of cases, each with the tests that try it: draw some, run them, say what came of each."""

import random
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from proofs.counts import share_of, table

Cases = Mapping[str, tuple[str, ...]]
"""What is tried, in words, and the addresses of the tests that try it."""

RUN_S_MAX = 900
ERROR_CHARACTERS_MAX = 2_000


@dataclass(slots=True)
class Tried:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def verdict(self) -> str:
        if self.failed:
            return "BROKEN"
        return "held" if self.passed else "NOT RUN"


def try_all(cases: Cases, *, share: float, seed: int) -> tuple[bool, str]:
    """Whether all that was tried held, and a summary; a small share draws some by the seed."""
    names = sorted(cases)
    drawn = random.Random(seed).sample(names, share_of(len(names), share=share))  # noqa: S311
    tried, words = _run([node for name in drawn for node in cases[name]])
    rows = []
    held = True
    for name in drawn:
        tally = _sum([tried[_tidy(node)] for node in cases[name]])
        held = held and tally.verdict == "held"
        counts = f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped"
        rows.append((name, counts, tally.verdict))
    left_out = len(names) - len(drawn)
    parts = [
        table(("case", "tests", "outcome"), rows),
        "" if held else f"```\n{words[-ERROR_CHARACTERS_MAX:]}\n```",
        f"NOT RUN: {left_out} of {len(names)} cases that have tests (the share is {share}).",
    ]
    return held, "\n\n".join(part for part in parts if part)


def _run(nodes: list[str]) -> tuple[dict[str, Tried], str]:
    """Run the tests in a process of their own; what came of them by file, and by function."""
    with tempfile.TemporaryDirectory() as folder:
        found = Path(folder) / "found.xml"
        done = subprocess.run(
            [sys.executable, "-P", "-m", "pytest", "-q", f"--junitxml={found}", *_once(nodes)],
            check=False,
            capture_output=True,
            text=True,
            timeout=RUN_S_MAX,
        )
        tried: dict[str, Tried] = defaultdict(Tried)
        if found.exists():
            for case in ET.parse(found).iter("testcase"):  # noqa: S314 - just written by pytest
                _count(case, tried)
        return tried, done.stdout + done.stderr


def _once(nodes: list[str]) -> list[str]:
    return list(dict.fromkeys(nodes))


def _count(case: ET.Element, tried: dict[str, Tried]) -> None:
    module, function = case.attrib["classname"], case.attrib["name"].partition("[")[0]
    for name in (module, f"{module}::{function}"):
        if case.find("failure") is not None or case.find("error") is not None:
            tried[name].failed += 1
        elif case.find("skipped") is not None:
            tried[name].skipped += 1
        else:
            tried[name].passed += 1


def _tidy(node: str) -> str:
    """A test's address as the report of the run spells it."""
    path, colons, function = node.partition("::")
    return path.removesuffix(".py").replace("/", ".") + colons + function


def _sum(tallies: list[Tried]) -> Tried:
    """All together; an address that no test answers to counts as a failure."""
    missing = sum(1 for t in tallies if not (t.passed or t.failed or t.skipped))
    return Tried(
        passed=sum(t.passed for t in tallies),
        failed=sum(t.failed for t in tallies) + missing,
        skipped=sum(t.skipped for t in tallies),
    )
