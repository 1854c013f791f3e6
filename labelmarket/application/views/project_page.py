"""Projects as they stand: the brief, the classes and their routing, items and gold."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import replace

from labelmarket.application.view import Entry, Row, topics_of
from labelmarket.domain import oracle_facts
from labelmarket.domain import project_class_facts as class_facts
from labelmarket.domain import project_facts as facts
from labelmarket.domain import project_slot_facts as slot_facts
from labelmarket.domain.aggregate import Fact
from labelmarket.domain.project_facts import ProjectStatus, Target
from labelmarket.domain.routing import ClassRoute, Route, route_classes
from labelmarket.domain.slots import Ranges, count
from labelmarket.domain.values import ClassMetric, LabelClass, Priority, Requirement

_KINDS = tuple(
    kind
    for room in (facts, class_facts, oracle_facts, slot_facts)
    for kind in vars(room).values()
    if isinstance(kind, type) and issubclass(kind, Fact) and "TOPIC" in vars(kind)
)


class InstructionsRow(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    digest: str
    written_at: datetime


class TaskRow(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    requirement: Requirement


class PredictionsRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one version of an oracle said; the latest one of a task counts."""

    task_id: UUID
    oracle: str
    version: str
    labels_digest: str
    labels: int
    covered_items: int
    problems: int
    added_at: datetime
    trained_on: int | None = None


class PlacedRow(msgspec.Struct, frozen=True, kw_only=True):
    task_id: UUID
    placement: oracle_facts.Placement


class LearnerRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the market's own learner knows of a task, or why it could not be taught."""

    task_id: UUID
    version: str = ""
    examples: int = 0
    approved: int = 0
    judged: int = 0
    right: int = 0
    learned: tuple[str, ...] = ()
    not_learned: tuple[oracle_facts.ClassNotLearned, ...] = ()
    failed_code: str | None = None
    failed_message: str | None = None


class ProjectRow(Row, frozen=True, kw_only=True):
    """`manifests` and `gold` are digests of columns, in the order they were added."""

    name: str
    data_type: str
    target: Target
    created_at: datetime
    launched_at: datetime | None = None
    tasks: tuple[TaskRow, ...] = ()
    instructions: tuple[InstructionsRow, ...] = ()
    classes: tuple[LabelClass, ...] = ()
    manifests: tuple[str, ...] = ()
    items: int = 0
    gold: tuple[str, ...] = ()
    gold_labels: int = 0
    gold_report_digest: str | None = None
    priorities: tuple[tuple[Priority, ...], ...] = ()
    oracle: str | None = None
    oracle_version: str | None = None
    metric: str | None = None
    predictions: tuple[PredictionsRow, ...] = ()
    placed: tuple[PlacedRow, ...] = ()
    learners: tuple[LearnerRow, ...] = ()
    metrics: Mapping[str, ClassMetric] = msgspec.field(default_factory=dict)
    threshold: float | None = None
    overrides: Mapping[str, Route] = msgspec.field(default_factory=dict)
    ignored_suggestions: tuple[tuple[str, str], ...] = ()
    orders: tuple[UUID, ...] = ()
    unlabeled: int = 0
    second_orders: tuple[UUID, ...] = ()

    @property
    def status(self) -> ProjectStatus:
        return ProjectStatus(self.state)

    @property
    def routes(self) -> dict[str, ClassRoute]:
        return route_classes(
            self.classes, self.metrics, threshold=self.threshold, overrides=self.overrides
        )


class ProjectPage:
    name = "project_page"
    version = 3
    row = ProjectRow
    topics = topics_of(*_KINDS)

    def keys(self, fact: Fact, /) -> tuple[UUID, ...]:
        return (fact.originator_id,) if fact.TOPIC in self.topics else ()

    def evolve(self, row: ProjectRow | None, entry: Entry, /) -> ProjectRow | None:
        fact = entry.fact
        if isinstance(fact, facts.ProjectCreated):
            return ProjectRow(
                id=fact.originator_id,
                born=entry.position,
                state=ProjectStatus.DRAFT,
                project_id=fact.originator_id,
                organisation_id=fact.organisation_id,
                name=fact.name,
                data_type=fact.data_type,
                target=fact.target,
                created_at=fact.timestamp,
            )
        assert row is not None, "a project is created before anything else"
        return _briefed(row, fact) or _named(row, fact) or _routed(row, fact) or _moved(row, fact)


def _briefed(row: ProjectRow, fact: Fact) -> ProjectRow | None:
    match fact:
        case facts.TaskDefined():
            task = TaskRow(id=fact.task_id, requirement=fact.requirement)
            return replace(row, tasks=(*row.tasks, task))
        case facts.TargetRevised():
            return replace(row, target=fact.target)
        case facts.InstructionsWritten():
            version = InstructionsRow(
                number=fact.number, digest=fact.digest, written_at=fact.timestamp
            )
            return replace(row, instructions=(*row.instructions, version))
        case facts.ClassesDefined():
            return replace(row, classes=fact.classes)
        case facts.ItemsAdded():
            manifests = (*row.manifests, fact.manifest_digest)
            return replace(row, manifests=manifests, items=row.items + fact.items)
        case facts.GoldAdded():
            gold = (*row.gold, fact.labels_digest)
            return replace(row, gold=gold, gold_labels=row.gold_labels + fact.labels)
        case facts.GoldMeasured():
            return replace(row, gold_report_digest=fact.report_digest)
        case facts.PrioritiesRanked():
            return replace(row, priorities=fact.ranking)
        case _:
            return None


def _named(row: ProjectRow, fact: Fact) -> ProjectRow | None:
    match fact:
        case class_facts.ClassSuggestionAccepted():
            old, new = fact.class_name, fact.suggestion
            return replace(
                row,
                classes=class_facts.renamed(row.classes, class_name=old, new_name=new),
                overrides={new if c == old else c: r for c, r in row.overrides.items()},
            )
        case class_facts.ClassSuggestionIgnored():
            ignored = (fact.class_name, fact.suggestion)
            return replace(row, ignored_suggestions=(*row.ignored_suggestions, ignored))
        case class_facts.ClassMarkedCritical():
            classes = class_facts.marked(
                row.classes, class_name=fact.class_name, critical=fact.critical
            )
            return replace(row, classes=classes)
        case class_facts.ClassesImported():
            imported = (LabelClass(name=name) for name in fact.names)
            return replace(row, classes=(*row.classes, *imported))
        case _:
            return None


def _routed(row: ProjectRow, fact: Fact) -> ProjectRow | None:
    match fact:
        case oracle_facts.OracleRegistered():
            metrics = {m.class_name: m for m in fact.metrics}
            return replace(
                row, oracle=fact.name, oracle_version=None, metric=fact.metric, metrics=metrics
            )
        case oracle_facts.PredictionsAdded():
            return replace(row, predictions=(*row.predictions, _said(fact)))
        case oracle_facts.LearnerTaught() | oracle_facts.LearningFailed():
            rest = (one for one in row.learners if one.task_id != fact.task_id)
            return replace(row, learners=(*rest, _learner(fact)))
        case oracle_facts.OracleMeasured():
            kept = row.metrics if row.oracle == fact.oracle else {}
            found = {m.class_name: m for m in fact.metrics}
            return replace(
                row,
                oracle=fact.oracle,
                oracle_version=fact.version,
                metric=fact.metric,
                metrics={**kept, **found},
            )
        case oracle_facts.RoutingThresholdApplied():
            return replace(row, threshold=fact.threshold)
        case oracle_facts.ClassRouteOverridden():
            return replace(row, overrides={**row.overrides, fact.class_name: fact.route})
        case oracle_facts.ClassRouteReset():
            others = {c: r for c, r in row.overrides.items() if c != fact.class_name}
            return replace(row, overrides=others)
        case _:
            return None


def _learner(fact: oracle_facts.LearnerTaught | oracle_facts.LearningFailed) -> LearnerRow:
    if isinstance(fact, oracle_facts.LearningFailed):
        return LearnerRow(task_id=fact.task_id, failed_code=fact.code, failed_message=fact.message)
    return LearnerRow(
        task_id=fact.task_id,
        version=fact.version,
        examples=fact.examples,
        approved=fact.approved,
        judged=fact.judged,
        right=fact.right,
        learned=fact.learned,
        not_learned=fact.not_learned,
    )


def _said(fact: oracle_facts.PredictionsAdded) -> PredictionsRow:
    return PredictionsRow(
        task_id=fact.task_id,
        oracle=fact.oracle,
        version=fact.version,
        labels_digest=fact.labels_digest,
        labels=fact.labels,
        covered_items=count(fact.covered),
        problems=fact.problems,
        added_at=fact.timestamp,
        trained_on=fact.trained_on,
    )


def _cut(row: ProjectRow, task_id: UUID, slots: Ranges) -> tuple[PlacedRow, ...]:
    """What machines labeled, without what they labeled on these slots of a task."""
    mine = (one.placement for one in row.placed if one.task_id == task_id)
    kept = (PlacedRow(task_id=task_id, placement=one) for one in oracle_facts.cut(mine, slots))
    return (*(one for one in row.placed if one.task_id != task_id), *kept)


def _moved(row: ProjectRow, fact: Fact) -> ProjectRow:
    match fact:
        case facts.OrderAdded():
            return replace(row, orders=(*row.orders, fact.order_id))
        case oracle_facts.MachineLabelsPlaced():
            placed = PlacedRow(task_id=fact.task_id, placement=fact.placement)
            return replace(row, placed=(*_cut(row, fact.task_id, fact.opened), placed))
        case oracle_facts.MachineLabelsWithdrawn():
            return replace(row, placed=_cut(row, fact.task_id, fact.slots))
        case slot_facts.SlotsOrdered() | slot_facts.SlotsGivenBack():
            return row
        case slot_facts.SecondOrderAdded():
            return replace(row, second_orders=(*row.second_orders, fact.order_id))
        case slot_facts.SlotsLeftUnlabeled():
            return replace(row, unlabeled=row.unlabeled + count(fact.slots))
        case facts.ProjectLaunched():
            return replace(row, state=ProjectStatus.LAUNCHED, launched_at=fact.timestamp)
        case facts.ProjectCompleted():
            return replace(row, state=ProjectStatus.COMPLETED)
        case facts.ProjectCancelled():
            return replace(row, state=ProjectStatus.CANCELLED)
        case _:
            raise AssertionError(f"no change is known for {fact.TOPIC}")
