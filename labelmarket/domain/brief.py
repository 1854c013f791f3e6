"""What a customer may ask for: the target, what a task requires, the classes, a model's figures."""

from collections.abc import Collection

from labelmarket.domain.bounds import (
    AMOUNT_MAX,
    check_currency,
    check_language,
    check_length,
    check_name,
    check_names,
    same_name,
)
from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.profiles import check_geometry
from labelmarket.domain.project_facts import Target
from labelmarket.domain.values import CLASSES_MAX, ClassMetric, LabelClass, Requirement

GOLD_EXAMPLES_MAX = 1_000_000_000


def check_target(target: Target) -> None:
    if target.accuracy is not None and not 0 <= target.accuracy <= 1:
        raise InvalidInput("an accuracy lies between 0 and 1", path=("target", "accuracy"))
    budget = target.budget
    if budget is not None and not (budget.is_finite() and 0 <= budget <= AMOUNT_MAX):
        raise InvalidInput(f"a budget lies between 0 and {AMOUNT_MAX}", path=("target", "budget"))
    if target.currency is not None:
        check_currency(target.currency, path=("target", "currency"))


def check_requirement(requirement: Requirement, *, path: tuple[str, ...]) -> None:
    if requirement.geometry is not None:
        check_geometry(requirement.geometry, path=(*path, "geometry"))
    check_language(requirement.source_language, path=(*path, "sourceLanguage"))
    check_language(requirement.target_language, path=(*path, "targetLanguage"))
    check_names(requirement.tools, path=(*path, "tools"))
    check_names(requirement.clearances, path=(*path, "clearances"))
    check_names(requirement.regions, path=(*path, "regions"))


def check_classes(classes: tuple[LabelClass, ...]) -> None:
    """Blanks around a name belong to it, as the files have it, but tell no two names apart."""
    check_length(classes, path=("classes",), most=CLASSES_MAX)
    for number, label_class in enumerate(classes):
        check_name(label_class.name, path=("classes", str(number), "name"))
    if len({same_name(one.name) for one in classes}) != len(classes):
        raise InvalidInput("each class name once", path=("classes",))


def check_metrics(metrics: tuple[ClassMetric, ...], *, known: Collection[str]) -> None:
    """`known` are the names of the project's classes."""
    path = ("classMetrics",)
    check_length(metrics, path=path, most=CLASSES_MAX)
    if len({m.class_name for m in metrics}) != len(metrics):
        raise InvalidInput("one metric for each class", path=path)
    for metric in metrics:
        if metric.class_name not in known:
            name = metric.class_name[:80]
            raise InvalidInput(f"the project has no class {name!r}", path=(*path, "className"))
        if metric.value is not None and not 0 <= metric.value <= 1:
            raise InvalidInput("a metric lies between 0 and 1", path=(*path, "value"))
        if not _in_order(metric):
            raise InvalidInput(
                "low, value and high of a metric lie between 0 and 1, in this order",
                path=(*path, "low"),
            )
        if not 0 <= metric.gold_examples <= GOLD_EXAMPLES_MAX:
            raise InvalidInput(
                f"gold examples number 0 to {GOLD_EXAMPLES_MAX}", path=(*path, "goldExamples")
            )


def _in_order(metric: ClassMetric) -> bool:
    known = [one for one in (metric.low, metric.value, metric.high) if one is not None]
    return all(0 <= one <= 1 for one in known) and known == sorted(known)
