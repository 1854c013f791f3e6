"""The command that has critical classes labeled once more, by somebody else."""

from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.commands.cascade import ask_next
from labelmarket.application.work import Answer, Work
from labelmarket.domain.project import Project
from labelmarket.domain.work_order import WorkOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginSecondOrder:
    """Ask for second labels of what is critical on the items of an order that began.

    The providers are asked in the same order; nobody gets both labels of an item.
    """

    order_id: UUID

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        first = work.get(WorkOrder, self.order_id)
        slots = first.kept
        if not first.second_classes or first.twin_id is not None or not slots:
            return Answer(thing=first.id)
        project = work.get(Project, first.project_id)
        if project.is_over:
            return Answer(thing=first.id)
        second = work.add(
            WorkOrder.plan(
                order_id=work.new_id(),
                project_id=project.id,
                organisation_id=project.organisation_id,
                task_id=first.task_id,
                requirement=first.requirement,
                answer_within_s=first.answer_within_s,
                deliver_within_s=first.deliver_within_s,
                second_of=first.id,
                at=work.at,
            )
        )
        first.note_second(second.id, at=work.at)
        project.add_second_order(second.id, second_of=first.id, at=work.at)
        second.rank(first.ranked, expected_version=None, at=work.at)
        second.open(slots, classes=first.second_classes, at=work.at)
        ask_next(work, second)
        return Answer(thing=second.id)
