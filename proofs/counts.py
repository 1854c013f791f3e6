"""How many of a thing a share of the full count is, and rows of a summary."""

from collections.abc import Sequence


def share_of(full: int, *, share: float) -> int:
    """At least one, so that a small run leaves nothing out."""
    return max(1, round(full * share))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def percentile(values: Sequence[float], *, percent: float) -> float:
    """The smallest value that this part of all does not exceed; 0 for none at all."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = max(0, -(-len(ordered) * percent // 100) - 1)
    return ordered[min(len(ordered) - 1, int(place))]
