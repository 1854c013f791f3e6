"""Who labels a class: people, or the machine that demonstrably can."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from labelmarket.domain.errors import Conflict, InvalidInput
from labelmarket.domain.values import ClassMetric, LabelClass


class Route(StrEnum):
    HUMAN = "human"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassRoute:
    """Where a class goes and why; `overridden` when the customer's own choice decided."""

    route: Route
    reason: str
    overridden: bool
    metric: float | None


def route_classes(
    classes: Sequence[LabelClass],
    metrics: Mapping[str, ClassMetric],
    *,
    threshold: float | None,
    overrides: Mapping[str, Route],
) -> dict[str, ClassRoute]:
    """Route every class by its name.

    A critical class and one that the oracle does not know always go to people. Then
    the customer's override decides, whatever the threshold. Then a metric strictly
    below the threshold goes to people, any other to the machine; without a threshold
    everything goes to people.
    """
    if threshold is not None and not 0 <= threshold <= 1:
        raise InvalidInput("a threshold lies between 0 and 1", path=("threshold",))
    return {
        label_class.name: _route(
            label_class,
            supported_value(metrics.get(label_class.name)),
            threshold=threshold,
            override=overrides.get(label_class.name),
        )
        for label_class in classes
    }


def check_override(label_class: LabelClass, metric: ClassMetric | None, *, route: Route) -> None:
    """Refuse to send a class to the machine that must stay with people."""
    if route is Route.HUMAN:
        return
    if label_class.critical:
        raise Conflict(f"{label_class.name} is critical, so people always label it")
    if supported_value(metric) is None:
        raise Conflict(f"the oracle does not know {label_class.name}, so people label it")


def supported_value(metric: ClassMetric | None) -> float | None:
    """Give the oracle's metric, or None when it does not know the class."""
    if metric is None or metric.value is None or not 0 <= metric.value <= 1:
        return None
    return metric.value


def _route(
    label_class: LabelClass,
    value: float | None,
    *,
    threshold: float | None,
    override: Route | None,
) -> ClassRoute:
    route, reason = Route.HUMAN, ""
    if label_class.critical:
        reason = "critical: people always label it"
    elif value is None:
        reason = "the oracle does not know this class"
    elif override is not None:
        route, reason = override, "you chose"
    elif threshold is None:
        reason = "no threshold was applied yet"
    elif value < threshold:
        reason = f"its metric {value:.4g} is below {threshold:.4g}"
    else:
        route, reason = Route.MACHINE, f"its metric {value:.4g} is not below {threshold:.4g}"
    overridden = override is not None and value is not None and not label_class.critical
    return ClassRoute(route=route, reason=reason, overridden=overridden, metric=value)
