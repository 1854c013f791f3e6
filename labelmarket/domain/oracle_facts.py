"""The facts of a project that speak of machines: what they say, how well, and what they label."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID

from labelmarket.domain.aggregate import Fact
from labelmarket.domain.routing import Route
from labelmarket.domain.slots import Ranges, difference, intersection
from labelmarket.domain.values import ClassMetric


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """What one version of an oracle says about the items of a task.

    `trained_on` is the number of examples that it learned from, None where nobody said so.
    """

    oracle: str
    version: str
    labels_digest: str
    labels: int
    covered: Ranges
    trained_on: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What the machine has labeled of a task: these classes on these slots.

    The file may speak of further slots, of which nothing counts. With `whole` nothing of the
    slots is left to people.
    """

    oracle: str
    version: str
    classes: tuple[str, ...]
    slots: Ranges
    whole: bool
    labels_digest: str
    sums_digest: str
    labels: int


class OracleState(Protocol):
    """What these facts change.

    `predictions` are the latest of each task, `versions` all of them, `said` the file of every
    version, `placed` what the machine has labeled of each task, and `taught` what the market's own
    learner knows of each.
    """

    oracle: str | None
    oracle_version: str | None
    metric: str | None
    metrics: dict[str, ClassMetric]
    threshold: float | None
    overrides: dict[str, Route]
    predictions: dict[UUID, Predictions]
    versions: dict[UUID, tuple[Predictions, ...]]
    said: dict[tuple[UUID, str, str], str]
    placed: dict[UUID, tuple[Placement, ...]]
    taught: dict[UUID, str]


class OracleRegistered(Fact):
    """The customer's own word on how well a model does."""

    TOPIC = "OracleRegistered"
    class_version = 2
    name: str
    metric: str
    metrics: tuple[ClassMetric, ...]

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        for metric in state["metrics"]:
            metric["low"] = metric["high"] = None

    def apply(self, project: OracleState, /) -> None:
        project.oracle, project.metric, project.oracle_version = self.name, self.metric, None
        project.metrics = {m.class_name: m for m in self.metrics}


class PredictionsAdded(Fact):
    """A version of an oracle has spoken, once and for all; another version may say otherwise."""

    TOPIC = "PredictionsAdded"
    class_version = 2
    task_id: UUID
    oracle: str
    version: str
    upload_digest: str
    labels_digest: str
    labels: int
    covered: Ranges
    problems: int
    trained_on: int | None = None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["trained_on"] = None

    def apply(self, project: OracleState, /) -> None:
        said = Predictions(
            oracle=self.oracle,
            version=self.version,
            labels_digest=self.labels_digest,
            labels=self.labels,
            covered=self.covered,
            trained_on=self.trained_on,
        )
        project.predictions = {**project.predictions, self.task_id: said}
        before = project.versions.get(self.task_id, ())
        project.versions = {**project.versions, self.task_id: (*before, said)}
        key = (self.task_id, self.oracle, self.version)
        project.said = {**project.said, key: self.upload_digest}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassNotLearned:
    """A class that a learner cannot tell yet: it has so many examples of the needed ones."""

    class_name: str
    examples: int
    needed: int


class LearnerTaught(Fact):
    """The market's own learner has read the gold of a task, and labels that were approved.

    Of the examples, `approved` are of such labels, and the others gold. Of the `judged` ones so
    many were told `right` by a model that had not seen them.
    """

    TOPIC = "LearnerTaught"
    class_version = 2
    task_id: UUID
    version: str
    examples: int
    approved: int
    judged: int
    right: int
    learned: tuple[str, ...]
    not_learned: tuple[ClassNotLearned, ...]

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["approved"] = 0

    def apply(self, project: OracleState, /) -> None:
        project.taught = {**project.taught, self.task_id: self.version}


class LearningFailed(Fact):
    """The market's own learner could not be taught, for a reason in words."""

    TOPIC = "LearningFailed"
    task_id: UUID
    code: str
    message: str

    def apply(self, project: OracleState, /) -> None:
        project.taught = {t: v for t, v in project.taught.items() if t != self.task_id}


class OracleMeasured(Fact):
    """How well the latest predictions of a task find the gold; classes without gold are not in it.

    `gold_files` says how much gold there was.
    """

    TOPIC = "OracleMeasured"
    task_id: UUID
    oracle: str
    version: str
    metric: str
    metrics: tuple[ClassMetric, ...]
    gold_files: int

    def apply(self, project: OracleState, /) -> None:
        kept = project.metrics if project.oracle == self.oracle else {}
        project.oracle, project.metric = self.oracle, self.metric
        project.oracle_version = self.version
        project.metrics = {**kept, **{m.class_name: m for m in self.metrics}}


class RoutingThresholdApplied(Fact):
    TOPIC = "RoutingThresholdApplied"
    threshold: float

    def apply(self, project: OracleState, /) -> None:
        project.threshold = self.threshold


class ClassRouteOverridden(Fact):
    TOPIC = "ClassRouteOverridden"
    class_name: str
    route: Route
    reason: str

    def apply(self, project: OracleState, /) -> None:
        project.overrides = {**project.overrides, self.class_name: self.route}


class ClassRouteReset(Fact):
    TOPIC = "ClassRouteReset"
    class_name: str

    def apply(self, project: OracleState, /) -> None:
        project.overrides = {c: r for c, r in project.overrides.items() if c != self.class_name}


class MachineLabelsPlaced(Fact):
    """Predictions that became labels: those of these classes, on these slots of a task.

    They take the place of whatever a machine had labeled on the slots in `opened`, which nobody
    else had begun; at the launch these are all slots.
    """

    TOPIC = "MachineLabelsPlaced"
    class_version = 2
    task_id: UUID
    opened: Ranges
    placement: Placement

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        # Once there was only the launch, after which nothing was placed again.
        named = ("oracle", "version", "classes", "slots", "labels_digest", "sums_digest", "labels")
        state["placement"] = {"whole": False, **{name: state.pop(name) for name in named}}
        state["opened"] = state["placement"]["slots"]

    def apply(self, project: OracleState, /) -> None:
        kept = cut(project.placed.get(self.task_id, ()), self.opened)
        project.placed = {**project.placed, self.task_id: (*kept, self.placement)}


class MachineLabelsWithdrawn(Fact):
    """What a machine had labeled on these slots of a task does not count any more."""

    TOPIC = "MachineLabelsWithdrawn"
    task_id: UUID
    slots: Ranges

    def apply(self, project: OracleState, /) -> None:
        kept = cut(project.placed.get(self.task_id, ()), self.slots)
        project.placed = {**project.placed, self.task_id: kept}


def within(placed: Iterable[Placement], slots: Ranges) -> tuple[Placement, ...]:
    """What placements say of these slots."""
    left = (replace(one, slots=intersection(one.slots, slots)) for one in placed)
    return tuple(one for one in left if one.slots)


def cut(placed: Iterable[Placement], slots: Ranges) -> tuple[Placement, ...]:
    """What is left of placements when these slots are taken from them."""
    left = (replace(one, slots=difference(one.slots, slots)) for one in placed)
    return tuple(one for one in left if one.slots)
