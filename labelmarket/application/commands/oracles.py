"""Commands that take in what machines say, and how well they say it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.commands.projects import file_taken, own_project
from labelmarket.application.commands.providers import task_type_of
from labelmarket.application.machine_labels import United
from labelmarket.application.oracles import TextsLearned
from labelmarket.application.work import Answer, Stale, Work
from labelmarket.domain.errors import Conflict, InvalidInput, NothingToDo
from labelmarket.domain.oracle_facts import ClassNotLearned
from labelmarket.domain.project import Project
from labelmarket.domain.slots import Ranges
from labelmarket.domain.taxonomy import DataType, Geometry
from labelmarket.domain.values import ClassMetric

LEARNER = "learner"
"""The name of the market's own oracle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPredictions:
    """Keep a file of predictions that was read on `items`, for `classes`, and have it measured."""

    project_id: UUID
    task_id: UUID | None
    oracle: str
    version: str
    upload_digest: str
    labels_digest: str
    items: tuple[str, ...]
    classes: tuple[str, ...]
    labels: int
    covered: Ranges
    problems: int
    problems_digest: str
    trained_on: int | None = None

    def decide(self, work: Work, /) -> Answer:
        project = own_project(work, self.project_id)
        if (tuple(project.manifests.values()), project.class_names) != (self.items, self.classes):
            raise Stale("items or classes were changed at the same time")
        task_id = only_task(project, self.task_id)
        added = project.add_predictions(
            task_id=task_id,
            oracle=self.oracle,
            version=self.version,
            upload_digest=self.upload_digest,
            labels_digest=self.labels_digest,
            labels=self.labels,
            covered=self.covered,
            problems=self.problems,
            trained_on=self.trained_on,
            at=work.at,
        )
        if added:
            measure_oracles(work, project, (task_id,))
            measure_lessons(work, project)
        return file_taken(project, self, count=self.labels if added else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOracleMetrics:
    """What a worker says when it has compared the latest predictions of a task with the gold."""

    project_id: UUID
    task_id: UUID
    predictions: str
    metric: str
    metrics: tuple[ClassMetric, ...]
    gold_files: int

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        work.get(Project, self.project_id).measure_oracle(
            task_id=self.task_id,
            predictions=self.predictions,
            metric=self.metric,
            metrics=self.metrics,
            gold_files=self.gold_files,
            at=work.at,
        )
        return Answer(thing=self.project_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachLearner:
    """Have the market's own learner read what is true of a task, and say what it thinks of all.

    Whoever asks again later has it read what was approved meanwhile, too.
    """

    project_id: UUID
    task_id: UUID | None

    def decide(self, work: Work, /) -> Answer:
        project = own_project(work, self.project_id)
        task_id = only_task(project, self.task_id)
        if project.is_over:
            raise Conflict(f"the project is {project.status}")
        task_type = task_type_of(work, project.tasks[task_id].task_type, path=("taskId",))
        if task_type.data_type is not DataType.TEXT or task_type.geometry is not Geometry.NONE:
            raise Conflict(f"classes of texts are learned, and {task_type.title} has none")
        if not project.gold:
            raise NothingToDo("there is no gold to learn from yet")
        work.start_job(
            f"teach:{work.new_id()}",
            kind="teach_learner",
            queue="oracles",
            project_id=str(project.id),
            task_id=str(task_id),
        )
        return Answer(thing=project.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLearned:
    """What a worker says when the learner was taught; without predictions it told no class."""

    project_id: UUID
    task_id: UUID
    learned: TextsLearned
    predictions: United | None

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        project = work.get(Project, self.project_id)
        if not project.is_over:
            project.note_teaching(
                task_id=self.task_id,
                version=self.learned.version,
                examples=self.learned.examples,
                approved=self.learned.approved,
                judged=self.learned.judged,
                right=self.learned.right,
                learned=self.learned.known,
                not_learned=tuple(
                    ClassNotLearned(
                        class_name=one.class_name, examples=one.examples, needed=one.needed
                    )
                    for one in self.learned.not_known
                ),
                at=work.at,
            )
            if self.predictions is not None and project.add_predictions(
                task_id=self.task_id,
                oracle=LEARNER,
                version=self.learned.version,
                upload_digest=self.predictions.digest,
                labels_digest=self.predictions.digest,
                labels=self.predictions.labels,
                covered=self.predictions.covered,
                problems=0,
                trained_on=self.learned.examples,
                at=work.at,
            ):
                measure_oracles(work, project, (self.task_id,))
                measure_lessons(work, project)
        return Answer(thing=project.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLearningFailed:
    """What a worker says when the learner could not be taught."""

    project_id: UUID
    task_id: UUID
    code: str
    message: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        work.get(Project, self.project_id).note_failed_learning(
            task_id=self.task_id, code=self.code, message=self.message, at=work.at
        )
        return Answer(thing=self.project_id)


def measure_oracles(work: Work, project: Project, task_ids: Iterable[UUID]) -> None:
    """Have the latest predictions of these tasks compared with all gold there is."""
    gold = len(project.gold)
    for task_id in task_ids if gold else ():
        said = project.predictions[task_id].labels_digest
        work.start_job(
            f"oracle:{task_id}:{said}:{gold}",
            kind="measure_oracle",
            queue="oracles",
            project_id=str(project.id),
            task_id=str(task_id),
            predictions=said,
            gold_files=gold,
        )


def measure_lessons(work: Work, project: Project) -> None:
    """Have the gold reported on anew when another version tells what more examples did."""
    parts = len(project.gold)
    if parts and any(len(project.lessons(task_id)) > 1 for task_id in project.tasks):
        versions = sum(map(len, project.versions.values()))
        work.start_job(
            f"gold:{project.id}:{parts}:{versions}",
            kind="measure_gold",
            queue="merge",
            project_id=str(project.id),
            parts=parts,
        )


def only_task(project: Project, task_id: UUID | None) -> UUID:
    """The task that is named, or the only one there is."""
    found = task_id or (next(iter(project.tasks)) if len(project.tasks) == 1 else None)
    if found is None or found not in project.tasks:
        raise InvalidInput("name one of the project's tasks", path=("taskId",))
    return found
