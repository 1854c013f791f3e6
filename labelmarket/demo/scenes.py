"""Seeded street scenes: what stands where, with the statistics of real streets."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from labelmarket.demo.street import Figure, Rng, Street

SCENES_MAX: Final = 5_000
HIDDEN_SHARE: Final = 0.85
"""A figure is hidden when a nearer car or bus covers more of it than this."""

RACK_SHARE: Final = 0.03
EMPTY_SHARE: Final = 0.07
PATH_SHARE: Final = 0.12


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One image: its figures stand in the order in which they are drawn, far ones first."""

    name: str
    width: int
    height: int
    horizon: float
    backdrop: int
    figures: tuple[Figure, ...]


def make_scenes(*, seed: int, count: int, width: int = 640, height: int = 480) -> tuple[Scene, ...]:
    """Make scenes; the same arguments give the same scenes."""
    assert 0 < count <= SCENES_MAX, count
    moods = _moods(np.random.default_rng([seed, count]), count=count)
    return tuple(
        _scene(np.random.default_rng([seed, index]), mood, index, width=width, height=height)
        for index, mood in enumerate(moods)
    )


def _moods(rng: Rng, *, count: int) -> list[str]:
    """Say what kind of place each scene is: a few dense and a few empty ones always occur."""
    racks = max(1, round(RACK_SHARE * count))
    empty = max(1, round(EMPTY_SHARE * count))
    paths = max(1, round(PATH_SHARE * count))
    moods = ["rack"] * racks + ["empty"] * empty + ["path"] * paths
    moods = (moods + ["street"] * count)[:count]
    return [moods[place] for place in rng.permutation(count)]


def _scene(rng: Rng, mood: str, index: int, *, width: int, height: int) -> Scene:
    street = Street(rng, width=width, height=height)
    if mood == "rack":
        figures = [*street.rack(), *street.people(mean=1.0)]
    elif mood == "path":
        figures = [*street.riders(chance=1.0), *street.people(mean=2.0), *street.parked()]
    elif mood == "street":
        figures = list(street.traffic())
    else:
        figures = []
    shown = _unhidden(sorted(filter(street.shows, figures), key=lambda figure: figure.base))
    return Scene(
        name=f"street-{index + 1:04d}.jpg",
        width=width,
        height=height,
        horizon=street.horizon,
        backdrop=int(rng.integers(1 << 30)),
        figures=tuple(shown),
    )


def _unhidden(figures: list[Figure]) -> list[Figure]:
    """Leave out what stands behind a nearer car or bus: nobody could label it."""
    return [
        figure
        for place, figure in enumerate(figures)
        if not any(_hides(nearer, figure) for nearer in figures[place + 1 :])
    ]


def _hides(nearer: Figure, figure: Figure) -> bool:
    if nearer.kind not in {"car", "bus"}:
        return False
    wide = min(nearer.x + nearer.w, figure.x + figure.w) - max(nearer.x, figure.x)
    high = min(nearer.base, figure.base) - max(nearer.y, figure.y)
    return wide > 0 and high > 0 and wide * high > HIDDEN_SHARE * figure.w * figure.h
