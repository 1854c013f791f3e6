"""A street: where figures stand on it, and how large they are at their distance."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

Rng = np.random.Generator

SIDE_PX_MIN: Final = 4.0
"""A figure that shows less of itself than this is not drawn and not labeled."""
CROWD_CHANCE: Final = 0.05
BICYCLE_CHANCE: Final = 0.95
"""How often a rider rides a bicycle; the others stand on a scooter."""
SPREAD: Final = 0.25
"""Sigma of the log-normal by which figures at one distance differ in size."""

FRONT_HEIGHT: Final = {
    "car": 0.40,
    "person": 0.62,
    "bicycle": 0.36,
    "bus": 0.72,
    "dog": 0.20,
    "bench": 0.26,
    "scooter": 0.40,
    "crowd": 0.55,
}
"""Height at the bottom edge of the image, in shares of the image's height."""

WIDTH_TO_HEIGHT: Final = {
    "car": 2.0,
    "person": 0.38,
    "bicycle": 1.6,
    "bus": 2.1,
    "dog": 1.45,
    "bench": 2.1,
    "scooter": 1.0,
    "crowd": 1.9,
    "traffic light": 0.42,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure in its full box, in pixels from the top left; `tone` chooses its colour."""

    kind: str
    x: float
    y: float
    w: float
    h: float
    tone: int

    @property
    def base(self) -> float:
        return self.y + self.h


class Street:
    """Places figures on the ground, the smaller the nearer their feet are to the horizon."""

    def __init__(self, rng: Rng, *, width: int, height: int) -> None:
        self.rng = rng
        self.width = width
        self.height = height
        self.horizon = height * float(rng.uniform(0.38, 0.46))

    def traffic(self) -> Iterator[Figure]:
        rng = self.rng
        yield from self.some("car", rng.poisson(rng.gamma(1.3, 2.2)))
        yield from self.people(mean=1.7)
        yield from self.riders(chance=0.30)
        yield from self.parked()
        yield from self.lights()
        yield from self.some("bus", int(rng.random() < 0.12), far=0.30)
        yield from self.some("bench", int(rng.random() < 0.14))
        yield from self.some("crowd", int(rng.random() < CROWD_CHANCE), near=0.40)

    def people(self, *, mean: float) -> Iterator[Figure]:
        walkers = list(self.some("person", self.rng.poisson(self.rng.gamma(0.9, mean / 0.9))))
        yield from walkers
        if walkers and self.rng.random() < 0.14:
            owner = walkers[0]
            size = owner.h * FRONT_HEIGHT["dog"] / FRONT_HEIGHT["person"]
            yield self.figure("dog", x=owner.x + owner.w * 1.1, base=owner.base, size=size)

    def riders(self, *, chance: float) -> Iterator[Figure]:
        if self.rng.random() >= chance:
            return
        for _ in range(1 + self.rng.poisson(0.5)):
            kind = "bicycle" if self.rng.random() < BICYCLE_CHANCE else "scooter"
            (ride,) = self.some(kind, 1)
            yield ride
            yield self.mounted(ride)

    def mounted(self, ride: Figure) -> Figure:
        """Put a rider on a bicycle or a scooter."""
        lift = 0.16 if ride.kind == "bicycle" else 0.10
        tall = 1.30 * ride.h
        wide = 0.56 * ride.w if ride.kind == "bicycle" else 0.80 * ride.w
        return Figure(
            kind="rider",
            x=ride.x + (0.16 if ride.kind == "bicycle" else 0.10) * ride.w,
            y=ride.base - lift * ride.h - tall,
            w=wide,
            h=tall,
            tone=self.tone(),
        )

    def parked(self) -> Iterator[Figure]:
        if self.rng.random() < 0.22:
            yield from self.some("bicycle", 1 + self.rng.poisson(0.5))

    def rack(self) -> Iterator[Figure]:
        """Park many bicycles side by side, each half behind the next."""
        base = self.height * float(self.rng.uniform(0.80, 0.92))
        size = self.size("bicycle", base=base) * 0.8
        wide = size * WIDTH_TO_HEIGHT["bicycle"]
        for row in range(2):
            for place in range(int(self.rng.integers(8, 12))):
                x = 8 + place * wide * 0.42 + row * wide * 0.2
                yield self.figure("bicycle", x=x, base=base - row * size * 0.55, size=size)

    def lights(self) -> Iterator[Figure]:
        """Hang traffic lights high over the street."""
        if self.rng.random() < 0.42:
            for _ in range(int(self.rng.integers(1, 4))):
                size = self.height * float(np.clip(self.rng.lognormal(-2.2, SPREAD), 0.05, 0.2))
                base = size + self.height * float(self.rng.uniform(0.02, 0.22))
                x = float(self.rng.uniform(0.05, 0.92)) * self.width
                yield self.figure("traffic light", x=x, base=base, size=size)

    def some(
        self, kind: str, count: int, *, near: float = 1.0, far: float = 0.10
    ) -> Iterator[Figure]:
        """Scatter figures of one kind: `near` and `far` are shares of the way to the front."""
        for _ in range(count):
            depth = far + (near - far) * float(self.rng.beta(1.2, 2.0))
            base = self.horizon + depth * (self.height - self.horizon)
            size = self.size(kind, base=base)
            wide = size * WIDTH_TO_HEIGHT[kind]
            x = float(self.rng.uniform(-0.25 * wide, self.width - 0.75 * wide))
            yield self.figure(kind, x=x, base=base, size=size)

    def size(self, kind: str, *, base: float) -> float:
        depth = (base - self.horizon) / (self.height - self.horizon)
        spread = math.exp(float(np.clip(self.rng.normal(0, SPREAD), -0.5, 0.5)))
        return FRONT_HEIGHT[kind] * self.height * depth * spread

    def figure(self, kind: str, *, x: float, base: float, size: float) -> Figure:
        wide = size * WIDTH_TO_HEIGHT[kind]
        return Figure(kind=kind, x=x, y=base - size, w=wide, h=size, tone=self.tone())

    def tone(self) -> int:
        return int(self.rng.integers(1 << 16))

    def shows(self, figure: Figure) -> bool:
        """Tell whether enough of a figure lies inside the image to be seen."""
        wide = min(figure.x + figure.w, self.width) - max(figure.x, 0.0)
        high = min(figure.base, self.height) - max(figure.y, 0.0)
        return min(wide, high) >= SIDE_PX_MIN
