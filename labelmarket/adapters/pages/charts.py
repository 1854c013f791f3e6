"""Small pictures as SVG inside the page, each with its words."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import log1p

from labelmarket.adapters.pages.markup import Html, tag
from labelmarket.adapters.pages.tables import LEVELS, level

BARS_HEIGHT = 40


def heatmap(cells: Sequence[Sequence[float]], *, words: str) -> Html:
    """Give a grid, its strongest cell the darkest; rows go from the top of the image down."""
    strongest = max((max(row, default=0.0) for row in cells), default=0.0) or 1.0
    paths: list[list[str]] = [[] for _ in range(LEVELS)]
    for y, row in enumerate(cells):
        for x, run, step in _runs([level(value / strongest) for value in row]):
            paths[step].append(f"M{x} {y}h{run}v1h-{run}z")
    return tag(
        "svg",
        *(
            tag("path", d="".join(steps), class_=f"f{step}")
            for step, steps in enumerate(paths)
            if steps
        ),
        viewBox=f"0 0 {max(map(len, cells), default=1)} {len(cells) or 1}",
        preserveAspectRatio="none",
        shape_rendering="crispEdges",
        class_="map",
        role="img",
        aria_label=words,
    )


def bars(counts: Sequence[int], *, words: str) -> Html:
    """Give a histogram whose heights go by the logarithm, so that a single one is still seen."""
    tallest = log1p(max(counts, default=0)) or 1.0
    heights = [BARS_HEIGHT * log1p(one) / tallest for one in counts]
    path = "".join(
        f"M{x + 0.1:.1f} {BARS_HEIGHT}v-{height:.1f}h.8v{height:.1f}z"
        for x, height in enumerate(heights)
        if height > 0
    )
    return tag(
        "svg",
        tag("path", d=path),
        viewBox=f"0 0 {max(len(counts), 1)} {BARS_HEIGHT}",
        preserveAspectRatio="none",
        class_="bars",
        role="img",
        aria_label=words,
    )


def meter(value: float) -> Html:
    """Give a bar that is as long as a share of one; the number beside it says the same."""
    return tag(
        "svg",
        tag("rect", width=100, height=8, class_="track"),
        tag("rect", width=f"{100 * min(max(value, 0.0), 1.0):.1f}", height=8, class_="filled"),
        viewBox="0 0 100 8",
        preserveAspectRatio="none",
        class_="meter",
        aria_hidden="true",
    )


def _runs(levels: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield where a run of one level begins, its length, the level; empty cells are left out."""
    x = 0
    for step, run in groupby(levels):
        length = len(list(run))
        if step:
            yield x, length, step
        x += length
