"""What more examples did to a model: a metric at nested parts of the labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from labelmarket.workers.insight.finding_types import Impact, Point
from labelmarket.workers.insight.wording import counted

NOT_COMPARED = (
    "Not known: it takes predictions of models that learned from nested parts of the labels, "
    "and true labels to compare them with."
)
NOT_LABELS = "Not known: nobody has compared models before and after such a repair."


@dataclass(frozen=True, slots=True)
class Learned:
    """A model that learned from a share of the labels, and its metric by the name of the class."""

    share: float
    values: dict[str, float]
    metric: str = "AP"


def impact_of(
    learned: Sequence[Learned], *, name: str, labels: int
) -> tuple[Impact | None, str | None]:
    """Give what more labels of a class did so far, or why nobody can tell."""
    if len(learned) < 2:
        return None, NOT_COMPARED
    values = {round(one.share * labels): one.values.get(name) for one in learned}
    points = [(n, value) for n, value in sorted(values.items()) if n > 0 and value is not None]
    if len(points) < 2:
        return None, f"Not known: there are too few true labels of {name} to compare with."
    slope = _slope([(log2(n), value) for n, value in points])
    (few, before), (many, after) = points[0], points[-1]
    metric = learned[0].metric
    said = f"{metric} of {name} went from {before:.3f} to {after:.3f}"
    impact = Impact(
        metric=metric,
        points=[Point(labels=n, value=value) for n, value in points],
        perDoubling=slope,
        words=f"{said} with {counted(many, 'label')} in place of {few:,}: "
        f"{slope:+.3f} for each doubling.",
    )
    return impact, None


def _slope(points: list[tuple[float, float]]) -> float:
    """Fit a straight line by least squares."""
    x_mean = sum(x for x, _ in points) / len(points)
    y_mean = sum(y for _, y in points) / len(points)
    across = sum((x - x_mean) ** 2 for x, _ in points)
    return sum((x - x_mean) * (y - y_mean) for x, y in points) / across
