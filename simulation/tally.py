"""What many seeds add up to, in words and numbers."""

from collections import Counter

from simulation.chance import POINTS
from simulation.run import Ended

FAILURES_NAMED_MAX = 20


class Tally:
    def __init__(self) -> None:
        self.seeds = self.steps = self.facts = self.commands = 0
        self.hours = 0.0
        self.struck: Counter[str] = Counter()
        self.failures: list[Ended] = []

    def add(self, ended: Ended) -> None:
        self.seeds += 1
        self.steps += ended.steps
        self.facts += ended.facts
        self.commands += ended.commands
        self.hours += ended.hours
        self.struck += ended.struck
        if ended.failure:
            self.failures.append(ended)

    @property
    def faults(self) -> int:
        return self.struck.total()

    @property
    def never(self) -> list[str]:
        """Points at which no fault ever struck."""
        return [point for point in POINTS if not self.struck[point]]

    def summary(self) -> str:
        """The numbers as Markdown."""
        rows = [
            ("seeds", f"{self.seeds:,}"),
            ("steps (port calls answered)", f"{self.steps:,}"),
            ("simulated hours", f"{self.hours:,.0f}"),
            ("commands of clients", f"{self.commands:,}"),
            ("facts recorded and judged", f"{self.facts:,}"),
            ("faults", f"{self.faults:,}"),
            ("violations", f"{len(self.failures):,}"),
            ("points never fired", ", ".join(self.never) or "none"),
        ]
        lines = ["| what | count |", "|---|---|", *(f"| {what} | {n} |" for what, n in rows), ""]
        lines += ["| fault | times |", "|---|---|"]
        lines += [f"| {point} | {times:,} |" for point, times in self.struck.most_common()]
        for ended in self.failures[:FAILURES_NAMED_MAX]:
            lines += ["", f"Seed {ended.seed}: {ended.failure}"]
        return "\n".join(lines) + "\n"
