"""Every choice of a run, drawn from its seed: which faults are on, how often, and when."""

from collections import Counter
from collections.abc import Sequence
from random import Random
from typing import TypeVar

RATES: dict[str, float] = {
    "cut before": 0.04,
    "cut after": 0.04,
    "slow": 0.04,
    "conflict": 0.06,
    "gap": 0.2,
    "short batch": 0.3,
    "lost bell": 0.3,
    "commit cut": 0.05,
    "early timer": 0.6,
    "message dropped": 0.2,
    "message twice": 0.2,
    "message late": 0.2,
    "broker away": 0.1,
    "request lost": 0.08,
    "reply lost": 0.08,
    "long work": 0.2,
    "disk full": 0.05,
    "deadly work": 0.05,
    "failing work": 0.05,
}
"""How often a fault strikes, at the most, where it can."""
BLOWS: dict[str, float] = {
    "kill": 3.0,
    "pause": 1.0,
    "server restart": 1.0,
    "broker wiped": 0.5,
    "clock jump": 1.0,
    "session cut": 1.0,
}
"""What falls on the machine room from time to time, and how often against each other."""
POINTS = (*RATES, *BLOWS, "heard though dead", "heard though given up", "idle session cut")
ON = 0.7
"""How likely a kind of fault is on in a run."""

T = TypeVar("T")


class Chance:
    """One source of chance for the whole run; `calm` ends the faults, not the choices."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - repeatable on purpose, keeps no secret
        self.struck: Counter[str] = Counter()
        self.is_calm = False
        self.rates = {name: self._drawn(most) for name, most in RATES.items()}
        self.blows = {name: self._drawn(most) for name, most in BLOWS.items()}

    def _drawn(self, most: float) -> float:
        on = self.random.random() < ON
        return most * self.random.uniform(0.2, 1.0) if on else 0.0

    @property
    def on(self) -> frozenset[str]:
        """The kinds of faults that this run has."""
        drawn = {**self.rates, **self.blows}
        return frozenset(name for name, rate in drawn.items() if rate)

    def is_on(self, point: str) -> bool:
        return not self.is_calm and self.rates[point] > 0

    def strikes(self, point: str) -> bool:
        """Whether the fault of this name strikes here and now."""
        if self.is_calm or self.random.random() >= self.rates[point]:
            return False
        self.struck[point] += 1
        return True

    def blow(self) -> str | None:
        """The next blow for the machine room; None in a run without any."""
        names = [name for name, weight in self.blows.items() if weight]
        if self.is_calm or not names:
            return None
        (name,) = self.random.choices(names, [self.blows[name] for name in names])
        return name

    def happened(self, point: str) -> None:
        """Count a fault that another one brought along."""
        assert point in POINTS, point
        self.struck[point] += 1

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[self.random.randrange(len(choices))]

    def within_us(self, first_s: float, last_s: float) -> int:
        """A span between two bounds."""
        return int(self.random.uniform(first_s, last_s) * 1_000_000)

    def about_us(self, mean_s: float) -> int:
        """A span as between events that know nothing of each other."""
        return int(self.random.expovariate(1 / mean_s) * 1_000_000)
