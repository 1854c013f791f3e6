"""The job that teaches the market's own learner: from gold, and from labels that were approved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from labelmarket.application.commands.oracles import RecordLearned, RecordLearningFailed
from labelmarket.application.label_kinds import kind_of
from labelmarket.application.machine_labels import MachineLabels
from labelmarket.application.market import Market
from labelmarket.application.oracles import (
    ApprovedLabels,
    OracleUnavailable,
    TextLearner,
    TooManyTexts,
)
from labelmarket.application.work import Command
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.label_batch_facts import BatchStatus
from labelmarket.domain.project import Project
from labelmarket.domain.slots import Ranges, intersection
from labelmarket.domain.work_order import WorkOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Learning:
    market: Market
    machine: MachineLabels
    learner: TextLearner

    def teach(self, args: Mapping[str, Any]) -> Command | None:
        """Learn from all that is true by now, be it more than when the job was started."""
        project = self.market.find(Project, UUID(args["project_id"]))
        assert project is not None, "a job names a project that exists"
        task_id = UUID(args["task_id"])
        if project.is_over:
            return None
        try:
            learned = self.learner.learn(
                kind=kind_of(self.market, project.tasks[task_id].task_type),
                items=tuple(project.manifests.values()),
                classes=project.class_names,
                gold=tuple(project.gold.values()),
                approved=tuple(self._approved(project, task_id)),
                wanted=((0, project.items),),
            )
        except (OracleUnavailable, TooManyTexts) as error:
            return RecordLearningFailed(
                project_id=project.id, task_id=task_id, code=error.code, message=str(error)
            )
        said = None
        if learned.out_of_fold is not None and learned.predicted is not None:
            said = self.machine.unite(learned.predicted, learned.out_of_fold)
        return RecordLearned(
            project_id=project.id, task_id=task_id, learned=learned, predictions=said
        )

    def _approved(self, project: Project, task_id: UUID) -> Iterator[ApprovedLabels]:
        """What customers approved of a task, in the order in which it was ordered."""
        orders = [order_id for order_id, task in project.orders.items() if task == task_id]
        for order_id in orders:
            order = self.market.find(WorkOrder, order_id)
            assert order is not None, "a project names orders that exist"
            for batch_id in order.assigned:
                batch = self.market.find(LabelBatch, batch_id)
                assert batch is not None, "an order names batches that exist"
                yield from taught_by(batch, classes=project.class_names)


def taught_by(batch: LabelBatch, *, classes: tuple[str, ...]) -> Iterator[ApprovedLabels]:
    """What a batch says, once it is approved, of items on which people were asked of every class.

    Of other items nobody said whether they are of the classes that a machine had.
    """
    if batch.status is not BatchStatus.APPROVED:
        return
    whole: Ranges = batch.slots if set(classes) <= set(batch.classes) else batch.everything
    for part in batch.measured:
        kept = intersection(part.kept, whole)
        if kept:
            yield ApprovedLabels(labels_digest=part.labels_digest, kept=kept)
