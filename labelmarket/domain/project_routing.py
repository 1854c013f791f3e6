"""What a project decides about machines: whose predictions, which routes, which labels are kept."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from labelmarket.domain.bounds import (
    LESSONS_MAX,
    PREDICTIONS_MAX,
    TRAINED_ON_MAX,
    check_name,
    check_text,
)
from labelmarket.domain.brief import check_metrics
from labelmarket.domain.errors import Conflict, InvalidInput
from labelmarket.domain.oracle_facts import (
    ClassRouteOverridden,
    ClassRouteReset,
    MachineLabelsPlaced,
    MachineLabelsWithdrawn,
    OracleMeasured,
    OracleRegistered,
    Placement,
    Predictions,
    PredictionsAdded,
    RoutingThresholdApplied,
    within,
)
from labelmarket.domain.project_learning import ProjectLearning
from labelmarket.domain.routing import ClassRoute, Route, check_override, route_classes
from labelmarket.domain.slots import Ranges
from labelmarket.domain.values import ClassMetric, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareBasis:
    """What a machine's share was worked out from."""

    predictions: str
    manifests: tuple[str, ...]
    classes: tuple[str, ...]
    machine_classes: tuple[str, ...]
    opened: Ranges


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineShare:
    """The predictions that become labels of a task.

    `slots` are the items that the machine speaks of. With `whole_items` nothing of them is left
    to people; otherwise the machine's classes alone are done there.
    """

    task_id: UUID
    basis: ShareBasis
    whole_items: bool
    slots: Ranges
    labels_digest: str
    sums_digest: str
    labels: int


class ProjectRouting(ProjectLearning):
    """The part of a project that the routes of its classes rest on."""

    def __init__(self) -> None:
        super().__init__()
        self.tasks: dict[UUID, Requirement] = {}
        self.manifests: dict[str, str] = {}
        self.oracle: str | None = None
        self.oracle_version: str | None = None
        self.metric: str | None = None
        self.metrics: dict[str, ClassMetric] = {}
        self.threshold: float | None = None
        self.overrides: dict[str, Route] = {}
        self.predictions: dict[UUID, Predictions] = {}
        self.versions: dict[UUID, tuple[Predictions, ...]] = {}
        self.said: dict[tuple[UUID, str, str], str] = {}
        self.placed: dict[UUID, tuple[Placement, ...]] = {}

    @property
    def names_are_used(self) -> bool:
        return super().names_are_used or bool(self.predictions)

    @property
    def routes(self) -> dict[str, ClassRoute]:
        """Where each class goes now, and why."""
        return route_classes(
            self.classes, self.metrics, threshold=self.threshold, overrides=self.overrides
        )

    def classes_on(self, route: Route) -> tuple[str, ...]:
        return tuple(name for name, chosen in self.routes.items() if chosen.route is route)

    def share_basis(self, task_id: UUID) -> ShareBasis | None:
        """What the machine's share of a task rests on now; None when it has none."""
        said, machine = self.predictions.get(task_id), self.classes_on(Route.MACHINE)
        if said is None or not machine:
            return None
        return ShareBasis(
            predictions=said.labels_digest,
            manifests=tuple(self.manifests.values()),
            classes=self.class_names,
            machine_classes=machine,
            opened=self.open_slots(task_id),
        )

    def open_slots(self, task_id: UUID) -> Ranges:
        """The slots that no person has anything to do with, so that routes may still move them."""
        raise NotImplementedError

    def lessons(self, task_id: UUID) -> tuple[Predictions, ...]:
        """What versions of a task's latest oracle said, by how many examples they learned from.

        Of several that learned from as many the last one counts; of very many those with the most.
        """
        versions = self.versions.get(task_id, ())
        taught = {
            one.trained_on: one
            for one in versions
            if one.trained_on is not None and one.oracle == versions[-1].oracle
        }
        return tuple(taught[many] for many in sorted(taught)[-LESSONS_MAX:])

    # Decisions: when each fact may happen.

    def register_oracle(
        self, *, name: str, metric: str, metrics: tuple[ClassMetric, ...], at: datetime
    ) -> None:
        self._not_over()
        check_name(name, path=("name",))
        check_name(metric, path=("metric",))
        check_metrics(metrics, known=self.class_names)
        self.record(OracleRegistered, at=at, name=name, metric=metric, metrics=metrics)

    def add_predictions(
        self,
        *,
        task_id: UUID,
        oracle: str,
        version: str,
        upload_digest: str,
        labels_digest: str,
        labels: int,
        covered: Ranges,
        problems: int,
        at: datetime,
        trained_on: int | None = None,
    ) -> bool:
        """Keep what an oracle says. False when this version said the very same before."""
        self._not_over()
        if task_id not in self.tasks:
            raise InvalidInput("the project has no such task", path=("taskId",))
        check_name(oracle, path=("oracle",))
        check_name(version, path=("version",))
        if trained_on is not None and not 0 < trained_on <= TRAINED_ON_MAX:
            raise InvalidInput(
                f"a model learns from 1 to {TRAINED_ON_MAX:,} examples", path=("trainedOn",)
            )
        said = self.said.get((task_id, oracle, version))
        if said == upload_digest:
            return False
        if said is not None:
            raise Conflict(f"{oracle} {version} has said otherwise; name another version")
        if len(self.said) >= PREDICTIONS_MAX:
            raise Conflict(f"a project takes {PREDICTIONS_MAX} files of predictions at the most")
        self.record(
            PredictionsAdded,
            at=at,
            task_id=task_id,
            oracle=oracle,
            version=version,
            upload_digest=upload_digest,
            labels_digest=labels_digest,
            labels=labels,
            covered=covered,
            problems=problems,
            trained_on=trained_on,
        )
        return True

    def measure_oracle(
        self,
        *,
        task_id: UUID,
        predictions: str,
        metric: str,
        metrics: tuple[ClassMetric, ...],
        gold_files: int,
        at: datetime,
    ) -> None:
        """Note how well the latest predictions do; what was measured of others is outdated."""
        said = self.predictions[task_id]
        if self.is_over or said.labels_digest != predictions:
            return
        known = tuple(m for m in metrics if m.class_name in self.class_names)
        measured = (self.oracle, self.oracle_version) == (said.oracle, said.version)
        if known and not (measured and all(self.metrics.get(m.class_name) == m for m in known)):
            self.record(
                OracleMeasured,
                at=at,
                task_id=task_id,
                oracle=said.oracle,
                version=said.version,
                metric=metric,
                metrics=known,
                gold_files=gold_files,
            )

    def apply_threshold(self, threshold: float, *, at: datetime) -> None:
        """Send classes with a metric strictly below the threshold to people."""
        self._not_over()
        if not 0 <= threshold <= 1:
            raise InvalidInput("the threshold lies between 0 and 1", path=("threshold",))
        if threshold != self.threshold:
            self.record(RoutingThresholdApplied, at=at, threshold=threshold)

    def override_route(self, *, class_name: str, route: Route, reason: str, at: datetime) -> None:
        self._not_over()
        label_class = self.must_have(class_name)
        check_text(reason, path=("reason",))
        check_override(label_class, self.metrics.get(class_name), route=route)
        if self.overrides.get(class_name) is not route:
            self.record(
                ClassRouteOverridden, at=at, class_name=class_name, route=route, reason=reason
            )

    def reset_route(self, *, class_name: str, at: datetime) -> None:
        self._not_over()
        if class_name in self.overrides:
            self.record(ClassRouteReset, at=at, class_name=class_name)

    def place_share(self, task_id: UUID, share: MachineShare | None, *, at: datetime) -> None:
        """Let predictions be labels on the open slots, in the place of what was there before."""
        opened = self.open_slots(task_id)
        before = within(self.placed.get(task_id, ()), opened)
        if share is None or not share.slots:
            if before:
                self.record(MachineLabelsWithdrawn, at=at, task_id=task_id, slots=opened)
            return
        said = self.predictions[task_id]
        placed = Placement(
            oracle=said.oracle,
            version=said.version,
            classes=share.basis.machine_classes,
            slots=share.slots,
            whole=share.whole_items or not self.classes_on(Route.HUMAN),
            labels_digest=share.labels_digest,
            sums_digest=share.sums_digest,
            labels=share.labels,
        )
        if before != (placed,):
            self.record(
                MachineLabelsPlaced, at=at, task_id=task_id, opened=opened, placement=placed
            )
